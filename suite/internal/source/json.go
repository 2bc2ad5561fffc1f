package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// jsonBlanks is the white space of JSON.
const jsonBlanks = " \t\r\n"

// ParseJSON reads the one value of a JSON file. As with ParseYAML, the value
// serves only to find more problems where the list is not empty; after a
// syntax error there is none.
func ParseJSON(src *File) ([]*Value, diagnostic.List) {
	if list := src.check(); list != nil {
		return nil, list
	}
	if strings.Trim(src.text, jsonBlanks) == "" {
		return nil, diagnostic.List{src.diagAt(0, 1, "the file is empty, expected a JSON value", "")}
	}
	r := jsonReader{src: src, cursor: cursor{src: src, line: 1, column: 1}}
	// Half of a surrogate pair is reported here, and duplicate keys are, all at once.
	r.tokens.Reset(bytes.NewBufferString(src.text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v := r.value(1, beforeAll)
	if v == nil || !r.atEnd() {
		return nil, r.list
	}
	return []*Value{v}, r.list
}

// jsonReader makes a value of the tokens of a file.
type jsonReader struct {
	src    *File
	tokens jsontext.Decoder
	cursor cursor // behind the last token, or where the next one starts
	open   []int  // the offsets of brackets and braces that are not closed
	values int
	list   diagnostic.List
}

// jsonToken is a bracket, a brace, or a whole text, number or literal.
type jsonToken struct {
	text                 string
	offset, line, column int
}

// next reads the next token; ok is false where the text is not JSON there, which
// is reported.
func (r *jsonReader) next(where jsonContext) (t jsonToken, ok bool) {
	last := r.cursor.offset
	kind := r.tokens.PeekKind()
	for r.cursor.offset < len(r.src.text) && strings.IndexByte(jsonBlanks+",:", r.src.text[r.cursor.offset]) >= 0 {
		r.cursor.next()
	}
	t = jsonToken{offset: r.cursor.offset, line: r.cursor.line, column: r.cursor.column}
	var err error
	switch kind {
	case '[', '{', ']', '}':
		_, err = r.tokens.ReadToken()
	default:
		_, err = r.tokens.ReadValue()
	}
	if err != nil {
		r.list.Add(r.syntaxError(t, err, last, where))
		return t, false
	}
	end := int(r.tokens.InputOffset())
	t.text = r.src.text[t.offset:end]
	r.cursor.offset = end
	r.cursor.column += utf8.RuneCountInString(t.text)
	return t, true
}

// value reads a value. It is nil where reading stopped.
func (r *jsonReader) value(depth int, where jsonContext) *Value {
	t, ok := r.next(where)
	if !ok {
		return nil
	}
	v := &Value{Line: t.line, Column: t.column, file: r.src}
	if r.values++; r.values > maxValues {
		return r.stop(v, tooManyValues, tooManyValuesHint)
	}
	switch t.text[0] {
	case '[', '{':
		if depth > maxDepth {
			return r.stop(v, tooDeep, "")
		}
		r.open = append(r.open, t.offset)
		if t.text == "[" {
			return r.items(v, depth)
		}
		return r.members(v, depth)
	case '"':
		v.Kind, v.Text, v.style = String, r.unquote(t), doubleStyle
	case 't', 'f':
		v.Kind, v.Text = Bool, t.text
	case 'n':
	default:
		v.Kind, v.Text = Number, t.text
	}
	return v
}

// unquote gives the text of a token in quotes.
func (r *jsonReader) unquote(t jsonToken) string {
	if strings.IndexByte(t.text, '\\') < 0 {
		return t.text[1 : len(t.text)-1]
	}
	if half := halfPair(t.text); half >= 0 && len(r.list) <= maxProblems { // finding a position in a long line takes time
		message := fmt.Sprintf("found %s, which is half of a surrogate pair", t.text[half:half+6])
		addProblem(&r.list, r.src.diagAt(t.offset+half, 6, message, "write its other half beside it, or the character itself"))
	}
	text, _ := exactjson.Text([]byte(t.text))
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

func (r *jsonReader) items(v *Value, depth int) *Value {
	v.Kind = List
	for where := beforeItem; r.tokens.PeekKind() != ']'; where = afterItem {
		item := r.value(depth+1, where)
		if item == nil {
			return nil
		}
		v.Items = append(v.Items, item)
	}
	return r.closed(v, afterItem)
}

func (r *jsonReader) members(v *Value, depth int) *Value {
	v.Kind = Map
	seen := make(map[string]int)
	for where := beforeKey; r.tokens.PeekKind() != '}'; where = afterMember {
		t, ok := r.next(where)
		if !ok {
			return nil
		}
		key := r.unquote(t)
		value := r.value(depth+1, afterKey)
		if value == nil {
			return nil
		}
		form := KeyForm(key)
		if first, ok := seen[form]; ok {
			width := utf8.RuneCountInString(key) + 2
			addProblem(&r.list, r.src.diag(t.line, t.column, width, duplicateKey(key, first), duplicateKeyHint))
			continue
		}
		seen[form] = t.line
		v.Members = append(v.Members, Member{Key: key, Value: value, Line: t.line, Column: t.column})
	}
	return r.closed(v, afterMember)
}

// closed reads the bracket or brace that ends a value.
func (r *jsonReader) closed(v *Value, where jsonContext) *Value {
	if _, ok := r.next(where); !ok {
		return nil
	}
	r.open = r.open[:len(r.open)-1]
	return v
}

// stop reports why the rest is not read.
func (r *jsonReader) stop(v *Value, message, hint string) *Value {
	r.list.Add(r.src.diag(v.Line, v.Column, 1, message, hint))
	return nil
}
