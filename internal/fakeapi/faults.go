package fakeapi

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
)

// Fault is one way for a call to go wrong.
type Fault string

// The faults. They come before the request is checked, but for TornBody,
// StreamError and StrayBytes, which need an answer.
const (
	// RateLimited is a 429 with a retry-after header, SpendLimited one whose
	// details say that the organisation's money is spent: waiting is no use.
	RateLimited  Fault = "rate_limited"
	SpendLimited Fault = "spend_limited"
	// Overloaded is a 529, InternalError a 500, GatewayTimeout a 504.
	Overloaded     Fault = "overloaded"
	InternalError  Fault = "internal_error"
	GatewayTimeout Fault = "gateway_timeout"
	// ResetBeforeHeaders breaks the connection before a byte is sent,
	// ResetAfterHeaders after the status and the headers.
	ResetBeforeHeaders Fault = "reset_before_headers"
	ResetAfterHeaders  Fault = "reset_after_headers"
	// TornBody announces the whole answer, or starts its stream, sends half of
	// it and hangs up.
	TornBody Fault = "torn_body"
	// Stall sends nothing until the client goes away or the Server closes.
	Stall Fault = "stall"
	// StreamError answers 200, starts the stream and ends it with an error
	// event. A call that does not stream gets Overloaded's 529.
	StreamError Fault = "stream_error"
	// ProxyPage is a 200 with an HTML page, NotMessage a 200 with a JSON
	// object that is no message.
	ProxyPage  Fault = "proxy_page"
	NotMessage Fault = "not_message"
	// StrayBytes sends the whole answer, a line behind it that repeats the
	// credential, and closes the connection. It streams nothing.
	StrayBytes Fault = "stray_bytes"
)

// Faults says what goes wrong with a call: "" for nothing. It is called from
// many goroutines at once and must depend on the call alone.
type Faults func(*Call) Fault

// Sequence gives the nth call of the Server, as it arrives, the nth fault;
// the calls after the last fault go well.
func Sequence(faults ...Fault) Faults {
	return func(c *Call) Fault {
		if c.Seq > len(faults) {
			return ""
		}
		return faults[c.Seq-1]
	}
}

// Random gives each fault its probability (0..1, all together at most 1). The
// draw hangs on the seed, the body and the number of the attempt with that
// body, and not on the order in which calls arrive, so that the same run has
// the same faults under any concurrency.
func Random(seed uint64, odds map[Fault]float64) Faults {
	faults := slices.Sorted(maps.Keys(odds))
	return func(c *Call) Fault {
		draw := rand.New(rand.NewPCG(seed, c.fingerprint())).Float64()
		for _, fault := range faults {
			if draw -= odds[fault]; draw < 0 {
				return fault
			}
		}
		return ""
	}
}

// fingerprint tells attempts apart: a hash of the body and the attempt.
func (c *Call) fingerprint() uint64 {
	h := fnv.New64a()
	h.Write(c.hash[:])
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(c.Attempt)))
	return h.Sum64()
}

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

// injected answers the call with the fault and says whether that was all.
func (r *reply) injected(fault Fault) bool {
	if fault == StreamError && !r.call.streams() {
		fault = Overloaded
	}
	if fault == "" {
		return false
	}
	r.tally.fault(fault)
	if e, ok := faultErrors[fault]; ok {
		if fault == RateLimited {
			r.w.Header().Set("retry-after", r.server.options.RetryAfter)
		}
		r.refuse(&e)
		return true
	}
	switch fault {
	case ResetBeforeHeaders:
		r.reset("")
	case ResetAfterHeaders:
		r.tally.status(http.StatusOK)
		r.reset("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
	case Stall:
		<-r.ctx.Done()
	case ProxyPage:
		r.write(http.StatusOK, "text/html; charset=utf-8", []byte(proxyPage))
	case NotMessage:
		r.write(http.StatusOK, "application/json", []byte(`{"status":"ok"}`))
	default:
		return false // the others need the answer first
	}
	return true
}

// torn announces the whole message and sends half of it.
func (r *reply) torn(m *message) {
	body, err := json.Marshal(m)
	if err != nil {
		r.refuse(scriptError(err))
		return
	}
	r.tally.status(http.StatusOK)
	r.w.Header().Set("content-type", "application/json")
	r.w.Header().Set("content-length", fmt.Sprint(len(body)))
	r.w.Write(body[:len(body)/2])
}
