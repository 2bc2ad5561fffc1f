package judge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// member is a member of a JSON object.
type member struct {
	key   string
	value json.RawMessage
}

// members gives the members of a JSON object in their order. A duplicate
// key is an error.
func members(raw []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("expected a JSON object")
	}
	var out []member
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{key: t.(string)} // the decoder takes no other keys
		if seen[m.key] {
			return nil, fmt.Errorf("duplicate key %q", m.key)
		}
		seen[m.key] = true
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, errors.New("expected nothing behind the JSON object")
	}
	return out, nil
}

// get gives the value of a key, nil where it is absent.
func get(list []member, key string) json.RawMessage {
	for _, m := range list {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// set puts a value in the place of the key's, or behind the others.
func set(list []member, key string, value json.RawMessage) []member {
	for i := range list {
		if list[i].key == key {
			list[i].value = value
			return list
		}
	}
	return append(list, member{key, value})
}

// object writes members as a JSON object.
func object(list []member) json.RawMessage {
	out := []byte{'{'}
	for i, m := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, quote(m.key)...), ':'), m.value...)
	}
	return append(out, '}')
}

// array writes values as a JSON list.
func array(values []json.RawMessage) json.RawMessage {
	return append(append([]byte{'['}, bytes.Join(rawBytes(values), []byte{','})...), ']')
}

func rawBytes(values []json.RawMessage) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// quote writes a text as a JSON string, with <, > and & as they are.
func quote(text string) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always can
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// textOf gives a JSON string's text, "" for any other value.
func textOf(raw json.RawMessage) string {
	var text string
	if exactjson.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// itemsOf gives the items of a JSON list, none for any other value.
func itemsOf(raw json.RawMessage) []json.RawMessage {
	var items []json.RawMessage
	if exactjson.Unmarshal(raw, &items) != nil {
		return nil
	}
	return items
}
