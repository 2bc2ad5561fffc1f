package exprlang

import (
	"errors"
	"testing"
)

func TestJSONErrors(t *testing.T) {
	for text, want := range map[string]JSONError{
		"\ufeff{\"a\": 1}":  {"invalid character U+FEFF (a byte order mark) looking for beginning of value", 0, false},
		"\u00a0{\"a\": 1}":  {"invalid character U+00A0 (a no-break space) looking for beginning of value", 0, false},
		"{\"a\":\u200b1}":   {`invalid character '\u200b' looking for beginning of value`, 5, false},
		"{\u201ca\u201d:1}": {"invalid character '“' looking for beginning of object key string", 1, false},
		"[1 é]":             {"invalid character 'é' after array element", 3, false},
		`{"a": 1,}`:         {"invalid character '}' looking for beginning of object key string", 8, false},
		`{'a': 1}`:          {`invalid character '\'' looking for beginning of object key string`, 1, false},
		`{"a": [1, 2`:       {"it ends too early", 11, true},
		``:                  {"it is empty", 0, true},
		`{} x`:              {"something follows the value at byte 3", 3, false},
		"\x80":              {"invalid character '\\u0080' looking for beginning of value", 0, false},
	} {
		_, err := DecodeJSON(text)
		var got *JSONError
		if !errors.As(err, &got) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if *got != want {
			t.Errorf("%q: %+v, want %+v", text, *got, want)
		}
	}
}
