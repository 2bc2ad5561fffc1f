package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// fields is a line type that is decoded member by member.
type fields interface {
	// field gives a pointer to where a member goes, or nil for a member that
	// this version does not know.
	field(name []byte) any
}

// decode reads a line into its type. What is null leaves its field as it is.
// Raw JSON is a part of the line and not looked into: whoever decodes it finds
// what is wrong in it.
func decode(line []byte, into fields) error {
	return decodeWith(line, into, decodeValue)
}

// decodeWith is decode with another way to decode a value.
func decodeWith(line []byte, into fields, decodeValue func(value []byte, field any) error) error {
	return members(line, func(key, value []byte) error {
		field := into.field(key)
		if field == nil || string(value) == "null" {
			return nil
		}
		if err := decodeValue(value, field); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
}

// decodeValue decodes what is frequent without encoding/json, which takes
// several times as long. A list without entries stays nil.
func decodeValue(value []byte, field any) error {
	switch field := field.(type) {
	case *string:
		text, err := plain(value)
		*field = string(text)
		return err
	case *json.RawMessage:
		*field = value
		return nil
	case *int:
		n, err := strconv.Atoi(string(value))
		if err != nil {
			return fmt.Errorf("found %s, expected a whole number", excerpt(value))
		}
		*field = n
		return nil
	case *float64:
		n, err := strconv.ParseFloat(string(value), 64)
		if err != nil {
			return fmt.Errorf("found %s, expected a number", excerpt(value))
		}
		*field = n
		return nil
	case **float64:
		*field = new(float64)
		return decodeValue(value, *field)
	case dollars:
		return field.decode(value)
	case *bool:
		if text := string(value); text == "true" || text == "false" {
			*field = text == "true"
			return nil
		}
	case *map[string]float64:
		if decodeNumbers(value, field) {
			return nil
		}
	case *[]Attempt:
		return decodeAttempts(value, field)
	case *[]string, *[]Assertion, *[]Check:
		if string(value) == "[]" {
			return nil
		}
	}
	return exactjson.Unmarshal(value, field)
}

// dollars is where an amount of money goes, which is never below 0: a bound of
// money is kept by sums of these.
type dollars struct{ field **float64 }

// maxDollars is more than any run costs, and little enough that no sum
// overflows.
const maxDollars = 1e100

func (d dollars) decode(value []byte) error {
	n, err := strconv.ParseFloat(string(value), 64)
	if err != nil || n < 0 || n > maxDollars {
		return fmt.Errorf("found %s, expected US dollars, 0 or more", excerpt(value))
	}
	*d.field = &n
	return nil
}

// decodeNumbers decodes an object of numbers. It reports false where it is none,
// or has a key that is written with escapes.
func decodeNumbers(value []byte, into *map[string]float64) bool {
	numbers := map[string]float64{}
	odd := errors.New("not plain")
	err := members(value, func(key, value []byte) error {
		n, err := strconv.ParseFloat(string(value), 64)
		if err != nil || bytes.IndexByte(key, '\\') >= 0 || !utf8.Valid(key) {
			return odd
		}
		numbers[string(key)] = n
		return nil
	})
	if err == nil {
		*into = numbers
	}
	return err == nil
}

// decodeAttempts decodes the attempts of an exchange. A list without entries
// stays nil.
func decodeAttempts(value []byte, into *[]Attempt) error {
	return elements(value, func(element []byte) error {
		var a Attempt
		if err := decode(element, &a); err != nil {
			return err
		}
		*into = append(*into, a)
		return nil
	})
}

func (a *Attempt) field(name []byte) any {
	switch string(name) {
	case "status":
		return &a.Status
	case "ms":
		return &a.MS
	case "cause":
		return &a.Cause
	}
	return nil
}

func (c *Case) field(name []byte) any {
	switch string(name) {
	case "kind":
		return &c.Kind
	case "suite":
		return &c.Suite
	case "path":
		return &c.Path
	case "line":
		return &c.Line
	case "case":
		return &c.Case
	case "variant":
		return &c.Variant
	case "axes":
		return &c.Axes
	case "tags":
		return &c.Tags
	case "cluster":
		return &c.Cluster
	case "times":
		return &c.Times
	case "need":
		return &c.Need
	case "skip":
		return &c.Skip
	case "digest":
		return &c.Digest
	case "conversation":
		return &c.Conversation
	case "assertions":
		return &c.Assertions
	case "metrics":
		return &c.Metrics
	}
	return nil
}

func (s *Sample) field(name []byte) any {
	switch string(name) {
	case "kind":
		return &s.Kind
	case "suite":
		return &s.Suite
	case "case":
		return &s.Case
	case "variant":
		return &s.Variant
	case "sample":
		return &s.Sample
	case "outcome":
		return &s.Outcome
	case "assertions":
		return &s.Assertions
	case "metrics":
		return &s.Metrics
	case "metric_errors":
		return &s.MetricErrors
	case "score":
		return &s.Score
	case "cost_usd":
		return dollars{&s.CostUSD}
	case "error":
		return &s.Error
	case "turns":
		return &s.Turns
	case "ended":
		return &s.Ended
	case "warnings":
		return &s.Warnings
	}
	return nil
}

func (e *Exchange) field(name []byte) any {
	switch string(name) {
	case "kind":
		return &e.Kind
	case "suite":
		return &e.Suite
	case "case":
		return &e.Case
	case "variant":
		return &e.Variant
	case "sample":
		return &e.Sample
	case "turn":
		return &e.Turn
	case "role":
		return &e.Role
	case "assertion":
		return &e.Assertion
	case "vote":
		return &e.Vote
	case "place":
		return &e.Place
	case "key":
		return &e.Key
	case "ordinal":
		return &e.Ordinal
	case "source":
		return &e.Source
	case "request":
		return &e.Request
	case "response":
		return &e.Response
	}
	return e.measured(name)
}

// measured is field for how the exchange went.
func (e *Exchange) measured(name []byte) any {
	switch string(name) {
	case "request_id":
		return &e.RequestID
	case "latency_ms":
		return &e.LatencyMS
	case "ttft_ms":
		return &e.TTFTMS
	case "tokens_per_second":
		return &e.TokensPerSecond
	case "attempts":
		return &e.Attempts
	case "usage":
		return &e.Usage
	case "cost_usd":
		return dollars{&e.CostUSD}
	case "spent_usd":
		return dollars{&e.SpentUSD}
	case "reused":
		return &e.Reused
	case "error":
		return &e.Error
	}
	return nil
}

func (b *Blob) field(name []byte) any {
	switch string(name) {
	case "kind":
		return &b.Kind
	case "sha256":
		return &b.SHA256
	case "media_type":
		return &b.MediaType
	case "data":
		return &b.Data
	}
	return nil
}
