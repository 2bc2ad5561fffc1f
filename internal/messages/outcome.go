package messages

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// outcome is what became of one attempt: an answer or an error, and for an
// error what the retries need to know of it.
type outcome struct {
	Attempt
	answer    *Answer
	err       *Error
	requestID string
	ttft      *time.Duration // of a streamed answer
	// lost: no whole answer came, not even one that is an error.
	lost bool
	// stale: a connection was used again that the server had closed.
	stale      bool
	retryable  bool
	retryAfter time.Duration
	limits     RateLimits
	// fingerprint is equal for two failures that are the same word for word. It
	// is "" for one that predicts nothing: a lack of capacity has the same words
	// each time, and passes.
	fingerprint string
}

// event reports the outcome of a request's attempt, by its number.
func (o *outcome) event(req *Request, number int) AttemptEvent {
	e := AttemptEvent{
		Attempt: o.Attempt, Model: req.Model, Number: number,
		Err: o.err, RetryAfter: o.retryAfter, Limits: o.limits,
	}
	if o.answer != nil {
		e.Usage = &o.answer.Usage
	}
	return e
}

// outcomeOf makes an outcome of a reply. All that is kept of the reply is free of
// credentials.
func (s *HTTP) classify(r reply) outcome {
	o := s.outcomeOf(r)
	if o.err != nil {
		s.secrets.error(o.err)
	}
	return o
}

func (s *HTTP) outcomeOf(r reply) outcome {
	if o, ok := notPrepared(r.err); ok {
		return o
	}
	var failed *streamError
	var not *notMessageError
	switch {
	case errors.As(r.err, &failed):
		return s.failed(r, failed)
	case errors.As(r.err, &not) && not.damaged:
		return s.damaged(r, typeNotMessage, not.Error(), "got "+not.got)
	case errors.As(r.err, &not):
		return s.notMessage(r.status, not.Error())
	case errors.Is(r.err, errTooLarge):
		return s.notMessage(r.status, fmt.Sprintf("expected a message, got more than %d MB", s.maxAnswer>>20))
	case r.err != nil && (r.status < 400 || retryableStatus(r.status, r.header)):
		return s.lost(r)
	case r.status >= 400:
		return s.refused(r)
	case r.status >= 300:
		return s.redirected(r)
	case r.status < 200:
		return s.notMessage(r.status, "the server switched to another protocol, which was not asked for; is the base URL right?")
	}
	return s.answered(r)
}

// lost is the outcome of an attempt without a whole answer.
func (s *HTTP) lost(r reply) outcome {
	o := outcome{lost: true, stale: errors.Is(r.err, errStale), retryable: !permanent(r.err) && r.header.Get("x-should-retry") != "false"}
	var timeout *timeoutError
	if errors.As(r.err, &timeout) {
		o.Cause = timeout.Error()
		o.err = &Error{Status: r.status, Type: typeTimeout, Message: o.Cause}
		return o
	}
	o.Cause = cut(s.secrets.transport(describeTransport(r.err)), maxMessage)
	o.err = s.errorAt(r.status, ErrConnection, o.Cause)
	if !ofNetwork(r.err) {
		o.fingerprint = o.Cause
	}
	return o
}

// failed is the outcome of a stream that ended with an error event: that of
// the HTTP error that corresponds to the event.
func (s *HTTP) failed(r reply, e *streamError) outcome {
	o := s.refused(reply{status: impliedStatus(e.data), header: r.header, body: e.data})
	o.Cause = e.Error()
	return o
}

// refused is the outcome of an HTTP error.
func (s *HTTP) refused(r reply) outcome {
	body := []byte(s.secrets.text(string(r.body)))
	err := httpError(r.status, s.bodyType(r), body, s.endpoint.String())
	o := outcome{
		err:        err,
		retryable:  retryableStatus(r.status, r.header) && !err.isFinal(),
		retryAfter: parseRetryAfter(r.header, s.now()),
	}
	if r.status != http.StatusTooManyRequests && r.status != statusOverloaded && !isThrottled(r.header) {
		o.fingerprint = fmt.Sprintf("%d %s", r.status, r.body)
	}
	return o
}

// redirected is the outcome of a redirect, which is not followed.
func (s *HTTP) redirected(r reply) outcome {
	to := "to nowhere"
	if location := r.header.Get("location"); location != "" {
		to = "to " + showLocation(location, s.endpoint)
	}
	return s.notMessage(r.status, "redirected "+to+"; redirects are not followed, is the base URL right?")
}

// answered is the outcome of a status that means success.
func (s *HTTP) answered(r reply) outcome {
	as := s.bodyType(r)
	answer, err := s.read(s.secrets.answer(r.body), as)
	if err == nil && s.secrets.areSplit(answer.Content) {
		return s.notMessage(r.status, "expected a message, got one that holds a credential in several blocks")
	}
	if err == nil {
		return outcome{answer: answer}
	}
	text := validText(r.body)
	if isError(objectOf(text)) {
		return s.refused(reply{status: impliedStatus(text), header: r.header, body: text})
	}
	// The error quotes parts of the body, so the credentials have to go before
	// the parts are taken.
	if _, clean := s.read([]byte(s.secrets.text(string(r.body))), as); clean != nil {
		err = clean
	}
	if as.encoding != "" {
		return s.notMessage(r.status, err.Error())
	}
	syntax := exactjson.Check(text)
	if cause := truncationCause(r.status, text, syntax); cause != "" {
		return s.damaged(r, ErrConnection, cause, cause)
	}
	if cause := invalidJSONCause(as, syntax); cause != "" {
		return s.damaged(r, typeNotMessage, err.Error(), cause)
	}
	return s.notMessage(r.status, err.Error())
}

// bodyType reads the headers that describe the body. They are redacted first,
// since reading them lowers the case of a credential in them.
func (s *HTTP) bodyType(r reply) bodyType {
	return newBodyType(s.secrets.text(r.header.Get("content-type")), s.secrets.text(r.header.Get("content-encoding")))
}

// damaged is the outcome of an answer that was lost or changed on the way,
// which may come whole the next time.
func (s *HTTP) damaged(r reply, kind, message, cause string) outcome {
	return outcome{
		Attempt:     Attempt{Cause: cut(s.secrets.text(cause), maxMessage)},
		err:         s.errorAt(r.status, kind, message),
		lost:        true,
		retryable:   r.header.Get("x-should-retry") != "false",
		fingerprint: cause,
	}
}

// notMessage is the outcome of an answer that is whole and no message.
func (s *HTTP) notMessage(status int, why string) outcome {
	return outcome{err: s.errorAt(status, typeNotMessage, why)}
}

// errorAt is an error that no server worded.
func (s *HTTP) errorAt(status int, kind, message string) *Error {
	return &Error{Status: status, Type: kind, Message: s.endpoint.String() + ": " + message}
}
