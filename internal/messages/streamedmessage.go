package messages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// streamedMessage assembles a message from the events of its stream. Its
// result is the body that would have come without a stream: what message_start
// and content_block_start hold keeps its order and its bytes, and the pieces
// of a text are joined as they are spelled, without decoding them.
//
// Events of an unknown type are left out, as ping is. Of a delta of an unknown
// type, such as x_delta, the text x is joined to the block's x; the rest of it
// is left out, since nobody knows whether it is content or only reports progress.
type streamedMessage struct {
	message    *exactjson.Object // as it started; nil before that
	late       *exactjson.Object // what message_start lacked and message_delta had
	usage      *exactjson.Object
	blocks     []*streamedBlock // as they started
	indexed    map[int64]*streamedBlock
	unexpected string // the first event before message_start, but for ping
	begun      bool   // a delta of a block came
	ended      bool   // message_stop came
}

// streamError is an event that reports an error after the status 200.
type streamError struct{ data []byte }

func (e *streamError) Error() string { return "the stream ended with an error" }

// brokenStream is the error of a stream of which something was lost or changed
// on the way.
func brokenStream(format string, args ...any) error {
	return &notMessageError{got: fmt.Sprintf("an event stream "+format, args...), damaged: true}
}

// take adds an event. The error is a streamError or a notMessageError.
func (m *streamedMessage) take(e serverEvent) error {
	if e.name == "error" {
		return &streamError{bytes.Clone(e.data)}
	}
	if err := checkValues(e.data); err != nil {
		return err
	}
	event := objectOf(e.data)
	if event == nil && !exactjson.Valid(e.data) {
		return checkIgnorable(e)
	}
	kind := cmp.Or(stringOf(event.Get("type")), e.name)
	switch {
	case isError(event):
		return &streamError{bytes.Clone(e.data)}
	case kind == "message_start":
		return m.start(event.Get("message"))
	case m.message == nil && isMessageEvent(kind):
		return brokenStream("with a %s before its message_start", kind)
	case m.message == nil && m.unexpected == "" && kind != "ping":
		m.unexpected = string(e.data[:min(len(e.data), maxDescribed)])
	}
	switch kind {
	case "content_block_start":
		return m.startBlock(event)
	case "content_block_delta":
		return m.changeBlock(event)
	case "message_delta":
		m.change(e.data)
	case "message_stop":
		m.ended = true
	}
	return nil
}

// isMessageEvent reports whether events of this type are part of a message.
func isMessageEvent(kind string) bool {
	switch kind {
	case "message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop":
		return true
	}
	return false
}

// checkIgnorable refuses an event whose data is not JSON, unless it is one
// that may be left out.
func checkIgnorable(e serverEvent) error {
	switch text := bytes.TrimSpace(e.data); {
	case isMessageEvent(e.name):
		return brokenStream("whose %s is not JSON", e.name)
	case e.name != "", len(text) == 0, string(text) == "[DONE]": // so do other APIs end a stream
		return nil
	}
	return brokenStream("with an event that is not JSON")
}

// start begins the message, anew if it had begun.
func (m *streamedMessage) start(message json.RawMessage) error {
	started := objectOf(bytes.Clone(message))
	if started == nil {
		return brokenStream("whose message_start holds no message")
	}
	if m.message != nil && stringOf(m.message.Get("id")) != stringOf(started.Get("id")) {
		return brokenStream("with the message_start of another message within it")
	}
	usage := objectOf(started.Get("usage"))
	if usage == nil {
		usage = new(exactjson.Object)
	}
	*m = streamedMessage{message: started, late: new(exactjson.Object), usage: usage, indexed: map[int64]*streamedBlock{}}
	return nil
}

func (m *streamedMessage) startBlock(event *exactjson.Object) error {
	fields := objectOf(bytes.Clone(event.Get("content_block")))
	index := countOf(event.Get("index"))
	if fields == nil || index == nil {
		return brokenStream("whose content_block_start holds no index or no content_block")
	}
	if len(m.blocks) == maxBlocks {
		return errTooManyBlocks
	}
	b := &streamedBlock{fields: fields, index: *index}
	m.blocks = append(m.blocks, b)
	m.indexed[b.index] = b
	if model := b.fallbackModel(); model != nil {
		m.message.Set("model", model)
	}
	return nil
}

func (m *streamedMessage) changeBlock(event *exactjson.Object) error {
	index := countOf(event.Get("index"))
	if index == nil {
		return brokenStream("whose content_block_delta holds no index")
	}
	b := m.indexed[*index]
	if b == nil {
		return brokenStream("with a content_block_delta for content[%d], which has not started", *index)
	}
	m.begun = true
	b.change(objectOf(event.Get("delta")))
	return nil
}

// change takes what a message_delta brings: stop_reason and its like in
// delta, usage, whose counts are those of the whole message, and beside them
// what else there is. What is null there is what it was.
func (m *streamedMessage) change(event []byte) {
	for _, member := range membersOf(bytes.Clone(event)) {
		switch member.Text() {
		case "type":
		case "usage":
			for _, count := range membersOf(member.Value) {
				update(m.usage, count)
			}
		case "delta":
			for _, field := range membersOf(member.Value) {
				m.update(field)
			}
		default:
			m.update(member)
		}
	}
}

func (m *streamedMessage) update(field exactjson.Member) {
	if m.message.Get(field.Text()) != nil {
		update(m.message, field)
		return
	}
	update(m.late, field)
}

// update puts a member that came later into an object. A null means "nothing
// new": it is put only where the member is absent.
func update(o *exactjson.Object, m exactjson.Member) {
	if string(m.Value) == "null" && o.Get(m.Text()) != nil {
		return
	}
	o.Put(m)
}

// body is the message as JSON. What came late is put before usage, where the
// API has its stop_details.
func (m *streamedMessage) body() []byte {
	content := m.message.Get("content")
	if kindOf(content) != '[' {
		content = json.RawMessage("[]")
	}
	slices.SortStableFunc(m.blocks, func(a, b *streamedBlock) int { return cmp.Compare(a.index, b.index) })
	for _, b := range m.blocks {
		content = appendElement(content, b.json())
	}
	m.message.Set("content", content)
	if len(m.usage.Members()) > 0 {
		m.message.Set("usage", m.usage.Append(nil))
	}
	var whole exactjson.Object
	for _, member := range m.message.Members() {
		if member.IsNamed("usage") {
			putAll(&whole, m.late)
		}
		whole.Put(member)
	}
	putAll(&whole, m.late) // where there is no usage
	return whole.Append(nil)
}

func putAll(into, from *exactjson.Object) {
	for _, member := range from.Members() {
		into.Put(member)
	}
}

// streamedBlock is one content block under way.
type streamedBlock struct {
	index  int64 // in content
	fields *exactjson.Object
	// input is the JSON string of all partial_json so far.
	input json.RawMessage
}

// fallbackModel is the model that a block of type fallback hands over to; the
// message names that one where it is not streamed. nil for other blocks.
func (b *streamedBlock) fallbackModel() json.RawMessage {
	if stringOf(b.fields.Get("type")) != "fallback" {
		return nil
	}
	return objectOf(b.fields.Get("to")).Get("model")
}

// change takes one delta.
func (b *streamedBlock) change(delta *exactjson.Object) {
	switch kind := stringOf(delta.Get("type")); kind {
	case "input_json_delta":
		b.input = joinText(b.input, delta.Get("partial_json"))
	case "citations_delta":
		if citation := delta.Get("citation"); citation != nil {
			b.fields.Set("citations", appendElement(b.fields.Get("citations"), citation))
		}
	case "compaction_delta": // a summary comes whole
		for _, name := range []string{"content", "encrypted_content"} {
			if value := delta.Get(name); value != nil {
				b.fields.Set(name, bytes.Clone(value))
			}
		}
	case "type_delta": // would make another block of it
	default: // text_delta, thinking_delta, signature_delta and such as may come
		name, ok := strings.CutSuffix(kind, "_delta")
		if ok && kindOf(delta.Get(name)) == '"' {
			b.fields.Set(name, joinText(b.fields.Get(name), delta.Get(name)))
		}
	}
}

// json is the whole block. The input of a tool is what its pieces make, or
// what the block started with, or {}. Pieces that make no JSON, as where
// max_tokens cut them or the API did not check them, are kept as text in the
// object that the API's guide to fine-grained tool streaming has for them.
func (b *streamedBlock) json() json.RawMessage {
	text := stringOf(b.input)
	switch {
	case strings.TrimSpace(text) == "":
		if strings.HasSuffix(stringOf(b.fields.Get("type")), "tool_use") && present(b.fields.Get("input")) == nil {
			b.fields.Set("input", json.RawMessage("{}"))
		}
	case exactjson.Valid([]byte(text)):
		b.fields.Set("input", json.RawMessage(text))
	default:
		b.fields.Set("input", slices.Concat([]byte(`{"INVALID_JSON":`), b.input, []byte("}")))
	}
	return b.fields.Append(nil)
}

// joinText joins two JSON strings into one. It keeps a where b is no string,
// and gives a copy of b where a is none. It may use a's memory, not b's.
func joinText(a, b json.RawMessage) json.RawMessage {
	switch {
	case kindOf(b) != '"':
		return a
	case kindOf(a) != '"':
		return bytes.Clone(b)
	}
	return append(a[:len(a)-1], b[1:]...)
}

// appendElement gives the array with one element more; what is no array
// counts as an empty one. It may use the array's memory, not the element's.
func appendElement(array, element json.RawMessage) json.RawMessage {
	if kindOf(array) != '[' {
		array = json.RawMessage("[]")
	}
	array = array[:len(array)-1]
	if len(bytes.TrimSpace(array)) > 1 {
		array = append(array, ',')
	}
	return append(append(array, element...), ']')
}
