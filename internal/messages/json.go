package messages

import (
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// objectOf gives nil for everything but an object.
func objectOf(raw json.RawMessage) *exactjson.Object {
	if kindOf(raw) != '{' {
		return nil
	}
	o, err := exactjson.ParseObject(raw)
	if err != nil {
		return nil
	}
	return o
}

// membersOf gives the members of an object, none for any other value.
func membersOf(raw json.RawMessage) []exactjson.Member { return objectOf(raw).Members() }

// elementsOf gives the elements of an array, none for any other value.
func elementsOf(raw json.RawMessage) []json.RawMessage {
	if kindOf(raw) != '[' {
		return nil
	}
	elements, err := exactjson.ParseArray(raw)
	if err != nil {
		return nil
	}
	return elements
}

// stringOf gives "" for everything but a string.
func stringOf(raw json.RawMessage) string {
	s, _ := exactjson.Text(raw)
	return s
}

// optionalString gives nil for everything but a string.
func optionalString(raw json.RawMessage) *string {
	s, ok := exactjson.Text(raw)
	if !ok {
		return nil
	}
	return &s
}

// kindOf is the kind of a JSON value by how it begins.
func kindOf(raw json.RawMessage) jsontext.Kind { return jsontext.Value(raw).Kind() }

// present gives nil for an absent member and for null.
func present(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}
