package pace

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// slots is an API that answers so many requests at once, in the time that their
// tokens take, and has the others wait without a word.
type slots struct {
	free chan struct{}

	mu    sync.Mutex
	draws *rand.Rand
	most  int // under way at once, of late
	now   int
	took  []time.Duration
}

func newSlots(n int) *slots {
	return &slots{free: make(chan struct{}, n), draws: rand.New(rand.NewPCG(1, 2))}
}

func (s *slots) attempt() messages.AttemptEvent {
	began := time.Now()
	s.mu.Lock()
	out := int64(20 + s.draws.ExpFloat64()*100)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	s.free <- struct{}{}
	time.Sleep(200*time.Millisecond + time.Duration(out)*5*time.Millisecond)
	<-s.free
	s.mu.Lock()
	s.now--
	s.took = append(s.took, time.Since(began))
	s.mu.Unlock()
	e := ok()
	in := int64(10)
	e.Usage = &messages.Usage{InputTokens: &in, OutputTokens: &out}
	return e
}

// A server that queues is asked for about as much as it has slots, and is kept
// as busy as by any more.
func TestAServerThatQueuesIsNotFlooded(t *testing.T) {
	for _, n := range []int{1, 8, 30, 200} {
		synctest.Test(t, func(t *testing.T) {
			api := newSlots(n)
			l := load{pool: New(Options{}), attempt: api.attempt}
			requests := 1500 + 60*n
			took := l.run(t, requests)
			const each = 0.2 + 120*0.005 // seconds, on the average
			best := time.Duration(float64(requests) * each / float64(n) * float64(time.Second))
			if took > best*125/100+10*time.Second {
				t.Errorf("%d slots: took %v, %v is the best that is possible", n, took, best)
			}
			var late time.Duration
			half := api.took[len(api.took)/2 : len(api.took)*9/10]
			for _, d := range half {
				late += d
			}
			mean := late.Seconds() / float64(len(half))
			if most := each * 3; mean > most {
				t.Errorf("%d slots: an answer takes %.2f s of late, %.2f s without a queue", n, mean, each)
			}
			if api.most > 6*max(n, firstLimit) {
				t.Errorf("%d slots: %d under way at once", n, api.most)
			}
		})
	}
}

// A server that is slow, or whose answers are of very different lengths, is no
// server that queues.
func TestASlowServerIsNotStarved(t *testing.T) {
	for seed := range uint64(4) {
		synctest.Test(t, func(t *testing.T) {
			api := newSlots(1 << 20)
			api.draws = rand.New(rand.NewPCG(seed, seed))
			l := load{pool: New(Options{}), attempt: func() messages.AttemptEvent {
				time.Sleep(10 * time.Second)
				return api.attempt()
			}}
			// In rounds of 11 s: 20, 40, …, 1000, 1000, …
			if took := l.run(t, 10_000); took > 5*time.Minute {
				t.Errorf("seed %d: 10,000 answers took %v", seed, took)
			}
		})
	}
}
