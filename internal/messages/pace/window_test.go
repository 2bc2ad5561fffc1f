package pace

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// mostInAMinute is the most that lies within any minute.
func mostInAMinute(at []time.Duration) (most int) {
	from := 0
	for i := range at {
		for at[i]-at[from] >= time.Minute {
			from++
		}
		most = max(most, i+1-from)
	}
	return most
}

// No minute, wherever it begins, has more than what was set by hand, though
// requests are longer or shorter on their way; and the limits are used.
func TestLimitsByHandAreNeverPassed(t *testing.T) {
	for _, rpm := range []int{1, 7, 600, 6000} {
		synctest.Test(t, func(t *testing.T) {
			l := load{pool: New(Options{RequestsPerMinute: rpm}), attempt: crowded(1 << 20)}
			n := 4 * rpm
			took := l.run(t, n)
			draws := rand.New(rand.NewPCG(5, 6))
			for i := range l.begun {
				l.begun[i] += time.Duration(draws.Int64N(int64(time.Second)))
			}
			slices.Sort(l.begun)
			if most := mostInAMinute(l.begun); most > rpm {
				t.Errorf("--rpm %d: %v requests within a minute", rpm, most)
			}
			if took > 4*time.Minute+10*time.Second {
				t.Errorf("--rpm %d: %d requests took %v", rpm, n, took)
			}
		})
	}
}

// used is what an answer took, and when it was under way.
type used struct {
	began, ended time.Duration
	tokens       float64
}

// mostUsed is the most that answers took that were under way in one minute,
// whenever a server counts them.
func mostUsed(all []used) (most float64) {
	for _, first := range all {
		sum := 0.0
		for _, u := range all {
			if u.ended >= first.ended && u.began < first.ended+time.Minute {
				sum += u.tokens
			}
		}
		most = max(most, sum)
	}
	return most
}

// From the first answer on no minute has more tokens than --tpm, whatever answers
// take of what they may; and where that is enough the limit is used.
func TestTokensByHandAreNeverPassed(t *testing.T) {
	for _, test := range []struct {
		name             string
		tpm, most        int
		answer           func(r *rand.Rand) int // of most
		usesAtLeast      float64                // of the limit
		refused, dropped int                    // of 100
	}{
		{name: "short answers, all alike", tpm: 60_000, most: 600, usesAtLeast: 0.9, answer: func(*rand.Rand) int { return 300 }},
		{name: "any length", tpm: 60_000, most: 600, usesAtLeast: 0.85, answer: func(r *rand.Rand) int { return 1 + r.IntN(600) }},
		{name: "one in ten is as long as it may be", tpm: 60_000, most: 6000, usesAtLeast: 0.6, answer: func(r *rand.Rand) int {
			if r.IntN(10) == 0 {
				return 6000
			}
			return 100
		}},
		{name: "the later the longer", tpm: 60_000, most: 3000, usesAtLeast: 0.3, answer: func() func(*rand.Rand) int {
			n := 0
			return func(*rand.Rand) int { n++; return min(3000, 10*n) }
		}()},
		{name: "refused and lost", tpm: 60_000, most: 600, refused: 20, dropped: 10, usesAtLeast: 0.4, answer: func(r *rand.Rand) int { return 1 + r.IntN(600) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				draws := rand.New(rand.NewPCG(3, 4))
				var mu sync.Mutex
				var all []used
				start := time.Now()
				l := load{
					pool: New(Options{TokensPerMinute: test.tpm, MostTokens: always(float64(test.most), true)}),
					attempt: func() messages.AttemptEvent {
						began := time.Since(start)
						mu.Lock()
						n, fate := int64(test.answer(draws)), draws.IntN(100)
						mu.Unlock()
						time.Sleep(500*time.Millisecond + time.Duration(n)*time.Millisecond)
						if fate < test.refused {
							return refused(500, 0)
						}
						mu.Lock()
						all = append(all, used{began, time.Since(start), float64(n)})
						mu.Unlock()
						if fate < test.refused+test.dropped {
							e := refused(0, 0)
							e.Cause = "cut off"
							return e
						}
						e := ok()
						in := n / 3
						out := n - in
						e.Usage = &messages.Usage{InputTokens: &in, OutputTokens: &out}
						return e
					}}
				took := l.run(t, 800)
				if most := mostUsed(all); most > float64(test.tpm) {
					t.Errorf("%v tokens within a minute, of %d", most, test.tpm)
				}
				sum := 0.0
				for _, u := range all {
					sum += u.tokens
				}
				if uses := sum / (float64(test.tpm) / 60 * took.Seconds()); uses < test.usesAtLeast {
					t.Errorf("took %v, %.2f of what the limit allows; want %.2f", took, uses, test.usesAtLeast)
				}
			})
		})
	}
}

// A request that can take more than the limit is sent alone, where no other has
// taken anything within the minute.
func TestARequestLargerThanTheLimitIsSentAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := int64(50)
		l := load{pool: New(Options{TokensPerMinute: 1000, MostTokens: always(64_000, true)}), attempt: func() messages.AttemptEvent {
			time.Sleep(time.Second)
			e := ok()
			e.Usage = &messages.Usage{InputTokens: &n, OutputTokens: &n}
			return e
		}}
		if took := l.run(t, 5); took.Round(time.Second) != 4*(windowTime+time.Second)+time.Second {
			t.Errorf("5 requests took %v, want one a minute", took)
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
