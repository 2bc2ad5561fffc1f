package fakeapi

import (
	"encoding/binary"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Fault is one way for a call to go wrong.
type Fault string

// The faults. They come before the request is checked, but for those that need
// an answer.
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
	// Stall sends nothing until the client goes away or the Server closes.
	Stall Fault = "stall"
	// SwitchProtocols is a 101, and silence; EndlessHints are 103s without end.
	SwitchProtocols Fault = "switch_protocols"
	EndlessHints    Fault = "endless_hints"
	// ProxyPage is a 200 with an HTML page, NotMessage a 200 with a JSON
	// object that is no message, ErrorBody one with Overloaded's error.
	ProxyPage  Fault = "proxy_page"
	NotMessage Fault = "not_message"
	ErrorBody  Fault = "error_body"
	// EmptyBody is a 200 without a body, TextBody one whose body should be
	// JSON and is a proxy's sentence.
	EmptyBody Fault = "empty_body"
	TextBody  Fault = "text_body"
)

// The faults that need an answer.
const (
	// TornBody announces the whole answer, or starts its stream, sends half of
	// it and hangs up.
	TornBody Fault = "torn_body"
	// StrayBytes sends the whole answer, a line behind it that repeats the
	// credential, and closes the connection. It streams nothing.
	StrayBytes Fault = "stray_bytes"
	// ClosedReuse sends the whole answer as if the connection were kept open,
	// and closes it once the next request comes over it. It streams nothing.
	ClosedReuse Fault = "closed_reuse"
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

// AsAsked gives the first call with a body the fault that its last user text
// names: "fault: stall". All other calls go well.
func AsAsked(c *Call) Fault {
	name, ok := strings.CutPrefix(c.LastUserText(), "fault: ")
	if !ok || c.Attempt > 1 {
		return ""
	}
	return Fault(name)
}

// Random gives each fault its probability (0..1, all together at most 1). The
// draw depends on the seed, the body and the number of the attempt with that
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
