package record

import (
	"encoding/json"
	"slices"
	"time"
)

// Exchange is one request and its answer or error.
type Exchange struct {
	Kind string `json:"kind"` // "exchange"
	// Identity is what the answer belongs to. A rubric that says the same as
	// an earlier one of the sample has no exchanges of its own.
	Identity
	// Key is the hash of the request: of two that are equal it is the same.
	Key string `json:"key"`
	// Source is who made the answer; "" where it is Run.Source.
	Source string `json:"source,omitzero"`
	// APIVersion and Betas are the request's headers; APIVersion is "" where it
	// is Run.APIVersion.
	APIVersion string          `json:"api_version,omitzero"`
	Betas      []string        `json:"betas,omitempty"`
	Request    json.RawMessage `json:"request"` // base64 data replaced by {"sha256":…}
	// Blobs are data that Request refers to already. A Writer needs those that
	// its record may lack; a reader is given none.
	Blobs     []Blob          `json:"-"`
	Response  json.RawMessage `json:"response"` // null where there is an error
	RequestID string          `json:"request_id"`
	// Batch is the id of the Message Batch in which the answer came; "" where it
	// was asked for by itself. How long it took is then not known.
	Batch string `json:"batch,omitzero"`
	Measured
	// Reused says that nothing was sent: a record gave the answer.
	Reused bool `json:"reused"`
	// Answered is when the answer or the error came, to the second; zero where that
	// is not known. A reused answer keeps it.
	Answered time.Time `json:"answered,omitzero"`
	// Redacted names what was changed by Writer.Redact, request or response.
	Redacted []string `json:"redacted,omitempty"`
	Error    *Error   `json:"error"`
}

// IsRedacted reports whether the answer is not what it was when it came, so that
// nothing can be judged by it.
func (e *Exchange) IsRedacted() bool { return slices.Contains(e.Redacted, redactedResponse) }

// AnsweredAt gives when the answer of an exchange of the record was made, at
// the earliest; zero where that is not known. Earlier versions did not record it: an
// answer of theirs is as old as its run.
func (f *File) AnsweredAt(e *Exchange) time.Time {
	if e.Answered.IsZero() && !e.Reused {
		return f.started
	}
	return e.Answered
}

// Measured is what an exchange took.
type Measured struct {
	// LatencyMS is the last attempt's; TTFTMS its time to the first token, nil
	// where the answer was not streamed.
	LatencyMS float64  `json:"latency_ms"`
	TTFTMS    *float64 `json:"ttft_ms"`
	// TokensPerSecond is how fast a streamed answer came after its first
	// token; nil where that was not measured.
	TokensPerSecond *float64 `json:"tokens_per_second,omitzero"`
	// InFlight is how many requests of the model were under way when the last
	// attempt was sent, with it; 0 where that is not known.
	InFlight int             `json:"in_flight,omitzero"`
	Attempts []Attempt       `json:"attempts"`
	Usage    json.RawMessage `json:"usage"`
	// CostUSD is what the answer cost when it was made, and SpentUSD what this
	// run paid for it: nothing where it was reused. Both are nil where that is
	// not known.
	CostUSD  *float64 `json:"cost_usd"`
	SpentUSD *float64 `json:"spent_usd"`
}

// Attempt is one try of an exchange's request.
type Attempt struct {
	Status int     `json:"status"`
	MS     float64 `json:"ms"`
	Cause  string  `json:"cause,omitzero"`
}

// Error is why an exchange or a sample has no answer.
type Error struct {
	Status  int    `json:"status"`
	Type    string `json:"type"`
	Message string `json:"message"`
	// Turn is of a sample: the exchange of its conversation that has no
	// answer, from 1; 0 where there was but one.
	Turn int `json:"turn,omitzero"`
}

// WithoutVerdict reports whether there is an answer that nobody judged.
func (e *Error) WithoutVerdict() bool { return e.Type == NoVerdict || e.Type == CheckFailed }
