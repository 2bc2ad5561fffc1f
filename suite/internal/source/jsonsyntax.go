package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// jsonContext is where in a value a token is read: the separator that must come
// before it, and what is expected behind that.
type jsonContext struct{ separator, expected, otherwise string }

const jsonKey, jsonValue = "a key in double quotes", "a value"

var (
	beforeAll   = jsonContext{expected: jsonValue}
	beforeItem  = jsonContext{expected: jsonValue}
	afterItem   = jsonContext{",", jsonValue, `"," or "]"`}
	beforeKey   = jsonContext{expected: jsonKey}
	afterKey    = jsonContext{":", jsonValue, `":"`}
	afterMember = jsonContext{",", jsonKey, `"," or "}"`}
)

// jsonCharacterHints are the fixes for characters that other languages have.
var jsonCharacterHints = map[byte]string{
	'\'': "JSON puts text in double quotes",
	'/':  "JSON has no comments",
	'#':  "JSON has no comments",
	'N':  "JSON has no NaN; use null or text",
	'+':  "JSON has no plus sign",
	'.':  "write a digit before the point",
}

// syntaxError explains why the token t, or what comes before it, could not be
// read. last is the offset behind the token before.
func (r *jsonReader) syntaxError(t jsonToken, err error, last int, where jsonContext) diagnostic.Diagnostic {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return r.unclosed(t)
	case !errors.As(err, &syntax):
		return r.src.diagAt(t.offset, 1, fmt.Sprintf("this is not JSON: %v", err), "")
	}
	offset := int(syntax.ByteOffset)
	if offset > t.offset {
		return r.src.wrongScalar(t.offset, offset)
	}
	between := strings.Trim(r.src.text[last:offset], jsonBlanks)
	if rest := strings.TrimLeft(r.src.text[offset:], jsonBlanks+","); between == "" && r.src.text[offset] == ',' && rest != "" && (rest[0] == ']' || rest[0] == '}') {
		return r.src.diagAt(offset, 1, fmt.Sprintf("found a comma before %q, expected another value", rest[0]), "remove the comma")
	}
	switch {
	case between == where.separator:
		return r.src.unexpected(offset, where.expected, "")
	case where.separator == ",":
		return r.src.unexpected(offset, where.otherwise, "is a comma missing before it?")
	}
	return r.src.unexpected(offset, where.otherwise, "")
}

// wrongScalar explains what is wrong at an offset of the text, number or literal
// that begins at another.
func (s *File) wrongScalar(begin, offset int) diagnostic.Diagnostic {
	switch first := s.text[begin]; {
	case first == '"' && s.text[offset] == '\\':
		return s.wrongEscape(offset)
	case first == '"':
		return s.found(offset, "the closing quote", `write a line break as \n, a tab as \t`)
	case first == '-' || first >= '0' && first <= '9':
		return s.unexpected(offset, "a digit", "")
	}
	return s.unexpected(offset, "true, false or null", "")
}

// wrongEscape explains what is wrong with the escape at an offset.
func (s *File) wrongEscape(offset int) diagnostic.Diagnostic {
	offset++
	if s.text[offset] != 'u' {
		return s.found(offset, `one of \" \\ \/ \b \f \n \r \t \u`, `write a backslash as \\`)
	}
	offset++
	offset += strings.IndexFunc(s.text[offset:], func(c rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", c) })
	return s.found(offset, `four hexadecimal digits after \u`, "")
}

// unexpected reports the character at an offset, with the fix where it is one of
// another language.
func (s *File) unexpected(offset int, expected, hint string) diagnostic.Diagnostic {
	if fix, ok := jsonCharacterHints[s.text[offset]]; ok {
		hint = fix
	}
	return s.found(offset, expected, hint)
}

func (s *File) found(offset int, expected, hint string) diagnostic.Diagnostic {
	r, _ := utf8.DecodeRuneInString(s.text[offset:])
	return s.diagAt(offset, 1, fmt.Sprintf("found %q, expected %s", r, expected), hint)
}

// unclosed reports the quote, bracket or brace that has no other end, where the
// file ends within the token t or before it.
func (r *jsonReader) unclosed(t jsonToken) diagnostic.Diagnostic {
	begin := t.offset
	if begin == len(r.src.text) || r.src.text[begin] != '"' {
		if len(r.open) == 0 {
			return r.src.diagAt(len(r.src.text), 1, "the file ends within a value", "")
		}
		begin = r.open[len(r.open)-1]
	}
	return r.src.diagAt(begin, 1, fmt.Sprintf("this %q is not closed before the end of the file", r.src.text[begin]), "")
}

// atEnd reports whether nothing follows the value; what does is reported.
func (r *jsonReader) atEnd() bool {
	rest := strings.TrimLeft(r.cursor.rest(), jsonBlanks)
	if rest == "" {
		return true
	}
	r.list.Add(r.src.unexpected(len(r.src.text)-len(rest), "nothing after the value", "a .json file holds one value; several, one a line, are a .jsonl file"))
	return false
}
