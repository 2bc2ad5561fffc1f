package logsuite

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/traffic"
)

// said is what an application says in a conversation: the fields of its first
// request, and the turns before each answer.
type said struct {
	fields []exactjson.Member
	turns  [][]json.RawMessage
	system int // how many texts its field system has
}

// saidIn gives what is said in a conversation with its texts changed, unless change
// is nil: those of system, and what is named text or content in messages.
func saidIn(c *traffic.Conversation, change func(string) string) said {
	var s said
	for _, m := range c.First().Fields() {
		switch {
		case m.IsNamed("messages"):
			continue
		case m.IsNamed("system") && change != nil:
			m.Value = changed(m.Value, true, func(text string) string {
				s.system++
				return change(text)
			}, 0)
		}
		s.fields = append(s.fields, m)
	}
	for i, step := range c.Steps {
		turns := step.Said
		if i == 0 {
			turns = step.Turns()
		}
		if change != nil {
			turns = slices.Clone(turns)
			for i, turn := range turns {
				turns[i] = changed(turn, false, change, 0)
			}
		}
		s.turns = append(s.turns, turns)
	}
	return s
}

// maxTextDepth is how deep in a turn texts are looked for.
const maxTextDepth = 16

// changed gives a value with its texts changed; isText says that a text is one.
func changed(value json.RawMessage, isText bool, change func(string) string, depth int) json.RawMessage {
	if depth > maxTextDepth {
		return value
	}
	if text, ok := exactjson.Text(value); ok && isText {
		if to := change(text); to != text {
			return exactjson.Quote(to)
		}
		return value
	}
	if list, err := exactjson.ParseArray(value); err == nil {
		parts := make([][]byte, len(list))
		for i, item := range list {
			parts[i] = changed(item, false, change, depth+1)
		}
		return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
	}
	o, err := exactjson.ParseObject(value)
	if err != nil {
		return value
	}
	var out exactjson.Object
	for _, m := range o.Members() {
		m.Value = changed(m.Value, m.IsNamed("text") || m.IsNamed("content"), change, depth+1)
		out.Put(m)
	}
	return out.Append(nil)
}
