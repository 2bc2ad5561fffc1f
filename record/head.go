package record

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// The kinds of line.
const (
	kindRun      = "run"
	kindCase     = "case"
	kindBlob     = "blob"
	kindExchange = "exchange"
	kindSample   = "sample"
	kindGate     = "gate"
	kindSummary  = "summary"
	kindVerdict  = "verdict"
	kindSpent    = "spent"
	kindTool     = "tool"
	kindBatch    = "batch"
)

// The most that the index holds of what is counted in a line.
const (
	maxSample    = math.MaxInt32
	maxTurn      = math.MaxUint16
	maxAssertion = math.MaxUint16
	maxVote      = math.MaxUint8
)

// head is what the index needs of a line. Its texts may be parts of the line.
type head struct {
	kind, suite, name, variant []byte
	role, key, outcome, sha    []byte
	sample, ordinal            int
	turn, assertion, vote      int
	reused                     bool
	// bad is what was wrong with a member. It counts only for a kind that
	// this package knows: another may use the same names otherwise.
	bad error
}

// readHead reads the head of a line and leaves the rest of it alone.
func readHead(line []byte) (head, error) {
	var h head
	if err := members(line, h.set); err != nil {
		return head{}, err
	}
	if len(h.kind) == 0 {
		return head{}, errors.New("the line has no kind")
	}
	return h, nil
}

// set takes one member of the line. It gives an error for the kind alone.
func (h *head) set(key, value []byte) (err error) {
	switch string(key) {
	case "kind":
		h.kind, err = plain(value)
		return err
	case "suite":
		h.suite, err = plain(value)
	case "case":
		h.name, err = plain(value)
	case "variant":
		h.variant, err = plain(value)
	case "role":
		h.role, err = plain(value)
	case "key":
		h.key, err = plain(value)
	case "outcome":
		h.outcome, err = plain(value)
	case "sha256":
		h.sha, err = plain(value)
	case "reused":
		h.reused = string(value) == "true"
	default:
		err = h.setNumber(string(key), value)
	}
	if err != nil && h.bad == nil {
		h.bad = fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// setNumber takes a member that may be one of those that count.
func (h *head) setNumber(key string, value []byte) error {
	field, most := &h.sample, maxSample
	switch key {
	case "sample":
	case "ordinal":
		field = &h.ordinal
	case "turn":
		field, most = &h.turn, maxTurn
	case "assertion":
		field, most = &h.assertion, maxAssertion
	case "vote":
		field, most = &h.vote, maxVote
	default:
		return nil
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 || n > int64(most) {
		return fmt.Errorf("found %s, expected a whole number up to %d", excerpt(value), most)
	}
	*field = int(n)
	return nil
}

// checkExchange says what is wrong with the head of an exchange.
func (h *head) checkExchange() error {
	if h.bad != nil {
		return h.bad
	}
	if h.sample == 0 {
		h.sample = h.ordinal
	}
	if h.sample == 0 {
		return errors.New("the exchange has no sample number; they count from 1")
	}
	if h.ordinal != 0 && h.ordinal != h.sample {
		return fmt.Errorf("ordinal is %d and sample %d; expected the same number", h.ordinal, h.sample)
	}
	return nil
}

// checkSample says what is wrong with the head of a sample.
func (h *head) checkSample() error {
	if h.bad != nil {
		return h.bad
	}
	switch string(h.outcome) {
	case Pass, Fail, Errored, Skip:
	default:
		return fmt.Errorf("outcome is %s; expected pass, fail, error or skip", excerpt(h.outcome))
	}
	if h.sample == 0 && string(h.outcome) != Skip {
		return errors.New("the sample has no number; they count from 1")
	}
	return nil
}
