package pace

import (
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// metered is an API with limits a minute, kept as the API says that it keeps
// them: buckets that refill steadily. It answers in two seconds, 100 tokens
// in and 50 out. Where it says nothing of its limits, it gives a retry-after.
type metered struct {
	mu               sync.Mutex
	requests, tokens bucket
	silent           bool
}

func newMetered(rpm, tpm int) *metered {
	m := &metered{}
	now := time.Now()
	m.requests = bucket{size: float64(rpm), rate: float64(rpm) / 60, level: float64(rpm), at: now}
	m.tokens = bucket{size: float64(tpm), rate: float64(tpm) / 60, level: float64(tpm), at: now}
	return m
}

func (m *metered) attempt() messages.AttemptEvent {
	e := m.arrive()
	if e.Err != nil {
		return e
	}
	time.Sleep(2 * time.Second)
	in, out := int64(100), int64(50)
	e.Usage = &messages.Usage{InputTokens: &in, OutputTokens: &out}
	return e
}

func (m *metered) arrive() messages.AttemptEvent {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	wait := max(m.requests.wait(1, now), m.tokens.wait(150, now))
	e := ok()
	if wait > 0 {
		e = refused(429, time.Duration(math.Ceil(wait.Seconds()))*time.Second)
	} else {
		m.requests.take(1)
		m.tokens.take(150)
	}
	if !m.silent {
		e.Limits.Requests, e.Limits.Tokens = tell(&m.requests), tell(&m.tokens)
	}
	return e
}

func tell(b *bucket) *messages.RateLimit {
	return &messages.RateLimit{
		Limit: int64(b.size), Remaining: int64(max(0, b.level)),
		Reset: time.Duration((b.size - b.level) / b.rate * float64(time.Second)).Truncate(time.Second),
	}
}

func TestLimitsThatAreToldAreUsedAndNotRunInto(t *testing.T) {
	for _, test := range []struct {
		name     string
		rpm, tpm int
	}{
		{"requests", 600, 1e9},
		{"tokens", 1e9, 90_000}, // 600 requests
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 600 * 6 // the bucket, and five minutes
				l := load{pool: New(Options{}), attempt: newMetered(test.rpm, test.tpm).attempt}
				time.AfterFunc(3*time.Minute, func() {
					if s := l.pool.Statuses()[0]; !s.Limited || s.Waiting == 0 {
						t.Errorf("it is not told that the limit holds requests up: %+v", s)
					}
				})
				took := l.run(t, n)
				if took > 5*time.Minute*11/10 {
					t.Errorf("took %v; 5 minutes are the best that is possible", took)
				}
				if refusals := l.sent - n; refusals > n/50 {
					t.Errorf("%d of %d refused", refusals, l.sent)
				}
			})
		})
	}
}

func TestLimitsThatAreNotToldAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 600 * 6
		api := newMetered(600, 1e9)
		api.silent = true
		l := load{pool: New(Options{}), attempt: api.attempt}
		took := l.run(t, n)
		if took > 5*time.Minute*5/4 {
			t.Errorf("took %v; 5 minutes are the best that is possible", took)
		}
		// How many is a matter of which requests meet at a refill.
		if refusals := l.sent - n; refusals > n {
			t.Errorf("%d of %d refused", refusals, l.sent)
		}
	})
}

func TestLimitsByHandAreKept(t *testing.T) {
	for _, test := range []struct {
		name string
		opts Options
	}{
		{"requests", Options{RequestsPerMinute: 120}},
		{"tokens", Options{TokensPerMinute: 120 * 150}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := load{pool: New(test.opts), attempt: newMetered(1e9, 1e9).attempt}
				took := l.run(t, 600)
				// An answer takes two seconds, for which its tokens count longer.
				if took < 290*time.Second || took > 320*time.Second {
					t.Errorf("600 requests at 120 a minute took %v", took)
				}
				inMinute := 0
				for _, at := range l.begun {
					if at >= 2*time.Minute && at < 3*time.Minute {
						inMinute++
					}
				}
				if inMinute < 114 || inMinute > 126 {
					t.Errorf("%d requests in one minute, want about 120", inMinute)
				}
			})
		})
	}
}

// Until an answer has told what requests take, a limit of tokens lets one go
// at a time, and then no more than it allows.
func TestTokensByHandAreKeptFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := load{pool: New(Options{TokensPerMinute: 6 * 150}), attempt: newMetered(1e9, 1e9).attempt}
		l.run(t, 12)
		inMinute := 0
		for _, at := range l.begun {
			if at < time.Minute {
				inMinute++
			}
		}
		if inMinute > 7 {
			t.Errorf("%d requests in the first minute, where the tokens of 6 are allowed", inMinute)
		}
	})
}

// A server that does not say what its answers took may have taken the most.
func TestTokensThatNobodyTellsAreTheMost(t *testing.T) {
	for _, test := range []struct {
		most float64
		sure bool
		took time.Duration
	}{
		{most: 300, sure: true, took: 6*(windowTime+time.Second) + time.Second}, // three of each minute
		{most: 0, sure: false, took: 21 * time.Second},                          // nothing is known: one at a time
	} {
		synctest.Test(t, func(t *testing.T) {
			l := load{pool: New(Options{TokensPerMinute: 900, MostTokens: always(test.most, test.sure)}), attempt: crowded(1 << 20)}
			if took := l.run(t, 21); took.Round(time.Second) != test.took {
				t.Errorf("at most %v tokens each: 21 requests of a second took %v, want %v", test.most, took, test.took)
			}
		})
	}
}

func always(most float64, certain bool) func(*messages.Request) (float64, bool) {
	return func(*messages.Request) (float64, bool) { return most, certain }
}

// What a server reports as its limits is not believed at all costs.
func TestOddLimitsDoNotStopTheRun(t *testing.T) {
	for name, told := range map[string]messages.RateLimit{
		"nothing is left, ever": {Limit: 60, Remaining: 0, Reset: 0},
		"until next year":       {Limit: 60, Remaining: 0, Reset: 365 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := load{pool: New(Options{}), attempt: func() messages.AttemptEvent {
					time.Sleep(time.Second)
					e := ok()
					e.Limits.Requests = &told
					return e
				}}
				if took := l.run(t, 40); took > 2*time.Minute {
					t.Errorf("40 requests took %v", took)
				}
			})
		})
	}
}

// Neither is what it reports as the tokens that an answer took.
func TestOddUsageDoesNotStopTheRun(t *testing.T) {
	for _, count := range []int64{1e12, math.MaxInt64} {
		synctest.Test(t, func(t *testing.T) {
			l := load{pool: New(Options{TokensPerMinute: 6000}), attempt: func() messages.AttemptEvent {
				time.Sleep(time.Second)
				e := ok()
				e.Usage = &messages.Usage{InputTokens: &count, OutputTokens: &count}
				e.Limits.Tokens = &messages.RateLimit{Limit: 6000, Remaining: 6000}
				return e
			}}
			if took := l.run(t, 20); took > 2*time.Minute {
				t.Errorf("20 requests that are said to take %d tokens took %v", count, took)
			}
			for _, c := range l.pool.lanes[0].average {
				if c > maxUsage {
					t.Errorf("a request is taken to cost %g", c)
				}
			}
		})
	}
}
