package messages

import (
	"encoding/json"
	"testing"
)

// FuzzScan holds the scanner against encoding/json: both find the same
// members and elements.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"a":[2, 3],"b":{"c":"\"}"}}`, ` [ 1 , "]" , [ ] , { } ] `, `{"\u0061":null}`, `[]`, `{}`, `"a"`, `{"a":"\\"}`, `[1.5e3]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = validText(text)
		if !json.Valid(text) {
			return
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(text, &object) != nil {
			object = nil
		}
		got := objectOf(text)
		if len(got) < len(object) || (got == nil) != (object == nil) {
			t.Fatalf("%q: %d members, want %q", text, len(got), object)
		}
		for _, m := range got {
			if _, ok := object[stringOf(m.name)]; !ok {
				t.Errorf("%q: found a member %s", text, m.name)
			}
		}
		for name, value := range object {
			if string(got.get(name)) != string(value) {
				t.Errorf("%q: member %q is %q, want %q", text, name, got.get(name), value)
			}
		}
		var array []json.RawMessage
		isArray := json.Unmarshal(text, &array) == nil && array != nil
		elements, ok := elementsOf(text)
		if ok != isArray || len(elements) != len(array) {
			t.Fatalf("%q: elements %q, want %q", text, elements, array)
		}
		for i := range array {
			if string(elements[i]) != string(array[i]) {
				t.Errorf("%q: element %d is %q, want %q", text, i, elements[i], array[i])
			}
		}
	})
}
