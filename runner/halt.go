package runner

import (
	"net/http"
	"sync"

	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/record"
)

// NotSent is the error type of a sample that was not asked, because an
// earlier answer said that none would be given.
const NotSent = "not_sent"

// halts are the answers after which asking on would only repeat them: a key,
// an account or a permission that the API refuses, a model it does not know.
// The zero value has none; it is safe for concurrent use.
type halts struct {
	mu     sync.Mutex
	all    *messages.Error
	models map[string]*messages.Error
}

// add takes note of an error that will come again.
func (h *halts) add(model string, e *messages.Error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden:
		if h.all == nil {
			h.all = e
		}
	case http.StatusNotFound:
		if h.models == nil {
			h.models = map[string]*messages.Error{}
		}
		if h.models[model] == nil {
			h.models[model] = e
		}
	}
}

// reason says why a case is not asked; nil where it is. A case that may
// expect an error is asked even of a model that is not known.
func (h *halts) reason(q *question) *record.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.all
	if e == nil && !q.expectsError {
		e = h.models[q.Request.Model]
	}
	if e == nil {
		return nil
	}
	return &record.Error{Type: NotSent, Message: "not sent: an earlier request was answered " + e.Error()}
}
