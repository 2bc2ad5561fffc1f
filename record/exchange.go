package record

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// decodeExchange reads an exchange line. Request, response and usage are
// parts of the line, not looked into: whoever decodes them finds what is
// wrong in them.
func decodeExchange(line []byte) (*Exchange, error) {
	e := new(Exchange)
	err := members(line, func(key, value []byte) error {
		if err := e.set(string(key), value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Exchange) set(key string, value []byte) error {
	null := string(value) == "null"
	switch key {
	case "request":
		e.Request = value
		return nil
	case "response":
		if !null {
			e.Response = value
		}
		return nil
	case "usage":
		if !null {
			e.Usage = value
		}
		return nil
	}
	if null {
		return nil
	}
	if text := e.text(key); text != nil {
		s, err := plain(value)
		*text = string(s)
		return err
	}
	if field := e.field(key); field != nil {
		return json.Unmarshal(value, field)
	}
	return nil
}

// text gives the place of a field that holds text, or nil.
func (e *Exchange) text(key string) *string {
	switch key {
	case "kind":
		return &e.Kind
	case "suite":
		return &e.Suite
	case "case":
		return &e.Case
	case "variant":
		return &e.Variant
	case "role":
		return &e.Role
	case "key":
		return &e.Key
	case "source":
		return &e.Source
	case "request_id":
		return &e.RequestID
	}
	return nil
}

// field gives the place of a field that holds anything else but raw JSON, or
// nil for a member that this version does not know.
func (e *Exchange) field(key string) any {
	switch key {
	case "sample":
		return &e.Sample
	case "turn":
		return &e.Turn
	case "vote":
		return &e.Vote
	case "ordinal":
		return &e.Ordinal
	case "latency_ms":
		return &e.LatencyMS
	case "ttft_ms":
		return &e.TTFTMS
	case "attempts":
		return &e.Attempts
	case "cost_usd":
		return &e.CostUSD
	case "spent_usd":
		return &e.SpentUSD
	case "reused":
		return &e.Reused
	case "error":
		return &e.Error
	}
	return nil
}

// ID names the case that the exchange belongs to.
func (e *Exchange) ID() ID { return ID{e.Suite, e.Case, e.Variant} }

// Duration is a number of milliseconds, as the record has them, as a
// Duration. What no Duration can be is clamped to the nearest.
func Duration(ms float64) time.Duration {
	ns := math.Round(ms * float64(time.Millisecond))
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns > 0:
		return time.Duration(ns)
	}
	return 0
}
