package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Text gives the text of a JSON string, false for any other value. raw must be
// valid JSON without white space around it, or empty.
func Text(raw json.RawMessage) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if isPlain(raw) {
		return string(raw[1 : len(raw)-1]), true
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // its error is about bytes that became U+FFFD
	return string(text), true
}

// isPlain reports whether a JSON string is its text but for the quotes.
func isPlain(raw []byte) bool { return bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) }

// Quote writes a text as a JSON string, with <, > and & as they are.
func Quote(text string) json.RawMessage {
	quoted, _ := jsonv2.Marshal(text, jsontext.EscapeForJS(true), jsontext.AllowInvalidUTF8(true)) // a string always can
	return quoted
}

// maxDepth is how deep a JSON value may nest.
const maxDepth = 10_000

// Valid reports whether a text is one JSON value, nested 10,000 levels deep at
// most.
func Valid(text []byte) bool { return jsontext.Value(text).IsValid(lenient) }

// SyntaxError is why a text is not one JSON value.
type SyntaxError struct {
	// CutOff: the text ends before its value does. TooDeep: the value is nested
	// more than 10,000 levels deep.
	CutOff, TooDeep bool
	err             error
}

func (e *SyntaxError) Error() string {
	switch {
	case e.CutOff:
		return "the text ends too early"
	case e.TooDeep:
		return fmt.Sprintf("nested more than %d levels deep", maxDepth)
	}
	return e.err.Error()
}

// Check gives the SyntaxError of a text, nil where it is Valid.
func Check(text []byte) *SyntaxError {
	var value jsontext.Value
	err := jsonv2.Unmarshal(text, &value, lenient)
	if err == nil {
		return nil
	}
	out := &SyntaxError{CutOff: errors.Is(err, io.ErrUnexpectedEOF), err: err}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		out.TooDeep = strings.Count(string(syntax.JSONPointer), "/") >= maxDepth
		out.err = syntax.Err
	}
	return out
}

// mismatch is why a text is not one value that begins with a bracket.
func mismatch(text []byte, bracket jsontext.Kind) error {
	if err := Check(text); err != nil {
		return err
	}
	return fmt.Errorf("found %s, expected %s", found(jsontext.Value(text).Kind()), found(bracket))
}
