package runner

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// notSent is the error type of a sample that was not asked, because an
// earlier answer said that none would be given.
const notSent = "not_sent"

// breakers stop requests to models once an answer shows that every other one
// would be the same: a key, an account or a permission that the API refuses,
// money that is spent, a model it does not know. The zero value stops nothing;
// it is safe for concurrent use.
type breakers struct {
	mu         sync.Mutex
	all        *messages.Error // what is so for every model
	models     map[string]*modelBreaker
	withJudges map[string]*stop // of cases that need judges
}

// modelBreaker stops the requests to one model.
type modelBreaker struct {
	answered bool
	refused  *stop // no case is answered
	unknown  *stop // none but those that may expect an error; refused is that too
}

// stop is why no more is asked.
type stop struct {
	why        *messages.Error // nil while there is no reason
	stopped    chan struct{}   // closed when there is one
	dependents []*stop         // what stops with it
}

func newStop() *stop { return &stop{stopped: make(chan struct{})} }

// model gives the breaker of a model. The mutex must be held.
func (h *breakers) model(name string) *modelBreaker {
	m := h.models[name]
	if m == nil {
		if h.models == nil {
			h.models = map[string]*modelBreaker{}
		}
		m = &modelBreaker{refused: newStop(), unknown: newStop()}
		h.models[name] = m
		m.refuse(h.all)
	}
	return m
}

// refuse stops every case from asking the model, if there is a reason.
func (m *modelBreaker) refuse(why *messages.Error) {
	m.refused.add(why)
	m.unknown.add(why)
}

// add keeps the first reason; nil is none.
func (s *stop) add(why *messages.Error) {
	if s.why == nil && why != nil {
		s.why = why
		close(s.stopped)
		for _, j := range s.dependents {
			j.add(why)
		}
	}
}

// of is what stops a case. One that may expect an error is asked even of a
// model that is not known; one that needs a judge is not, where the judge cannot
// be had. The mutex must be held.
func (h *breakers) of(q *question) *stop {
	own := h.model(q.Request.Model).unknown
	if q.expectsError {
		own = h.model(q.Request.Model).refused
	}
	judges := q.judges()
	if len(judges) == 0 {
		return own
	}
	key := fmt.Sprintf("%t %q %q", q.expectsError, q.Request.Model, judges)
	s := h.withJudges[key]
	if s == nil {
		if h.withJudges == nil {
			h.withJudges = map[string]*stop{}
		}
		s = newStop()
		h.withJudges[key] = s
		own.addDependent(s)
		for _, judge := range judges {
			h.model(judge).unknown.addDependent(s)
		}
	}
	return s
}

// addDependent makes another stop at the same time.
func (s *stop) addDependent(other *stop) {
	other.add(s.why)
	s.dependents = append(s.dependents, other)
}

// answered notes that the API knows a model.
func (h *breakers) answered(model string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.model(model).answered = true
}

// add stops a model after an error that would only come again. An error out
// of a record does not stop the requests to come.
func (h *breakers) add(model string, ex *messages.Exchange) {
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

// refusesAll reports whether an error is of the key or of money: no model will
// be answered.
func refusesAll(e *messages.Error) bool {
	return e.OfAccount() || e.Status == http.StatusUnauthorized || e.Status == http.StatusPaymentRequired
}

// reason is why a case is not asked; nil where it is.
func (h *breakers) reason(q *question) *record.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.of(q).why; e != nil {
		return &record.Error{Type: notSent, Message: "not sent: an earlier request was answered " + e.Error()}
	}
	return nil
}

// caseStopped is closed once a case is not asked any more.
func (h *breakers) caseStopped(q *question) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of(q).stopped
}

// judgeStopped is closed once a judge is not asked any more.
func (h *breakers) judgeStopped(judge string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.model(judge).unknown.stopped
}
