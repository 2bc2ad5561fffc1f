package messages

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryBudget(t *testing.T) {
	var n atomic.Int64
	overloaded := func(w http.ResponseWriter, r *http.Request) { // never the same twice
		apiError(529, "overloaded_error", fmt.Sprint("Overloaded ", n.Add(1)))(w, r)
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		retry   RetryOptions
		want    time.Duration // of all attempts
		last    string
	}{
		{"10 minutes", overloaded, RetryOptions{}, 9*time.Minute + 31500*time.Millisecond, "529 overloaded_error"},
		{"30 seconds", overloaded, RetryOptions{For: 30 * time.Second}, 15500 * time.Millisecond, "529 overloaded_error"},
		{"429", apiError(429, "rate_limit_error", "slow", "retry-after", "60"), RetryOptions{}, 10 * time.Minute, "429 rate_limit_error"},
		{"resets", reset, RetryOptions{For: time.Minute}, 31500 * time.Millisecond, "connection_error"},
		{"torn", torn, RetryOptions{For: time.Minute}, 31500 * time.Millisecond, "200 connection_error"},
		// It begins with the first failure, or a stall would use it up.
		{"stalls", stall, RetryOptions{For: time.Minute}, 2*time.Minute + 500*time.Millisecond, "timeout"},
		{"one attempt", overloaded, RetryOptions{maxAttempts: 1}, 0, "529 overloaded_error"},
		{"three attempts", overloaded, RetryOptions{maxAttempts: 3}, 1500 * time.Millisecond, "529 overloaded_error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{test.handler}}
				s := sc.serve(t, HTTPOptions{Timeout: time.Minute, Retry: test.retry})
				ex := mustFail(t, s, hello())
				if got := time.Since(sc.start); got != test.want {
					t.Errorf("gave up after %v, want %v", got, test.want)
				}
				if !strings.HasPrefix(ex.Error.Error(), test.last) {
					t.Errorf("error %v, want the last one: %s", ex.Error, test.last)
				}
				if len(ex.Attempts) != len(sc.times()) {
					t.Errorf("%d attempts are reported of %d", len(ex.Attempts), len(sc.times()))
				}
			})
		})
	}
}

// A limit of rate that others are answered within is waited for, however long
// that takes; one that lets nobody through is not, nor is a lack of capacity.
func TestALimitThatLetsOthersThroughIsWaitedFor(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		other  string // is answered every 20 seconds for five minutes
		least  time.Duration
		most   time.Duration
	}{
		{"429, the model answers", 429, "m", 5 * time.Minute, 6*time.Minute + time.Second},
		{"429, another model answers", 429, "n", 0, time.Minute},
		{"529, the model answers", 529, "m", 0, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				refusing := func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("anthropic-beta") == "late" {
						apiError(test.status, "", "later")(w, r)
						return
					}
					answerHello(w)
				}
				s := (&script{handlers: []http.HandlerFunc{refusing}}).serve(t, HTTPOptions{Retry: RetryOptions{For: time.Minute}})
				var others sync.WaitGroup
				others.Go(func() {
					for range 15 {
						req := hello()
						req.Model = test.other
						mustAnswer(t, s, req)
						time.Sleep(20 * time.Second)
					}
				})
				late := hello()
				late.Model, late.Betas = "m", []string{"late"}
				start := time.Now()
				ex := mustFail(t, s, late)
				if took := time.Since(start); took < test.least || took > test.most || ex.Error.Status != test.status {
					t.Errorf("%v after %v, want it after %v to %v", ex.Error, took, test.least, test.most)
				}
				others.Wait()
			})
		})
	}
}
