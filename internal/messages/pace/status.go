package pace

import (
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// Status is how one model's requests go.
type Status struct {
	Model string
	// InFlight attempts are under way of Limit that may be; Waiting requests
	// wait for their turn.
	InFlight, Limit, Waiting int
	// Paused is for how long nothing will be sent, by a retry-after.
	Paused time.Duration
	// Limited says that requests wait for a limit of the API, or one by hand.
	Limited bool
	// Attempts ended so far; Retries of them were or will be tried again;
	// RateLimited were answered 429, Overloaded 529, and Broken by another
	// 5xx or not at all.
	Attempts, Retries, RateLimited, Overloaded, Broken int
}

// count takes in how an attempt ended. One that was given back unsent has
// nothing to count.
func (s *Status) count(e messages.AttemptEvent) {
	if e.Number == 0 {
		return
	}
	s.Attempts++
	if e.Again {
		s.Retries++
	}
	switch status := finalStatus(e); {
	case status == statusTooManyRequests:
		s.RateLimited++
	case status == 529:
		s.Overloaded++
	case e.Err != nil && (status == 0 || status >= 500):
		s.Broken++
	}
}

// finalStatus is the status that an attempt came to: a stream that began with a 200
// can end with an error that has another.
func finalStatus(e messages.AttemptEvent) int {
	if e.Err != nil && e.Err.Status != 0 {
		return e.Err.Status
	}
	return e.Status
}
