package runner

import (
	"net/http"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/record"
)

// NotSent is the error type of a sample that was not asked, because an
// earlier answer said that none would be given.
const NotSent = "not_sent"

// halts are the answers after which asking on would only repeat them: a key,
// an account or a permission that the API refuses, money that is spent, a
// model it does not know. The zero value has none; it is safe for concurrent
// use.
type halts struct {
	mu     sync.Mutex
	all    *messages.Error // what holds for every model
	models map[string]*halt
}

// halt is how things stand with one model.
type halt struct {
	answered bool
	why      *messages.Error // nil while the model is asked
	halted   chan struct{}   // closed when it is asked no more
}

// model gives the halt of a model. The mutex must be held.
func (h *halts) model(name string) *halt {
	m := h.models[name]
	if m == nil {
		if h.models == nil {
			h.models = map[string]*halt{}
		}
		m = &halt{halted: make(chan struct{})}
		h.models[name] = m
		m.stop(h.all)
	}
	return m
}

// stop asks the model no more, if there is a reason why.
func (m *halt) stop(why *messages.Error) {
	if m.why == nil && why != nil {
		m.why = why
		close(m.halted)
	}
}

// answered takes note that a model is there.
func (h *halts) answered(model string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.model(model).answered = true
}

// add takes note of an error that a model was asked for, if it will come
// again.
func (h *halts) add(model string, e *messages.Error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.model(model)
	switch {
	case refusesAll(e):
		h.all = e
		for _, m := range h.models {
			m.stop(e)
		}
	case e.Status == http.StatusForbidden,
		// A model that has answered is known: then something else was not found.
		e.Status == http.StatusNotFound && (!m.answered || strings.Contains(e.Message, model)):
		m.stop(e)
	}
}

// refusesAll tells whether an error is of the key or of money: no model will
// be answered.
func refusesAll(e *messages.Error) bool {
	return e.SpendLimit() || e.Status == http.StatusUnauthorized || e.Status == http.StatusPaymentRequired
}

// reason says why a case is not asked; nil where it is. A case that may
// expect an error is asked even of a model that is not known. One that needs a
// judge is not, where the judge cannot be had.
func (h *halts) reason(q *question) *record.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.all
	if e == nil && !q.expectsError {
		e = h.model(q.Request.Model).why
	}
	for _, judge := range q.judges() {
		if e == nil {
			e = h.model(judge).why
		}
	}
	if e == nil {
		return nil
	}
	return &record.Error{Type: NotSent, Message: "not sent: an earlier request was answered " + e.Error()}
}

// withdrawn is closed once a case need not be asked. It is nil, which is
// never, for one that may expect an error.
func (h *halts) withdrawn(q *question) <-chan struct{} {
	if q.expectsError {
		return nil
	}
	return h.halted(q.Request.Model)
}

// halted is closed once a model need not be asked.
func (h *halts) halted(model string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.model(model).halted
}
