package fakeapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// reply is the answering of one call.
type reply struct {
	server *Server
	call   *Call
	tally  *tally
	w      http.ResponseWriter
	ctx    context.Context
	query  url.Values // of an endpoint of batches
	fault  Fault      // of such a call
}

// requestLimit is the limit in the rate limit headers. It is never
// reached, so they report nearly as much remaining.
const requestLimit = 4_000_000

// limitHeader are the names of one limit's headers, written as net/http keeps
// them, so that setting them costs no conversion.
type limitHeader struct{ limit, remaining, reset string }

var limitHeaders = func() []limitHeader {
	var names []limitHeader
	for _, of := range []string{"Requests", "Tokens", "Input-Tokens", "Output-Tokens"} {
		name := "Anthropic-Ratelimit-" + of
		names = append(names, limitHeader{name + "-Limit", name + "-Remaining", name + "-Reset"})
	}
	return names
}()

// headers sets what every answer carries.
func (r *reply) headers() {
	h := r.w.Header()
	limit := strconv.Itoa(requestLimit)
	remaining := strconv.Itoa(requestLimit - 1)
	reset := time.Now().UTC().Add(time.Minute).Format(time.RFC3339)
	for _, name := range limitHeaders {
		h[name.limit], h[name.remaining], h[name.reset] = []string{limit}, []string{remaining}, []string{reset}
	}
	h["Request-Id"] = []string{r.requestID()}
	h["Anthropic-Organization-Id"] = []string{"00000000-0000-0000-0000-000000000000"}
}

// requestID numbers the answers: unlike a message's id, it tells two attempts
// with one body apart by their order.
func (r *reply) requestID() string { return fmt.Sprintf("req_%024d", r.call.Seq) }

// write sends a whole body.
func (r *reply) write(status int, contentType string, body []byte) {
	r.tally.status(status)
	h := r.w.Header()
	h.Set("content-type", contentType)
	h.Set("content-length", strconv.Itoa(len(body)))
	r.w.WriteHeader(status)
	r.w.Write(body)
}

// json sends v.
func (r *reply) json(status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		r.refuse(scriptError(err))
		return
	}
	r.write(status, "application/json", body)
}

// refuse sends an error as the API writes it.
func (r *reply) refuse(err error) {
	refusal, ok := err.(*apiError)
	if !ok {
		refusal = scriptError(err)
	}
	r.json(refusal.status, refusal.body(r.requestID()))
}

// scriptError says that the test's script made something that is no JSON.
func scriptError(err error) *apiError {
	return refuse(http.StatusInternalServerError, "fakeapi: the script's answer cannot be written: %v", err)
}

// createMessage is POST /v1/messages.
func (r *reply) createMessage() {
	if delay := r.server.options.Latency; delay != nil && !wait(r.ctx, delay(r.call)) {
		return
	}
	fault := Fault("")
	if r.server.options.Faults != nil {
		fault = r.server.options.Faults(r.call)
	}
	if r.injected(fault) {
		return
	}
	if err := r.check(validateMessage); err != nil {
		r.refuse(err)
		return
	}
	if err := r.check(r.server.checkBinding); err != nil {
		r.refuse(err)
		return
	}
	r.answer(r.server.options.Script(r.call), fault)
}

// check applies the rules, unless they are switched off.
func (r *reply) check(validate func(*Call) *apiError) error {
	if r.call.malformed != nil {
		return r.call.malformed
	}
	if r.server.options.SkipValidation {
		return nil
	}
	if err := validate(r.call); err != nil {
		return err
	}
	return nil
}

// answer sends what the script said.
func (r *reply) answer(a Answer, fault Fault) {
	for name, values := range a.Header {
		r.w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	streams := r.call.streams() && (sendsWhole(fault) == nil || ofStreams(fault))
	switch {
	case a.Raw != nil:
		r.raw(a)
	case a.Status != 0 && a.Status != http.StatusOK:
		r.scripted(a)
	default:
		m := newMessage(r.call, a)
		r.server.remember(r.call, m)
		if streams {
			r.stream(m, fault)
			return
		}
		r.message(m, fault)
	}
}

// message sends a whole message, in the fault's way if it has one.
func (r *reply) message(m *message, fault Fault) {
	body, err := json.Marshal(m)
	if err != nil {
		r.refuse(scriptError(err))
		return
	}
	if r.ctx.Err() != nil {
		return
	}
	if send := sendsWhole(fault); send != nil {
		send(r, body)
		return
	}
	r.tally.answered()
	r.write(http.StatusOK, "application/json", body)
}

// raw sends the script's own body, and counts it where it is a 200.
func (r *reply) raw(a Answer) {
	status := a.Status
	if status == 0 {
		status = http.StatusOK
	}
	contentType := r.w.Header().Get("content-type")
	if contentType == "" {
		contentType = "application/json"
	}
	if status == http.StatusOK {
		r.tally.answered()
	}
	r.write(status, contentType, a.Raw)
}

// scripted sends the script's own error.
func (r *reply) scripted(a Answer) {
	refusal := refuse(a.Status, "%s", a.ErrorMessage)
	body := refusal.body(r.requestID())
	if a.ErrorType != "" {
		body.Error.Type = a.ErrorType
	}
	r.json(a.Status, body)
}

// countTokens is POST /v1/messages/count_tokens.
func (r *reply) countTokens() {
	if err := r.check(validateCount); err != nil {
		r.refuse(err)
		return
	}
	r.json(http.StatusOK, map[string]int{"input_tokens": inputTokens(r.call)})
}
