package messages

import (
	"cmp"
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

// RetryOptions say how long a request is tried again. The zero value is what
// most want.
type RetryOptions struct {
	// For bounds the retries of one request in time: none begins later than
	// this after its first failure, or, where that was a limit of rate, after
	// the model last answered any request. 0 means 10 minutes.
	For time.Duration

	// Only tests set those that follow.

	// maxAttempts bounds the attempts of one request, 0 does not. 1 switches
	// retries off.
	maxAttempts int
	// maxRetryAfter is the longest wait that a server's retry-after can ask
	// for; after it the request is sent again, even so. 0 means a minute.
	maxRetryAfter time.Duration
	// sleep waits, or returns ctx's error as soon as ctx ends. nil sleeps.
	sleep func(ctx context.Context, d time.Duration) error
	// random gives numbers in [0, 1). nil draws them.
	random func() float64
	// now is the clock of retry budgets and of latencies. nil is the real one.
	now func() time.Time
}

func (o RetryOptions) clock() func() time.Time {
	if o.now != nil {
		return o.now
	}
	return time.Now
}

// The waits of the retries: each is drawn between 0 and a bound that doubles
// from firstBackoff to maxBackoff. This is the "full jitter" of M. Brooker,
// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
	// maxRepeats ends the retries of an error that is the same, word for
	// word, so many times in a row.
	maxRepeats = 5
)

func (o RetryOptions) withDefaults() RetryOptions {
	o.For = cmp.Or(o.For, 10*time.Minute)
	o.maxRetryAfter = cmp.Or(o.maxRetryAfter, time.Minute)
	if o.sleep == nil {
		o.sleep = Sleep
	}
	if o.random == nil {
		o.random = rand.Float64
	}
	return o
}

// Sleep waits so long, or until the context ends, which is the error then.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// pause waits before a request is sent again, and asks whether it may be. The
// error is ctx's, that of Request.Again, or ErrWithdrawn as soon as the request
// need not be sent again.
func (s *HTTP) pause(ctx context.Context, req *Request, d time.Duration, failed Attempt) error {
	if err := s.sleep(ctx, req.Withdrawn, d); err != nil || req.Again == nil {
		return err
	}
	return req.Again(ctx, failed)
}

// sleep waits, or gives ErrWithdrawn as soon as withdrawn is closed.
func (s *HTTP) sleep(ctx context.Context, withdrawn <-chan struct{}, d time.Duration) error {
	if withdrawn == nil {
		return s.retry.sleep(ctx, d)
	}
	sleep, wake := context.WithCancelCause(ctx)
	defer wake(nil)
	go func() {
		defer fault.Catch()
		select {
		case <-withdrawn:
			wake(ErrWithdrawn)
		case <-sleep.Done():
		}
	}()
	if s.retry.sleep(sleep, d) != nil {
		return context.Cause(sleep)
	}
	return nil
}

// retries is the state of one request between its attempts.
type retries struct {
	RetryOptions
	failures     int
	firstFailure time.Time
	last         [sha256.Size]byte
	repeats      int
}

// next decides, now, after a failed attempt: whether the request is to be
// sent again, and after which wait. answered is when its model last answered
// another one: a limit of rate is then no fault, and the request's turn comes.
func (r *retries) next(failed outcome, now, answered time.Time) (wait time.Duration, again bool) {
	r.failures++
	if r.failures == 1 {
		r.firstFailure = now
	}
	r.countRepeats(failed.fingerprint)
	wait = r.wait(failed.retryAfter)
	since := r.firstFailure
	if failed.err.Status == http.StatusTooManyRequests && answered.After(since) {
		since = answered
		if left := r.For - now.Sub(since); left > 0 {
			wait = min(wait, left)
		}
	}
	if failed.stale {
		wait = 0
	}
	switch {
	case !failed.retryable,
		r.repeats == maxRepeats,
		r.failures == r.maxAttempts,
		now.Sub(since)+wait > r.For:
		return 0, false
	}
	return wait, true
}

// countRepeats counts how often the same failure came in a row. One without
// a fingerprint is never the same.
func (r *retries) countRepeats(fingerprint string) {
	sum := sha256.Sum256([]byte(fingerprint))
	switch {
	case fingerprint == "":
		r.repeats = 0
	case sum == r.last:
		r.repeats++
	default:
		r.repeats = 1
	}
	r.last = sum
}

// wait is what the server asked for, up to the cap. Where it asked for
// nothing it is the backoff; where it asked for less than a second the
// backoff fills that up, so that "retry-after: 0" is no tight loop.
func (r *retries) wait(retryAfter time.Duration) time.Duration {
	limit := maxBackoff
	if shift := r.failures - 1; shift < 6 { // 500 ms << 6 is above maxBackoff
		limit = firstBackoff << shift
	}
	backoff := time.Duration(r.random() * float64(limit))
	switch {
	case retryAfter >= time.Second:
		return min(retryAfter, r.maxRetryAfter)
	case retryAfter > 0:
		return min(max(retryAfter, min(backoff, time.Second)), r.maxRetryAfter)
	}
	return backoff
}

// retryableStatus holds which statuses may be gone at the next attempt. The
// header x-should-retry overrides it, as it does in the official SDKs.
func retryableStatus(status int, header http.Header) bool {
	switch header.Get("x-should-retry") {
	case "true":
		return true
	case "false":
		return false
	}
	if isThrottled(header) {
		return true
	}
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// parseRetryAfter reads retry-after-ms, or else retry-after as seconds or as
// an HTTP date. It is 0 where neither asks for a wait.
func parseRetryAfter(header http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(strings.TrimSpace(header.Get("retry-after-ms")), 64); err == nil {
		return positive(ms, time.Millisecond)
	}
	after := strings.TrimSpace(header.Get("retry-after"))
	if seconds, err := strconv.ParseFloat(after, 64); err == nil {
		return positive(seconds, time.Second)
	}
	if date, err := http.ParseTime(after); err == nil {
		return max(0, date.Sub(serverTime(header, now)))
	}
	return 0
}

// positive gives n units, 0 for what is no number above 0, and a year for
// what is longer than that.
func positive(n float64, unit time.Duration) time.Duration {
	const year = 365 * 24 * time.Hour
	if d := n * float64(unit); d > 0 {
		return time.Duration(min(d, float64(year)))
	}
	return 0
}
