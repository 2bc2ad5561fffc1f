package judge

import (
	"encoding/json"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// member is a member of an object that is made here.
type member struct {
	name  string
	value json.RawMessage
}

// object writes members as a JSON object.
func object(members ...member) json.RawMessage {
	var o exactjson.Object
	for _, m := range members {
		o.Set(m.name, m.value)
	}
	return o.Append(nil)
}

// array writes values as a JSON list.
func array(values []json.RawMessage) json.RawMessage {
	out := []byte{'['}
	for i, v := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, v...)
	}
	return append(out, ']')
}

// textBlock writes a content block of a text.
func textBlock(text string) json.RawMessage {
	return object(member{"type", exactjson.Quote("text")}, member{"text", exactjson.Quote(text)})
}

// textOf gives a JSON string's text, "" for any other value.
func textOf(raw json.RawMessage) string {
	text, _ := exactjson.Text(raw)
	return text
}

// itemsOf gives the items of a JSON list, none for any other value.
func itemsOf(raw json.RawMessage) []json.RawMessage {
	items, err := exactjson.ParseArray(raw)
	if err != nil {
		return nil
	}
	return items
}
