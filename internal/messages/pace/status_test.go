package pace

import (
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
)

func TestStatusCountsWhatAStreamEndedWith(t *testing.T) {
	var s Status
	for _, e := range []messages.AttemptEvent{
		{Attempt: messages.Attempt{Status: 200}, Number: 1},
		{Attempt: messages.Attempt{Status: 200}, Number: 2, Err: &messages.Error{Status: 429}},
		{Attempt: messages.Attempt{Status: 200}, Number: 3, Err: &messages.Error{Status: 529}},
		{Attempt: messages.Attempt{Status: 0}, Number: 4, Err: &messages.Error{Type: messages.ErrConnection}},
	} {
		s.count(e)
	}
	if s.RateLimited != 1 || s.Overloaded != 1 || s.Broken != 1 || s.Attempts != 4 {
		t.Errorf("counted %+v", s)
	}
}
