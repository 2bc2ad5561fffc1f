package fakeapi

import (
	"fmt"
	"net/http"
)

// faultErrors are the faults that are plain errors of the API.
var faultErrors = map[Fault]apiError{
	RateLimited:    {status: http.StatusTooManyRequests, message: "This request would exceed your organization's rate limit. Please try again later."},
	SpendLimited:   {status: http.StatusTooManyRequests, message: "You have reached your API usage limits: your organization has crossed its monthly API usage threshold, set based on your organization's API tier.", code: "enforced_spend_limit_reached"},
	Overloaded:     {status: statusOverloaded, message: "Overloaded"},
	InternalError:  {status: http.StatusInternalServerError, message: "Internal server error"},
	GatewayTimeout: {status: http.StatusGatewayTimeout, message: "Request timed out"},
}

// proxyPage is what a proxy's log-in page looks like.
const proxyPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n"

// faultAnswers are the faults that need no answer and are no plain errors.
var faultAnswers = map[Fault]func(*reply){
	ResetBeforeHeaders: func(r *reply) { r.reset("") },
	ResetAfterHeaders: func(r *reply) {
		r.tally.status(http.StatusOK)
		r.reset("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
	},
	Stall:           func(r *reply) { <-r.ctx.Done() },
	SwitchProtocols: (*reply).switchProtocols,
	EndlessHints:    (*reply).hint,
	ProxyPage:       func(r *reply) { r.write(http.StatusOK, "text/html; charset=utf-8", []byte(proxyPage)) },
	NotMessage:      func(r *reply) { r.write(http.StatusOK, "application/json", []byte(`{"status":"ok"}`)) },
	ErrorBody:       func(r *reply) { r.json(http.StatusOK, r.overloaded()) },
	EmptyBody:       func(r *reply) { r.write(http.StatusOK, "application/json", nil) },
	TextBody: func(r *reply) {
		r.write(http.StatusOK, "application/json", []byte("upstream connect error or disconnect/reset before headers"))
	},
}

// overloaded is the body of Overloaded.
func (r *reply) overloaded() errorBody {
	overloaded := faultErrors[Overloaded]
	return overloaded.body(r.requestID())
}

// wholeFaults are the faults that send the body of a message in a way of their
// own.
var wholeFaults = map[Fault]func(*reply, []byte){
	TornBody:    (*reply).torn,
	StrayBytes:  (*reply).stray,
	ClosedReuse: (*reply).closedReuse,
}

// sendsWhole is how the fault sends the body of a message; nil where it has no
// way of its own.
func sendsWhole(fault Fault) func(*reply, []byte) {
	switch {
	case wholeFaults[fault] != nil:
		return wholeFaults[fault]
	case oddForms[fault] != nil:
		return inForm(oddForms[fault], true)
	}
	return inForm(damagedForms[fault], false)
}

// ofStreams reports whether the fault is one of streams.
func ofStreams(fault Fault) bool { return streamFaults[fault] != nil || streamForms[fault] != nil }

// injected answers the call with the fault and reports whether that was all.
func (r *reply) injected(fault Fault) bool {
	if fault == "" {
		return false
	}
	if streamFaults[fault] != nil && sendsWhole(fault) == nil && !r.call.streams() {
		fault = Overloaded
	}
	r.tally.fault(fault)
	if e, ok := faultErrors[fault]; ok {
		if fault == RateLimited {
			r.w.Header().Set("retry-after", r.server.options.RetryAfter)
		}
		r.refuse(&e)
		return true
	}
	if answer := faultAnswers[fault]; answer != nil {
		answer(r)
		return true
	}
	if sendsWhole(fault) == nil && !ofStreams(fault) {
		r.refuse(invalid("fakeapi: there is no fault %q", fault))
		return true
	}
	return false
}

// torn announces the whole message and sends half of it.
func (r *reply) torn(body []byte) {
	r.tally.status(http.StatusOK)
	r.w.Header().Set("content-type", "application/json")
	r.w.Header().Set("content-length", fmt.Sprint(len(body)))
	r.w.Write(body[:len(body)/2])
}
