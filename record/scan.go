package record

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// errCut is the error of skimming JSON that ends before it is whole: the
// mark of a torn line.
var errCut = errors.New("the line ends before its JSON does")

// members calls visit with each key and value of the JSON object in line, in
// order. Both are slices of line; the value is raw JSON.
//
// It skims: it looks for the end of each value and no closer, so that a line
// of any size costs little more than reading it. A prefix of an object is
// never taken for an object; what is wrong inside a nested value is left to
// whoever decodes that value.
func members(line []byte, visit func(key, value []byte) error) error {
	i := skipSpace(line, 0)
	if i == len(line) {
		return errCut
	}
	if line[i] != '{' {
		return fmt.Errorf("found %s, expected a JSON object", excerpt(line))
	}
	end, err := eachMember(line, i, func(key, value span) error {
		return visit(line[key.from+1:key.to-1], line[value.from:value.to])
	})
	if err != nil {
		return err
	}
	if i = skipSpace(line, end); i != len(line) {
		return fmt.Errorf("found %s after the end of the JSON object", excerpt(line[i:]))
	}
	return nil
}

// elements calls visit with each element of the JSON list in value, in order,
// as raw JSON. It skims, as members does.
func elements(value []byte, visit func(element []byte) error) error {
	i := skipSpace(value, 0)
	if i == len(value) || value[i] != '[' {
		return fmt.Errorf("found %s, expected a list", excerpt(value))
	}
	i = skipSpace(value, i+1)
	if i < len(value) && value[i] == ']' {
		return nil
	}
	for {
		end, err := skipValue(value, i)
		if err != nil {
			return err
		}
		if err := visit(value[i:end]); err != nil {
			return err
		}
		i = skipSpace(value, end)
		switch {
		case i == len(value):
			return errCut
		case value[i] == ']':
			return nil
		case value[i] != ',':
			return fmt.Errorf("found %s, expected a comma or a closing bracket", excerpt(value[i:]))
		}
		i = skipSpace(value, i+1)
	}
}

// span is a part of a text, its end excluded.
type span struct{ from, to int }

// eachMember visits the members of the object that starts at b[i] and gives
// the index after it. Keys are spans with their quotes.
func eachMember(b []byte, i int, visit func(key, value span) error) (int, error) {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	for {
		key, value, err := member(b, i)
		if err != nil {
			return 0, err
		}
		if err := visit(key, value); err != nil {
			return 0, err
		}
		i = skipSpace(b, value.to)
		switch {
		case i == len(b):
			return 0, errCut
		case b[i] == '}':
			return i + 1, nil
		case b[i] != ',':
			return 0, fmt.Errorf("found %s, expected a comma or a closing brace", excerpt(b[i:]))
		}
		i = skipSpace(b, i+1)
	}
}

// member finds the key and the value at b[i].
func member(b []byte, i int) (key, value span, err error) {
	if i == len(b) {
		return key, value, errCut
	}
	if b[i] != '"' {
		return key, value, fmt.Errorf("found %s, expected a key in quotes", excerpt(b[i:]))
	}
	key.from = i
	if key.to, err = skipString(b, i); err != nil {
		return key, value, err
	}
	i = skipSpace(b, key.to)
	if i == len(b) {
		return key, value, errCut
	}
	if b[i] != ':' {
		return key, value, fmt.Errorf("found %s after a key, expected a colon", excerpt(b[i:]))
	}
	value.from = skipSpace(b, i+1)
	value.to, err = skipValue(b, value.from)
	return key, value, err
}

// skipValue gives the index after the value that starts at b[i].
func skipValue(b []byte, i int) (int, error) {
	if i == len(b) {
		return 0, errCut
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	return skipScalar(b, i)
}

// skipString gives the index after the string whose opening quote is b[i].
func skipString(b []byte, i int) (int, error) {
	for j := i + 1; ; {
		n := bytes.IndexByte(b[j:], '"')
		if n < 0 {
			return 0, errCut
		}
		quote := j + n
		slashes := 0
		for quote-1-slashes >= j && b[quote-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return quote + 1, nil
		}
		j = quote + 1
	}
}

// skipNested gives the index after the object or list that starts at b[i].
func skipNested(b []byte, i int) (int, error) {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			end, err := skipString(b, i)
			if err != nil {
				return 0, err
			}
			i = end
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1, nil
			}
		}
		i++
	}
	return 0, errCut
}

// skipScalar gives the index after the number, true, false or null at b[i].
func skipScalar(b []byte, i int) (int, error) {
	end := i
	for end < len(b) && isScalarByte(b[end]) {
		end++
	}
	if end == len(b) {
		return 0, errCut
	}
	if !isScalar(b[i:end]) {
		return 0, fmt.Errorf("found %s, expected a JSON value", excerpt(b[i:]))
	}
	return end, nil
}

func isScalar(b []byte) bool {
	switch string(b) {
	case "true", "false", "null":
		return true
	}
	return isNumber(b)
}

// isNumber reports whether b is a number as JSON spells it.
func isNumber(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte{'-'})
	whole := digits(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	if b = b[whole:]; len(b) > 0 && b[0] == '.' {
		fraction := digits(b[1:])
		if fraction == 0 {
			return false
		}
		b = b[1+fraction:]
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		exponent := digits(b)
		if exponent == 0 {
			return false
		}
		b = b[exponent:]
	}
	return len(b) == 0
}

// digits counts the digits that b begins with.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

func isScalarByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// plain gives the text of a raw JSON string as bytes of b where it has no
// escape, else decoded anew.
func plain(raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, fmt.Errorf("found %s, expected text", excerpt(raw))
	}
	text := raw[1 : len(raw)-1]
	if bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return text, nil
	}
	var decoded string
	if exactjson.Unmarshal(raw, &decoded) != nil {
		return nil, fmt.Errorf("found %s, expected text", excerpt(raw))
	}
	return []byte(decoded), nil
}

// excerpt is the start of b in quotes, for error messages.
func excerpt(b []byte) string {
	const most = 40
	if len(b) == 0 {
		return "nothing"
	}
	if len(b) <= most {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%q…", b[:most])
}
