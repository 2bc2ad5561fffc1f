package pace

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// mostInAMinute is the most that lies within any minute.
func mostInAMinute(at []time.Duration, cost func(i int) float64) float64 {
	most, sum, from := 0.0, 0.0, 0
	for i := range at {
		sum += cost(i)
		for at[i]-at[from] >= time.Minute {
			sum -= cost(from)
			from++
		}
		most = max(most, sum)
	}
	return most
}

// No minute, wherever it begins, has more than what was set by hand; and the
// limits are used.
func TestLimitsByHandAreNeverPassed(t *testing.T) {
	for _, rpm := range []int{1, 7, 600, 6000} {
		synctest.Test(t, func(t *testing.T) {
			l := load{pool: New(Options{RequestsPerMinute: rpm}), attempt: crowded(1 << 20)}
			n := 4 * rpm
			took := l.run(t, n)
			if most := mostInAMinute(l.begun, func(int) float64 { return 1 }); most > float64(rpm) {
				t.Errorf("--rpm %d: %v requests within a minute", rpm, most)
			}
			if took > 4*time.Minute+10*time.Second {
				t.Errorf("--rpm %d: %d requests took %v", rpm, n, took)
			}
		})
	}
}

func TestTokensByHandAreNeverPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tpm = 60_000
		draws := rand.New(rand.NewPCG(3, 4))
		var mu sync.Mutex
		var at []time.Duration
		var used []float64
		start := time.Now()
		l := load{pool: New(Options{TokensPerMinute: tpm}), attempt: func() messages.AttemptEvent {
			mu.Lock()
			in, out := int64(50), int64(20+draws.IntN(400))
			at = append(at, time.Since(start))
			used = append(used, float64(in+out))
			mu.Unlock()
			time.Sleep(time.Duration(500+out*10) * time.Millisecond)
			e := ok()
			e.Usage = &messages.Usage{InputTokens: &in, OutputTokens: &out}
			return e
		}}
		took := l.run(t, 1200)
		if most := mostInAMinute(at, func(i int) float64 { return used[i] }); most > tpm {
			t.Errorf("%v tokens within a minute, of %d", most, tpm)
		}
		sum := 0.0
		for _, u := range used {
			sum += u
		}
		if best := time.Duration(sum / tpm * float64(time.Minute)); took > best*13/10+30*time.Second {
			t.Errorf("took %v, %v is the best that is possible", took, best)
		}
	})
}

// A server with a rate that it does not tell, and that is below one request
// after the other, is asked at that rate.
func TestARateBelowOneInFlightIsLearned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newMetered(300, 1e9) // 5 a second
		api.requests.size, api.requests.level = 5, 5
		l := load{pool: New(Options{}), attempt: func() messages.AttemptEvent {
			time.Sleep(20 * time.Millisecond)
			e := api.arrive()
			e.RetryAfter, e.Wait, e.Limits = 0, 0, messages.RateLimits{}
			return e
		}}
		const n = 500
		took := l.run(t, n)
		if best := n / 5 * time.Second; took > best*13/10+10*time.Second {
			t.Errorf("%d answers took %v, %v is the best that is possible", n, took, best)
		}
		if refusals := l.sent - n; refusals > n/5 {
			t.Errorf("%d of %d refused", refusals, l.sent)
		}
	})
}
