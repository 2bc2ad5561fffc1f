package runner

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
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
	joint  map[string]*stop // of cases that need judges
}

// halt is how things stand with one model.
type halt struct {
	answered bool
	refused  *stop // no case is answered
	unknown  *stop // none but those that may expect an error; refused is that too
}

// stop is why no more is asked.
type stop struct {
	why     *messages.Error // nil while there is no reason
	stopped chan struct{}   // closed when there is one
	joint   []*stop         // what stops with it
}

func newStop() *stop { return &stop{stopped: make(chan struct{})} }

// model gives the halt of a model. The mutex must be held.
func (h *halts) model(name string) *halt {
	m := h.models[name]
	if m == nil {
		if h.models == nil {
			h.models = map[string]*halt{}
		}
		m = &halt{refused: newStop(), unknown: newStop()}
		h.models[name] = m
		m.refuse(h.all)
	}
	return m
}

// refuse has no case ask the model, if there is a reason why.
func (m *halt) refuse(why *messages.Error) {
	m.refused.add(why)
	m.unknown.add(why)
}

// add keeps the first reason; nil is none.
func (s *stop) add(why *messages.Error) {
	if s.why == nil && why != nil {
		s.why = why
		close(s.stopped)
		for _, j := range s.joint {
			j.add(why)
		}
	}
}

// of is what stops a case. One that may expect an error is asked even of a
// model that is not known; one that needs a judge is not, where the judge cannot
// be had. The mutex must be held.
func (h *halts) of(q *question) *stop {
	own := h.model(q.Request.Model).unknown
	if q.expectsError {
		own = h.model(q.Request.Model).refused
	}
	judges := q.judges()
	if len(judges) == 0 {
		return own
	}
	key := fmt.Sprintf("%t %q %q", q.expectsError, q.Request.Model, judges)
	s := h.joint[key]
	if s == nil {
		if h.joint == nil {
			h.joint = map[string]*stop{}
		}
		s = newStop()
		h.joint[key] = s
		own.stops(s)
		for _, judge := range judges {
			h.model(judge).unknown.stops(s)
		}
	}
	return s
}

// stops has another one stop with it.
func (s *stop) stops(other *stop) {
	other.add(s.why)
	s.joint = append(s.joint, other)
}

// answered takes note that a model is there.
func (h *halts) answered(model string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.model(model).answered = true
}

// add takes note of an error that a model was asked for, if it will come
// again. One that a record gave says nothing of the requests to come.
func (h *halts) add(model string, ex *messages.Exchange) {
	e := ex.Error
	if ex.Reused {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.model(model)
	switch {
	case refusesAll(e):
		h.all = e
		for _, m := range h.models {
			m.refuse(e)
		}
	case e.Status == http.StatusForbidden:
		m.refuse(e)
	// A model that has answered is known: then something else was not found.
	case e.Status == http.StatusNotFound && (!m.answered || strings.Contains(e.Message, model)):
		m.unknown.add(e)
	}
}

// refusesAll tells whether an error is of the key or of money: no model will
// be answered.
func refusesAll(e *messages.Error) bool {
	return e.OfAccount() || e.Status == http.StatusUnauthorized || e.Status == http.StatusPaymentRequired
}

// reason says why a case is not asked; nil where it is.
func (h *halts) reason(q *question) *record.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.of(q).why; e != nil {
		return &record.Error{Type: NotSent, Message: "not sent: an earlier request was answered " + e.Error()}
	}
	return nil
}

// withdrawn is closed once a case need not be asked.
func (h *halts) withdrawn(q *question) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of(q).stopped
}

// halted is closed once a judge need not be asked.
func (h *halts) halted(judge string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.model(judge).unknown.stopped
}
