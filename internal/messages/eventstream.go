package messages

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// EventStream writes a message as the event stream that it would have come in,
// for a client that asked for one. A client that puts the events together has the
// message again. The error says that it is no message.
func EventStream(message json.RawMessage) ([]byte, error) {
	answer, err := ParseAnswer(message)
	if err != nil {
		return nil, err
	}
	w := &eventWriter{}
	top := objectOf(answer.Raw)
	w.start(top)
	for i, block := range answer.Content {
		w.block(i, &block)
	}
	w.end(top)
	return w.out.Bytes(), nil
}

// eventWriter writes events of a message.
type eventWriter struct{ out bytes.Buffer }

// event writes an event whose data is an object of a type, with more members
// behind it.
func (w *eventWriter) event(kind, members string) {
	w.out.WriteString("event: " + kind + "\ndata: {\"type\":\"" + kind + "\"" + members + "}\n\n")
}

// lateMembers are those of a message that come with its end, in the delta of
// message_delta, or beside it.
var (
	lateMembers   = []string{"stop_reason", "stop_sequence", "stop_details", "container"}
	besideMembers = []string{"context_management"}
)

// start writes the message as it is before its content: with a null for what is
// not known then.
func (w *eventWriter) start(top *exactjson.Object) {
	var started exactjson.Object
	for _, m := range top.Members() {
		switch name := m.Text(); {
		case name == "content":
			m.Value = json.RawMessage("[]")
		case slices.Contains(lateMembers, name), slices.Contains(besideMembers, name):
			m.Value = json.RawMessage("null")
		}
		m.Value = compact(m.Value)
		started.Put(m)
	}
	w.event("message_start", `,"message":`+string(started.Append(nil)))
}

// end writes what comes with the end of the message.
func (w *eventWriter) end(top *exactjson.Object) {
	var delta exactjson.Object
	for _, name := range lateMembers {
		if value := top.Get(name); value != nil {
			delta.Set(name, compact(value))
		}
	}
	members := `,"delta":` + string(delta.Append(nil))
	for _, name := range append(besideMembers, "usage") {
		if value := present(top.Get(name)); value != nil {
			members += `,"` + name + `":` + string(compact(value))
		}
	}
	w.event("message_delta", members)
	w.event("message_stop", "")
}

// block writes the events of a content block: what it holds of text comes in
// deltas, all else with its start.
func (w *eventWriter) block(index int, b *Block) {
	at := `,"index":` + strconv.Itoa(index)
	fields := objectOf(bytes.Clone(b.Raw))
	var deltas []string
	move := func(member, empty, kind, name string) {
		value := fields.Get(member)
		if value == nil {
			return
		}
		for _, piece := range pieces(value, kind) {
			deltas = append(deltas, `{"type":"`+kind+`","`+name+`":`+string(piece)+`}`)
		}
		fields.Set(member, json.RawMessage(empty))
	}
	switch b.Type {
	case "text":
		w.citations(fields, &deltas)
		move("text", `""`, "text_delta", "text")
	case "thinking":
		move("thinking", `""`, "thinking_delta", "thinking")
		move("signature", `""`, "signature_delta", "signature")
	case "tool_use", "server_tool_use", "mcp_tool_use":
		move("input", `{}`, "input_json_delta", "partial_json")
	}
	w.event("content_block_start", at+`,"content_block":`+string(compact(fields.Append(nil))))
	for _, delta := range deltas {
		w.event("content_block_delta", at+`,"delta":`+delta)
	}
	w.event("content_block_stop", at)
}

// citations takes the citations out of a block of text.
func (w *eventWriter) citations(fields *exactjson.Object, deltas *[]string) {
	cited := elementsOf(fields.Get("citations"))
	if len(cited) == 0 {
		return
	}
	for _, citation := range cited {
		*deltas = append(*deltas, `{"type":"citations_delta","citation":`+string(compact(citation))+`}`)
	}
	fields.Set("citations", json.RawMessage("[]"))
}

// maxPiece is how many bytes of a text one delta has at most.
const maxPiece = 64

// pieces cuts a value into texts, each a JSON string: a text into parts of it,
// the input of a tool into parts of its JSON.
func pieces(value json.RawMessage, kind string) [][]byte {
	text := stringOf(value)
	if kind == "input_json_delta" {
		text = string(compact(value))
		if invalid := objectOf(value).Get("INVALID_JSON"); invalid != nil && len(membersOf(value)) == 1 {
			text = stringOf(invalid) // as it came
		}
	}
	var out [][]byte
	for text != "" {
		n := min(len(text), maxPiece)
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		out = append(out, exactjson.Quote(text[:n]))
		text = text[n:]
	}
	return out
}

// compact is a JSON value on one line, as the data of an event is.
func compact(value json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return value
	}
	return out.Bytes()
}
