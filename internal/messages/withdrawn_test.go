package messages

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/record"
)

func TestAWithdrawnRequestDoesNotWaitForItsRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("retry-after", "50")
			apiError(529, "overloaded_error", "Overloaded")(w, r)
		}
		sc := &script{handlers: []http.HandlerFunc{limited, func(w http.ResponseWriter, _ *http.Request) { answerHello(w) }}}
		s := sc.serve(t, HTTPOptions{})
		withdrawn := make(chan struct{})
		req := hello()
		req.Withdrawn = withdrawn
		time.AfterFunc(3*time.Second, func() { close(withdrawn) })
		start := time.Now()
		ex := mustFail(t, s, req)
		if took := time.Since(start); took != 3*time.Second || ex.Error.Status != 529 || len(ex.Attempts) != 1 {
			t.Errorf("%v after %v and %d attempts; want the 529 as soon as the request was withdrawn", ex.Error, took, len(ex.Attempts))
		}
	})
}

// Request.Again is called before each further attempt, and learns whether the one
// before may have been billed.
func TestARequestMayBeStoppedBetweenAttempts(t *testing.T) {
	sc := &script{handlers: []http.HandlerFunc{reset, apiError(529, "overloaded_error", "Overloaded"), reset}}
	s := sc.serve(t, HTTPOptions{Retry: noWait()})
	var lost []bool
	req := hello()
	req.Again = func(_ context.Context, failed Attempt) error {
		if lost = append(lost, failed.Lost()); len(lost) == 3 {
			return errors.New("no more")
		}
		return nil
	}
	ex := mustFail(t, s, req)
	if diff := cmp.Diff([]bool{true, false, true}, lost); diff != "" || len(ex.Attempts) != 3 || ex.Error.Type != ErrConnection {
		t.Errorf("after %d attempts %v; lost (-want +got):\n%s", len(ex.Attempts), ex.Error, diff)
	}
}

func TestWhatFoundNoServerIsNotLost(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	retry := noWait()
	retry.maxAttempts = 2
	ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: retry}), hello())
	if len(ex.Attempts) != 2 || ex.Attempts[0].Cause == "" || ex.Attempts[0].Lost() {
		t.Errorf("attempts %+v; want two that were not sent", ex.Attempts)
	}
}

// What is sent may be billed: with Abandon the end of the context lets an
// attempt that is under way come to its end, and keeps others from being made.
func TestAnAttemptUnderWayOutlivesItsContext(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		abandon bool
		want    error
	}{
		{"answered", func(w http.ResponseWriter, r *http.Request) { answerHello(w) }, false, nil},
		{"refused for good", apiError(400, "invalid_request_error", "no"), false, nil},
		{"refused for now", apiError(529, "overloaded_error", "later"), false, context.Canceled},
		{"given up", stall, true, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			abandon, giveUp := context.WithCancel(t.Context())
			requests := 0
			sc := &script{handlers: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
				requests++
				io.Copy(io.Discard, r.Body)
				cancel()
				if test.abandon {
					giveUp()
				}
				test.handler(w, r)
			}}}
			s := sc.serve(t, HTTPOptions{Abandon: abandon})
			ex, err := s.Send(ctx, hello(), record.Identity{Sample: 1})
			if !errors.Is(err, test.want) || (ex == nil) != (test.want != nil) || requests != 1 {
				t.Errorf("%d requests: %+v, %v; want %v", requests, ex, err, test.want)
			}
			if _, err := s.Send(ctx, hello(), record.Identity{Sample: 2}); !errors.Is(err, context.Canceled) || requests != 1 {
				t.Errorf("%d requests; one was begun afterwards: %v", requests, err)
			}
		})
	}
}
