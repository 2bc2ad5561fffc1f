package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// jsonExpectations turns what encoding/json says of an unexpected character
// into what was expected there. The first that fits counts.
var jsonExpectations = []struct{ phrase, expected, hint string }{
	{"after top-level value", "nothing after the value", "a .json file holds one value; several, one a line, are a .jsonl file"},
	{"looking for beginning of object key string", "a key in double quotes", ""},
	{"looking for beginning of value", "a value", ""},
	{"after object key:value pair", `"," or "}"`, "is a comma missing before it?"},
	{"after object key", `":"`, ""},
	{"after array element", `"," or "]"`, "is a comma missing before it?"},
	{"in string literal", "the closing quote", `write a line break as \n, a tab as \t`},
	{"in string escape code", `one of \" \\ \/ \b \f \n \r \t \u`, `write a backslash as \\`},
	{`in \u hexadecimal`, `four hexadecimal digits after \u`, ""},
	{"in literal", "true, false or null", ""},
	{"in numeric literal", "a digit", ""},
	{"after decimal point", "a digit", ""},
	{"in exponent", "a digit", ""},
}

// jsonCharacterHints are the fixes for characters that other languages have.
var jsonCharacterHints = map[byte]string{
	'\'': "JSON puts text in double quotes",
	'/':  "JSON has no comments",
	'#':  "JSON has no comments",
	'N':  "JSON has no NaN; use null or text",
	'+':  "JSON has no plus sign",
	'.':  "write a digit before the point",
}

// checkJSON finds the syntax error of a JSON file.
func (s *File) checkJSON() diagnostic.List {
	if exactjson.Valid([]byte(s.text)) {
		return nil
	}
	var raw json.RawMessage
	var syntax *json.SyntaxError
	err := json.Unmarshal([]byte(s.text), &raw)
	if !errors.As(err, &syntax) {
		return diagnostic.List{s.diagAt(0, 1, fmt.Sprintf("this is not JSON: %v", err), "")}
	}
	offset := int(syntax.Offset) - 1
	switch {
	case strings.TrimSpace(s.text) == "":
		return diagnostic.List{s.diagAt(0, 1, "the file is empty, expected a JSON value", "")}
	case strings.Contains(syntax.Error(), "unexpected end"), s.endsWithin(syntax):
		return diagnostic.List{s.unclosedJSON()}
	case strings.Contains(syntax.Error(), "max depth"):
		return diagnostic.List{s.diagAt(offset, 1, fmt.Sprintf("nested more than %d levels deep", maxDepth), "")}
	}
	return diagnostic.List{s.unexpectedJSON(offset, syntax)}
}

// endsWithin says whether the file ends within a number or a literal, where
// encoding/json takes the end for a space.
func (s *File) endsWithin(syntax *json.SyntaxError) bool {
	return int(syntax.Offset) == len(s.text) && strings.Contains(syntax.Error(), "character ' '") && !strings.HasSuffix(s.text, " ")
}

// unexpectedJSON says what stands where it cannot.
func (s *File) unexpectedJSON(offset int, syntax *json.SyntaxError) diagnostic.Diagnostic {
	r, _ := utf8.DecodeRuneInString(s.text[offset:])
	if before := strings.TrimRight(s.text[:offset], " \t\r\n"); strings.HasSuffix(before, ",") && (r == '}' || r == ']') {
		message := fmt.Sprintf("found a comma before %q, expected another value", r)
		return s.diagAt(len(before)-1, 1, message, "remove the comma")
	}
	for _, e := range jsonExpectations {
		if !strings.Contains(syntax.Error(), e.phrase) {
			continue
		}
		hint := e.hint
		if found, ok := jsonCharacterHints[s.text[offset]]; ok && e.expected != "the closing quote" {
			hint = found
		}
		return s.diagAt(offset, 1, fmt.Sprintf("found %q, expected %s", r, e.expected), hint)
	}
	return s.diagAt(offset, 1, "this is not JSON: "+syntax.Error(), "")
}

// unclosedJSON says which bracket, brace or quote has no other end.
func (s *File) unclosedJSON() diagnostic.Diagnostic {
	var open []int
	inText := false
	for i := 0; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case inText && c == '\\':
			i++
		case c == '"' && inText:
			inText = false
			open = open[:len(open)-1]
		case c == '"':
			inText = true
			open = append(open, i)
		case inText:
		case c == '[' || c == '{':
			open = append(open, i)
		case c == ']' || c == '}':
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return s.diagAt(len(s.text), 1, "the file ends within a value", "")
	}
	last := open[len(open)-1]
	return s.diagAt(last, 1, fmt.Sprintf("this %q is not closed before the end of the file", s.text[last]), "")
}
