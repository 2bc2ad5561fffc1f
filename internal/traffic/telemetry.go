package traffic

import (
	"encoding/json"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// telemetry gives the attributes of the spans and events in a line of
// OpenTelemetry: an export in its JSON, or a span with its attributes as an
// object. It is false for any other line.
func telemetry(entry *exactjson.Object) ([]*exactjson.Object, bool) {
	var out []*exactjson.Object
	found := false
	for _, names := range [][]string{
		{"resourceSpans", "scopeSpans", "spans"},
		{"resourceLogs", "scopeLogs", "logRecords"},
	} {
		if entry.Get(names[0]) == nil {
			continue
		}
		found = true
		for _, record := range within([]*exactjson.Object{entry}, names) {
			out = append(out, attributes(record.Get("attributes")))
		}
	}
	if attrs, err := exactjson.ParseObject(entry.Get("attributes")); err == nil && isModelRequest(attrs) {
		return append(out, attrs), true
	}
	return out, found
}

// within gives the objects that are in lists of these names, one in another.
func within(objects []*exactjson.Object, names []string) []*exactjson.Object {
	for _, name := range names {
		var next []*exactjson.Object
		for _, o := range objects {
			items, _ := exactjson.ParseArray(o.Get(name)) // what is no list has none
			for _, item := range items {
				if inner, err := exactjson.ParseObject(item); err == nil {
					next = append(next, inner)
				}
			}
		}
		objects = next
	}
	return objects
}

// attributes reads a list of keys and values.
func attributes(list json.RawMessage) *exactjson.Object {
	out := new(exactjson.Object)
	items, _ := exactjson.ParseArray(list) // what is no list has none
	for _, item := range items {
		pair, err := exactjson.ParseObject(item)
		if err != nil {
			continue
		}
		if key, ok := exactjson.Text(pair.Get("key")); ok {
			out.Set(key, anyValue(pair.Get("value"), 0))
		}
	}
	return out
}

// maxValueDepth is how deep the value of an attribute may nest.
const maxValueDepth = 64

// anyValue is the JSON of a value with its type; null where it is none.
func anyValue(value json.RawMessage, depth int) json.RawMessage {
	null := json.RawMessage("null")
	o, err := exactjson.ParseObject(value)
	if err != nil || len(o.Members()) != 1 || depth > maxValueDepth {
		return null
	}
	inner := o.Members()[0].Value
	switch o.Members()[0].Text() {
	case "stringValue", "boolValue", "doubleValue":
		return inner
	case "intValue":
		if text, ok := exactjson.Text(inner); ok && json.Valid([]byte(text)) {
			return json.RawMessage(text)
		}
		return inner
	case "arrayValue":
		return listValue(inner, depth)
	case "kvlistValue":
		return mapValue(inner, depth)
	}
	return null
}

func listValue(value json.RawMessage, depth int) json.RawMessage {
	parts := []string{}
	if o, err := exactjson.ParseObject(value); err == nil {
		items, _ := exactjson.ParseArray(o.Get("values")) // an empty one is left out
		for _, item := range items {
			parts = append(parts, string(anyValue(item, depth+1)))
		}
	}
	return json.RawMessage("[" + strings.Join(parts, ",") + "]")
}

func mapValue(value json.RawMessage, depth int) json.RawMessage {
	out := new(exactjson.Object)
	if o, err := exactjson.ParseObject(value); err == nil {
		items, _ := exactjson.ParseArray(o.Get("values")) // an empty one is left out
		for _, item := range items {
			pair, err := exactjson.ParseObject(item)
			if err != nil {
				continue
			}
			if key, ok := exactjson.Text(pair.Get("key")); ok {
				out.Set(key, anyValue(pair.Get("value"), depth+1))
			}
		}
	}
	return out.Append(nil)
}
