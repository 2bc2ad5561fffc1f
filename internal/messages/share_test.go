package messages_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// slowSender answers after a second, or with the end of ctx, and counts.
type slowSender struct {
	mu   sync.Mutex
	sent int
}

func (s *slowSender) Send(ctx context.Context, _ *messages.Request, _ messages.Ordinal) (*messages.Exchange, error) {
	s.mu.Lock()
	s.sent++
	s.mu.Unlock()
	select {
	case <-time.After(time.Second):
		return &messages.Exchange{Answer: &messages.Answer{}}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestSharedSendsOnceWhatIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &slowSender{}
		shared := messages.NewShared(next)
		send := func(body string, ord messages.Ordinal) *messages.Exchange {
			ex, err := shared.Send(t.Context(), &messages.Request{Body: payload.New([]byte(body))}, ord)
			if err != nil {
				t.Error(err)
			}
			return ex
		}
		var mu sync.Mutex
		reused := 0
		var all sync.WaitGroup
		for range 5 { // five askers of each
			for _, ord := range []messages.Ordinal{{Sample: 1}, {Sample: 2}, {Sample: 1, Vote: 1}} {
				all.Go(func() {
					ex := send(`{"model":"a"}`, ord)
					mu.Lock()
					defer mu.Unlock()
					if ex.Reused {
						reused++
					}
				})
			}
		}
		all.Wait()
		if next.sent != 3 || reused != 12 {
			t.Errorf("sent %d, reused %d; want 3 and 12", next.sent, reused)
		}
		// What is not under way any more is asked anew.
		if send(`{"model":"a"}`, messages.Ordinal{Sample: 1}).Reused || next.sent != 4 {
			t.Errorf("sent %d, want 4", next.sent)
		}
	})
}

func TestSharedOutlivesTheFirstAskersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &slowSender{}
		shared := messages.NewShared(next)
		req := &messages.Request{Body: payload.New([]byte(`{}`))}
		first, cancel := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := shared.Send(first, req, messages.Ordinal{Sample: 1}); !errors.Is(err, context.Canceled) {
				t.Errorf("first: %v", err)
			}
		})
		synctest.Wait()
		both.Go(func() {
			ex, err := shared.Send(t.Context(), req, messages.Ordinal{Sample: 1})
			if err != nil || ex.Reused {
				t.Errorf("second: %+v, %v", ex, err)
			}
		})
		synctest.Wait()
		cancel()
		both.Wait()
		if next.sent != 2 {
			t.Errorf("sent %d, want 2", next.sent)
		}
	})
}
