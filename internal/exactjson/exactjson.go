// Package exactjson reads JSON from outside by the exact names of members: into
// Go values, or as an Object that keeps the order and the bytes of what is not
// changed. encoding/json also takes "MAX_TOKENS" for max_tokens, so that what
// is read is not what the server at the other end reads.
//
// It takes what encoding/json takes: of two members with one name the last
// counts, and bytes that are not UTF-8 become U+FFFD.
package exactjson

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient reads what encoding/json reads.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Unmarshal decodes one JSON value. The error says where a value of another type was expected.
func Unmarshal(text []byte, into any) error {
	err := json.Unmarshal(text, into, lenient)
	var wrong *json.SemanticError
	if !errors.As(err, &wrong) || wrong.JSONKind == 0 || wrong.GoType == nil {
		return err
	}
	at := ""
	if wrong.JSONPointer != "" {
		at = " at " + string(wrong.JSONPointer)
	}
	if wrong.Err != nil && !errors.Is(wrong.Err, strconv.ErrRange) { // of a type that reads itself
		return fmt.Errorf("found %s%s: %w", found(wrong.JSONKind), at, wrong.Err)
	}
	return fmt.Errorf("found %s%s, expected %s", found(wrong.JSONKind), at, expected(wrong.GoType))
}

// HasDuplicates reports whether an object in the text has a name twice: readers
// differ in which of the two counts.
func HasDuplicates(text []byte) bool {
	_, err := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowInvalidUTF8(true)).ReadValue()
	return errors.Is(err, jsontext.ErrDuplicateName)
}

// found names a value of JSON.
func found(kind jsontext.Kind) string {
	switch kind {
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return kind.String() // null, true or false
}

// expected names what decodes into a Go type.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return expected(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "a string"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("a whole number that fits %d bits", t.Bits())
	}
	return "another value"
}
