package messages

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// scriptedPacer admits attempts until it withdraws the request, and keeps
// its calls.
type scriptedPacer struct {
	lets  int
	again []bool
	ended []AttemptEvent
}

func (p *scriptedPacer) Begin(_ context.Context, _ *Request, again bool) (func(AttemptEvent), error) {
	if p.lets == 0 {
		return nil, ErrWithdrawn
	}
	p.lets--
	p.again = append(p.again, again)
	return func(e AttemptEvent) { p.ended = append(p.ended, e) }, nil
}

func TestThePacerDecidesAndLearns(t *testing.T) {
	served := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served++
		w.Header().Set("anthropic-ratelimit-requests-limit", "50")
		w.Header().Set("anthropic-ratelimit-requests-remaining", "7")
		w.Header().Set("retry-after", "3")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	for _, lets := range []int{0, 1, 2} {
		served = 0
		pacer := &scriptedPacer{lets: lets}
		s, err := NewHTTP(HTTPOptions{BaseURL: server.URL, Pacer: pacer, Retry: RetryOptions{
			sleep: func(context.Context, time.Duration) error { return nil },
		}})
		if err != nil {
			t.Fatal(err)
		}
		ex, err := s.Send(t.Context(), &Request{Body: payload.New([]byte(`{}`)), Model: "m"}, record.Identity{Sample: 1})
		switch {
		case served != lets || len(pacer.ended) != lets:
			t.Errorf("%d attempts begun, %d served, %d ended", lets, served, len(pacer.ended))
		case lets == 0 && !errors.Is(err, ErrWithdrawn):
			t.Errorf("withdrawn before it was sent: %v", err)
		case lets > 0 && (err != nil || ex.Error.Status != 429 || len(ex.Attempts) != lets):
			t.Errorf("withdrawn between attempts: %+v, %v; want the last error", ex, err)
		}
		for i, e := range pacer.ended {
			limits := e.Limits.Requests
			if pacer.again[i] != (i > 0) || e.Model != "m" || e.Status != 429 || e.RetryAfter != 3*time.Second ||
				limits == nil || limits.Remaining != 7 {
				t.Errorf("attempt %d: again %t, %+v", i+1, pacer.again[i], e)
			}
		}
	}
}
