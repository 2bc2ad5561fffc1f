package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Answer is a message as the API answered it. Raw is the body itself; the
// fields are read from it and never normalised: an unknown stop_reason or
// block type comes through as it is.
type Answer struct {
	Raw          json.RawMessage
	ID           string
	Model        string
	Content      []Block
	StopReason   *string
	StopSequence *string
	StopDetails  json.RawMessage
	Usage        Usage
}

// Block is one content block of an answer. Raw is the whole block; what the
// other fields do not name is read from there.
type Block struct {
	Type     string
	Text     string
	Thinking string
	ID       string
	Name     string
	Input    json.RawMessage
	Raw      json.RawMessage
}

// Usage is the usage object of an answer, in tokens. Absent is not zero for
// servers that only resemble the API, so what may be absent is a pointer.
type Usage struct {
	Raw                      json.RawMessage
	InputTokens              *int64
	OutputTokens             *int64
	CacheCreationInputTokens *int64
	CacheReadInputTokens     *int64
}

// ParseAnswer reads the body of an answer. It expects a JSON object of type
// "message", or without a type but with the role "assistant", whose content
// is an array of objects with a type; the error for any other body describes
// it. Fields of an unexpected type are read as absent and stay in Raw.
// Bytes that are not UTF-8 become U+FFFD, in Raw too.
func ParseAnswer(body []byte) (*Answer, error) {
	return parseAnswer(body, bodyType{})
}

// notMessageError describes what came in place of a message.
type notMessageError struct {
	got string
	// damaged: it is what is left of a message, which may come whole the next
	// time.
	damaged bool
}

func (e *notMessageError) Error() string { return "expected a message, got " + e.got }

// parseAnswer is ParseAnswer for a body of which the type is known.
func parseAnswer(body []byte, as bodyType) (*Answer, error) {
	text := validText(body)
	top := objectOf(text)
	if !isMessage(top) {
		return nil, &notMessageError{got: describeBody(body, as)}
	}
	content, err := parseContent(top.Get("content"))
	if err != nil {
		return nil, err
	}
	return &Answer{
		Raw:          text,
		ID:           stringOf(top.Get("id")),
		Model:        stringOf(top.Get("model")),
		Content:      content,
		StopReason:   optionalString(top.Get("stop_reason")),
		StopSequence: optionalString(top.Get("stop_sequence")),
		StopDetails:  present(top.Get("stop_details")),
		Usage:        parseUsage(top.Get("usage")),
	}, nil
}

// Turn is the answer as a turn of a conversation that goes on from it: its
// content is there token for token as it came, so that signatures and the
// ids of tool_use blocks hold. White space between the tokens is left out, as
// a record leaves it out: the request has the same Key when it is replayed.
// Blocks that the API writes and does not take back are left out beside others.
func (a *Answer) Turn() payload.JSON {
	blocks := elementsOf(objectOf(a.Raw).Get("content"))
	filled := make([][]byte, 0, len(blocks))
	for i, raw := range blocks {
		if a.goesBack(i) {
			filled = append(filled, raw)
		}
	}
	if len(filled) == 0 {
		for _, raw := range blocks {
			filled = append(filled, raw)
		}
	}
	content := jsontext.Value(slices.Concat([]byte{'['}, bytes.Join(filled, []byte{','}), []byte{']'}))
	_ = content.Compact() // it is valid
	return payload.New(slices.Concat([]byte(`{"role":"assistant","content":`), content, []byte{'}'}))
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// validText makes the body one that a file of JSON lines can hold: UTF-8
// without a byte order mark.
func validText(body []byte) []byte {
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if utf8.Valid(body) {
		return body
	}
	return bytes.ToValidUTF8(body, []byte("\uFFFD"))
}

func isMessage(top *exactjson.Object) bool {
	if kind := top.Get("type"); kind != nil {
		return stringOf(kind) == "message"
	}
	return stringOf(top.Get("role")) == "assistant" && top.Get("content") != nil
}

func parseContent(raw json.RawMessage) ([]Block, error) {
	if kindOf(raw) != '[' {
		return nil, &notMessageError{got: "one whose content is " + describeJSON(raw) + " and not an array"}
	}
	blocks := elementsOf(raw)
	if len(blocks) > maxBlocks {
		return nil, errTooManyBlocks
	}
	content := make([]Block, len(blocks))
	for i, raw := range blocks {
		b := objectOf(raw)
		if stringOf(b.Get("type")) == "" {
			return nil, &notMessageError{got: fmt.Sprintf("one whose content[%d] is %s and not an object with a type",
				i, describeJSON(raw))}
		}
		content[i] = Block{
			Type:     stringOf(b.Get("type")),
			Text:     stringOf(b.Get("text")),
			Thinking: stringOf(b.Get("thinking")),
			ID:       stringOf(b.Get("id")),
			Name:     stringOf(b.Get("name")),
			Input:    present(b.Get("input")),
			Raw:      raw,
		}
	}
	return content, nil
}

func parseUsage(raw json.RawMessage) Usage {
	u := objectOf(raw)
	return Usage{
		Raw:                      present(raw),
		InputTokens:              countOf(u.Get("input_tokens")),
		OutputTokens:             countOf(u.Get("output_tokens")),
		CacheCreationInputTokens: countOf(u.Get("cache_creation_input_tokens")),
		CacheReadInputTokens:     countOf(u.Get("cache_read_input_tokens")),
	}
}

// countOf gives nil for everything but a whole number from 0 up, in any
// spelling that JSON has for one.
func countOf(raw json.RawMessage) *int64 {
	const exactDigits = 15 // of a float64
	if len(raw) <= exactDigits {
		if count, err := strconv.ParseUint(string(raw), 10, 63); err == nil {
			n := int64(count)
			return &n
		}
	}
	var n *float64
	if err := exactjson.Unmarshal(raw, &n); err != nil || n == nil {
		return nil
	}
	const exact = 1 << 53 // above it a float64 skips whole numbers
	if *n < 0 || *n > exact || *n != math.Trunc(*n) {
		return nil
	}
	count := int64(*n)
	return &count
}
