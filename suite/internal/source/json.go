package source

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// ParseJSON reads the one value of a JSON file. As with parseYAML, the value
// serves only to find more problems where the list is not empty; after a
// syntax error there is none.
func ParseJSON(src *File) ([]*Value, diagnostic.List) {
	if list := src.check(); list != nil {
		return nil, list
	}
	if list := src.checkJSON(); list != nil {
		return nil, list
	}
	r := jsonReader{src: src, cursor: cursor{src: src, line: 1, column: 1}}
	v := r.value(1)
	if v == nil {
		return nil, r.list
	}
	return []*Value{v}, r.list
}

// jsonReader takes a text apart that checkJSON found valid, so that nothing is
// left to go wrong but what is refused beyond JSON itself.
type jsonReader struct {
	src    *File
	cursor cursor // behind the last token, or where the next one starts
	values int
	list   diagnostic.List
}

// next moves to the next token that says something, and gives its first byte.
func (r *jsonReader) next() byte {
	for strings.IndexByte(" \t\r\n,:", r.src.text[r.cursor.offset]) >= 0 {
		r.cursor.next()
	}
	return r.src.text[r.cursor.offset]
}

// take moves over so many bytes of a token, which never holds a line break, and
// gives them.
func (r *jsonReader) take(size int) string {
	token := r.cursor.rest()[:size]
	r.cursor.offset += size
	r.cursor.column += utf8.RuneCountInString(token)
	return token
}

// value reads a value. It is nil where reading stopped.
func (r *jsonReader) value(depth int) *Value {
	first := r.next()
	v := &Value{Line: r.cursor.line, Column: r.cursor.column, file: r.src}
	if r.values++; r.values > maxValues {
		return r.stop(v, tooManyValues, tooManyValuesHint)
	}
	switch first {
	case '[', '{':
		if depth > maxDepth {
			return r.stop(v, fmt.Sprintf("nested more than %d levels deep", maxDepth), "")
		}
		r.take(1)
		if first == '[' {
			return r.items(v, depth)
		}
		return r.members(v, depth)
	case '"':
		v.Kind, v.Text, v.style = String, r.text(), doubleStyle
	case 't', 'f':
		v.Kind, v.Text = Bool, r.word()
	case 'n':
		r.word()
	default:
		v.Kind, v.Text = Number, r.word()
	}
	return v
}

// word takes a number, true, false or null.
func (r *jsonReader) word() string {
	rest := r.cursor.rest()
	if end := strings.IndexAny(rest, " \t\r\n,]}"); end >= 0 {
		return r.take(end)
	}
	return r.take(len(rest))
}

// text takes a text in quotes.
func (r *jsonReader) text() string {
	rest, end := r.cursor.rest(), 0
	for end == 0 || escaped(rest[1:end]) {
		end += 1 + strings.IndexByte(rest[end+1:], '"')
	}
	begin := r.cursor.offset
	quoted := r.take(end + 1)
	if strings.IndexByte(quoted, '\\') < 0 {
		return quoted[1:end]
	}
	if half := halfPair(quoted); half >= 0 && len(r.list) <= maxProblems { // finding a place in a long line takes time
		message := fmt.Sprintf("found %s, which is half of a surrogate pair", quoted[half:half+6])
		addProblem(&r.list, r.src.diagAt(begin+half, 6, message, "write its other half beside it, or the character itself"))
	}
	text, _ := exactjson.Text([]byte(quoted))
	return text
}

// halfPair is the offset of the first escape in a text in quotes that is half
// of a surrogate pair without the other, which no UTF-8 text can hold; -1
// where there is none.
func halfPair(quoted string) int {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		r, length := numericEscape(quoted[i:])
		if !utf16.IsSurrogate(r) {
			i += max(length, 2) - 1
			continue
		}
		low, lowLength := numericEscape(quoted[i+length:])
		if utf16.DecodeRune(r, low) == utf8.RuneError {
			return i
		}
		i += length + lowLength - 1
	}
	return -1
}

// escaped tells whether a text ends in a backslash that is not escaped itself.
func escaped(text string) bool {
	return (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1
}

func (r *jsonReader) items(v *Value, depth int) *Value {
	v.Kind = List
	for r.next() != ']' {
		item := r.value(depth + 1)
		if item == nil {
			return nil
		}
		v.Items = append(v.Items, item)
	}
	r.take(1)
	return v
}

func (r *jsonReader) members(v *Value, depth int) *Value {
	v.Kind = Map
	seen := make(map[string]int)
	for r.next() != '}' {
		line, column := r.cursor.line, r.cursor.column
		key := r.text()
		value := r.value(depth + 1)
		if value == nil {
			return nil
		}
		if first, ok := seen[key]; ok {
			width := utf8.RuneCountInString(key) + 2
			addProblem(&r.list, r.src.diag(line, column, width, duplicateKey(key, first), duplicateKeyHint))
			continue
		}
		seen[key] = line
		v.Members = append(v.Members, Member{Key: key, Value: value, Line: line, Column: column})
	}
	r.take(1)
	return v
}

// stop says why the rest is not read.
func (r *jsonReader) stop(v *Value, message, hint string) *Value {
	r.list.Add(r.src.diag(v.Line, v.Column, 1, message, hint))
	return nil
}
