package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/rawjson"
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
	var top object
	if rawjson.Valid(text) {
		var room [usualMembers]member
		top = objectIn(room[:], text)
	}
	if !isMessage(top) {
		return nil, &notMessageError{got: describeBody(body, as)}
	}
	content, err := parseContent(top.get("content"))
	if err != nil {
		return nil, err
	}
	return &Answer{
		Raw:          text,
		ID:           stringOf(top.get("id")),
		Model:        stringOf(top.get("model")),
		Content:      content,
		StopReason:   optionalString(top.get("stop_reason")),
		StopSequence: optionalString(top.get("stop_sequence")),
		StopDetails:  present(top.get("stop_details")),
		Usage:        parseUsage(top.get("usage")),
	}, nil
}

// Turn is the answer as a turn of a conversation that goes on from it: its
// content is there token for token as it came, so that signatures and the
// ids of tool_use blocks hold. White space between the tokens is left out, as
// a record leaves it out: the request has the same Key when it is replayed.
func (a *Answer) Turn() payload.JSON {
	content := objectOf(a.Raw).get("content")
	var turn bytes.Buffer
	turn.WriteString(`{"role":"assistant","content":`)
	if err := json.Compact(&turn, content); err != nil { // Raw is then nobody's answer
		turn.Write(content)
	}
	turn.WriteByte('}')
	return payload.New(turn.Bytes())
}

// validText makes the body one that a file of JSON lines can hold: UTF-8
// without a byte order mark.
func validText(body []byte) []byte {
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if utf8.Valid(body) {
		return body
	}
	return bytes.ToValidUTF8(body, []byte("\uFFFD"))
}

func isMessage(top object) bool {
	if kind := top.get("type"); kind != nil {
		return stringOf(kind) == "message"
	}
	return stringOf(top.get("role")) == "assistant" && top.get("content") != nil
}

func parseContent(raw json.RawMessage) ([]Block, error) {
	blocks, ok := elementsOf(raw)
	if !ok {
		return nil, &notMessageError{got: "one whose content is " + describeJSON(raw) + " and not an array"}
	}
	if len(blocks) > maxBlocks {
		return nil, errTooManyBlocks
	}
	content := make([]Block, len(blocks))
	var room [usualMembers]member
	for i, raw := range blocks {
		b := objectIn(room[:], raw)
		if stringOf(b.get("type")) == "" {
			return nil, &notMessageError{got: fmt.Sprintf("one whose content[%d] is %s and not an object with a type",
				i, describeJSON(raw))}
		}
		content[i] = Block{
			Type:     stringOf(b.get("type")),
			Text:     stringOf(b.get("text")),
			Thinking: stringOf(b.get("thinking")),
			ID:       stringOf(b.get("id")),
			Name:     stringOf(b.get("name")),
			Input:    present(b.get("input")),
			Raw:      raw,
		}
	}
	return content, nil
}

func parseUsage(raw json.RawMessage) Usage {
	var room [usualMembers]member
	u := objectIn(room[:], raw)
	return Usage{
		Raw:                      present(raw),
		InputTokens:              countOf(u.get("input_tokens")),
		OutputTokens:             countOf(u.get("output_tokens")),
		CacheCreationInputTokens: countOf(u.get("cache_creation_input_tokens")),
		CacheReadInputTokens:     countOf(u.get("cache_read_input_tokens")),
	}
}

// present gives nil for an absent member and for null.
func present(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
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
