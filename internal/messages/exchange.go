package messages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Exchange is one request's way to its answer or its error: all attempts of
// it, with the last one's outcome. Exactly one of Answer and Error is set.
type Exchange struct {
	Answer *Answer
	Error  *Error
	// RequestID is the request-id header of the last attempt, "" if absent.
	RequestID string
	// Attempts holds every attempt in order, the last one too.
	Attempts []Attempt
	// Latency is the last attempt's, from the first byte written to the last
	// byte read. TTFT is the time to the first token: from the same byte to
	// the first delta of a content block. It is nil where the answer was not
	// streamed, or had no delta.
	Latency time.Duration
	TTFT    *time.Duration
	// InFlight is how many attempts of the model were under way when the last
	// one was sent, with it; 0 where that is not known.
	InFlight int
	// Batch is the id of the Message Batch in which the answer came, "" where it
	// was asked for by itself. How long it took is then not known.
	Batch string
	// Recorded: it was given before, to be recorded.
	Recorded bool
	// Reused: nothing was sent for this exchange, it was answered
	// from a record.
	Reused bool
	// Answered is when a reused answer was made; zero where that is not known, and
	// for every exchange that was sent.
	Answered time.Time
	// Source is who made the answer where that is not the API:
	// "documentation", "fake". It travels with a replayed exchange.
	Source string
	// Cost is what a reused answer cost when it was made, in US dollars; nil
	// where it is not known, and for every exchange that was sent.
	Cost *float64
}

// Attempt is one try of a request. Status is the HTTP status, 0 where none
// came. Cause is what kept a whole answer from coming, "" where one came.
// Unsent: certainly nothing was sent.
type Attempt struct {
	Status   int
	Duration time.Duration
	Cause    string
	Unsent   bool
}

// Lost reports whether the server may have answered though no answer came:
// what it made then may be billed.
func (a Attempt) Lost() bool { return a.Cause != "" && !a.Unsent }

// Error is why a request has no answer: what the API said, or what kept the
// API from saying anything. It never holds a credential.
type Error struct {
	// Status is the HTTP status of the last attempt, 0 where none came.
	Status int
	// Type is the API's error type (invalid_request_error, …). Four are
	// ours: the constants below.
	Type    string
	Message string
	// Code is details.error_code of the API's error, "" if absent.
	Code string
}

// The error types that no API sent.
const (
	// typeTimeout: an attempt ran out of time, and so did the retries.
	typeTimeout = "timeout"
	// ErrConnection: no connection, or it broke before the answer was whole.
	ErrConnection = "connection_error"
	// typeNotMessage: an answer that is no message, as proxies send with a
	// 200, or a redirect.
	typeNotMessage = "not_a_message"
	// ErrNotRecorded: a replay whose record lacks the request.
	ErrNotRecorded = "not_in_record"
)

// noAccount are the beginnings of messages that report a state of the account without
// a code: the spend limits of an organisation and its tier, credit that is used
// up, and an organisation that is disabled.
var noAccount = []string{
	"You have reached your API usage limits",
	"You have reached your specified API usage limits",
	"Your credit balance is too low",
	"This organization has been disabled",
}

// OfAccount reports whether the error is about the account, not the request,
// and no waiting ends it: its money is spent (enforced_spend_limit_reached,
// contract_spend_limit_reached, …), it is disabled, or the key that its data is
// encrypted by is. Some of these have no code, only a message, mostly with a 400.
// A record does not keep the code, so that there the message decides.
func (e *Error) OfAccount() bool {
	if strings.HasSuffix(e.Code, "spend_limit_reached") || e.Code == "organization_on_hold" || e.Code == "cmek_key_disabled" {
		return true
	}
	inWords := e.Status == http.StatusBadRequest || e.Status == http.StatusTooManyRequests
	return inWords && slices.ContainsFunc(noAccount, func(start string) bool { return strings.HasPrefix(e.Message, start) })
}

// isFinal reports whether no later attempt gives another answer, whatever the
// status says: a 409 is tried again, and that of a skill which cannot be decrypted
// stays.
func (e *Error) isFinal() bool {
	return e.OfAccount() || e.Code == "skill_read_blocked_undecryptable"
}

// Error writes the error as people read it: "529 overloaded_error: Overloaded".
func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %s", e.Type, e.Message)
	}
	return fmt.Sprintf("%d %s: %s", e.Status, e.Type, e.Message)
}
