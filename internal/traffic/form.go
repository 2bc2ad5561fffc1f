package traffic

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/go-json-experiment/json/jsontext"
)

// mark is the hash of the beginning of a conversation.
type mark [sha256.Size]byte

// add is the mark of a conversation that has one part more.
func (m mark) add(part []byte) mark {
	h := sha256.New()
	h.Write(m[:])
	h.Write(part)
	return mark(h.Sum(nil))
}

// exact is JSON in one spelling: without white space, each character of a text
// escaped only where it must be. The order of keys and the spelling of numbers
// stay.
func exact(raw []byte) []byte {
	value := jsontext.Value(bytes.Clone(raw))
	_ = value.Format(jsontext.PreserveRawStrings(false), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	return value
}

// loose is a turn in a form that is equal for all ways to write what the API
// takes for the same: a text or its block, a member or its default, in any order.
// Marks for the cache are left out: clients move them on with every request.
func loose(turn []byte) []byte {
	o, err := exactjson.ParseObject(turn)
	if err != nil {
		return exact(turn)
	}
	o.Set("content", looseContent(o.Get("content")))
	value := jsontext.Value(o.Append(nil))
	_ = value.Format(jsontext.ReorderRawObjects(true), jsontext.PreserveRawStrings(false))
	return value
}

func looseContent(content json.RawMessage) json.RawMessage {
	if text, ok := exactjson.Text(content); ok {
		if text == "" {
			return json.RawMessage("[]")
		}
		return slices.Concat([]byte(`[{"type":"text","text":`), content, []byte("}]"))
	}
	if len(content) == 0 {
		return json.RawMessage("[]")
	}
	blocks, err := exactjson.ParseArray(content)
	if err != nil {
		return content
	}
	var parts [][]byte
	for _, block := range blocks {
		if part := looseBlock(block); part != nil {
			parts = append(parts, part)
		}
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
}

// looseBlock is nil for a block that says nothing.
func looseBlock(block json.RawMessage) []byte {
	o, err := exactjson.ParseObject(block)
	if err != nil {
		return block
	}
	kind := string(o.Get("type"))
	if kind == `"text"` && string(o.Get("text")) == `""` {
		return nil
	}
	var out exactjson.Object
	for _, m := range o.Members() {
		value := string(m.Value)
		if value != "null" && !m.IsNamed("cache_control") && !(m.IsNamed("is_error") && value == "false") {
			out.Put(m)
		}
	}
	if kind == `"tool_result"` {
		out.Set("content", looseContent(o.Get("content")))
	}
	return out.Append(nil)
}

// rest is the mark of all of a request but its messages and whether it is
// streamed.
func (e *Exchange) rest() mark {
	fields := slices.Clone(e.fields)
	slices.SortStableFunc(fields, func(a, b exactjson.Member) int { return bytes.Compare(a.Name, b.Name) })
	out := mark{}
	for _, beta := range e.Betas {
		out = out.add([]byte(beta))
	}
	out = out.add([]byte(e.Version))
	for _, m := range fields {
		if !m.IsNamed("messages") && !m.IsNamed("stream") {
			out = out.add([]byte(m.Text())).add(exact(m.Value))
		}
	}
	return out
}

// sign computes the marks.
func (e *Exchange) sign() {
	at := e.rest()
	for _, turn := range e.turns {
		at = at.add(loose(turn))
		e.marks = append(e.marks, at)
	}
	e.end = at.add(loose([]byte(e.Answer.Turn().String())))
}

// Difference says where a body that a suite sends is not the one that was logged:
// the name of the first member that differs, or "" where they are equal. Of the
// request that begins a conversation each turn must be written as it was; of
// those that go on from an answer it must mean the same. The order of the body's
// members, which the API does not see, and stream, do not count.
func (e *Exchange) Difference(sent payload.JSON, first bool) string {
	other, err := newExchange(sent.Text(), sent.Blobs())
	if err != nil {
		return "body"
	}
	for _, m := range e.fields {
		if value := other.Field(m.Text()); !m.IsNamed("messages") && !m.IsNamed("stream") && (value == nil || !bytes.Equal(exact(m.Value), exact(value))) {
			return m.Text()
		}
	}
	for _, m := range other.fields {
		if e.Field(m.Text()) == nil && !m.IsNamed("stream") {
			return m.Text()
		}
	}
	form := loose
	if first {
		form = exact
	}
	if !slices.EqualFunc(e.turns, other.turns, func(a, b json.RawMessage) bool { return bytes.Equal(form(a), form(b)) }) {
		return "messages"
	}
	return ""
}
