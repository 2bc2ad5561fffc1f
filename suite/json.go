package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/diagnostic"
)

// parseJSON reads the one value of a JSON file, by encoding/json's tokens. As
// with parseYAML, the value serves only to find more problems where the list
// is not empty; after a syntax error there is none.
func parseJSON(src *source) ([]*Value, diagnostic.List) {
	if list := src.check(); list != nil {
		return nil, list
	}
	if list := src.checkJSON(); list != nil {
		return nil, list
	}
	r := jsonReader{src: src, decoder: json.NewDecoder(strings.NewReader(src.text))}
	r.decoder.UseNumber()
	r.cursor = cursor{src: src, line: 1, column: 1}
	v, err := r.value(1)
	if err != nil {
		if !errors.Is(err, errStopped) {
			r.list.Add(src.diag(r.cursor.line, r.cursor.column, 1, err.Error(), ""))
		}
		return nil, r.list
	}
	return []*Value{v}, r.list
}

// errStopped says that a diagnostic tells why the reading ended.
var errStopped = errors.New("stopped")

// jsonReader builds Values from tokens.
type jsonReader struct {
	src     *source
	decoder *json.Decoder
	cursor  cursor // where the last token starts
	values  int
	list    diagnostic.List
}

// token reads the next token and moves the cursor to its start.
func (r *jsonReader) token() (json.Token, error) {
	offset := int(r.decoder.InputOffset())
	token, err := r.decoder.Token()
	for offset < len(r.src.text) && strings.IndexByte(" \t\r\n,:", r.src.text[offset]) >= 0 {
		offset++
	}
	for r.cursor.offset < offset {
		r.cursor.next()
	}
	return token, err
}

// value reads a value at a nesting depth, from 1. An error ends the reading;
// the diagnostic for it stands in the list, but where encoding/json failed.
func (r *jsonReader) value(depth int) (*Value, error) {
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	v := &Value{Line: r.cursor.line, Column: r.cursor.column, source: r.src}
	if r.values++; r.values > maxValues {
		return nil, r.stop(v, tooManyValues, tooManyValuesHint)
	}
	switch token := token.(type) {
	case bool:
		v.Kind, v.Text = Bool, strconv.FormatBool(token)
	case json.Number:
		v.Kind, v.Text = Number, token.String()
	case string:
		v.Kind, v.Text, v.style = String, token, doubleStyle
	case json.Delim:
		if depth > maxDepth {
			return nil, r.stop(v, fmt.Sprintf("nested more than %d levels deep", maxDepth), "")
		}
		if token == '[' {
			err = r.items(v, depth)
		} else {
			err = r.members(v, depth)
		}
	}
	return v, err
}

// items reads a list up to and with its closing bracket.
func (r *jsonReader) items(v *Value, depth int) error {
	v.Kind = List
	for r.decoder.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, item)
	}
	_, err := r.token()
	return err
}

// members reads an object up to and with its closing brace.
func (r *jsonReader) members(v *Value, depth int) error {
	v.Kind = Map
	seen := make(map[string]int)
	for r.decoder.More() {
		token, err := r.token()
		if err != nil {
			return err
		}
		key, line, column := token.(string), r.cursor.line, r.cursor.column
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		if first, ok := seen[key]; ok {
			width := utf8.RuneCountInString(key) + 2
			addProblem(&r.list, r.src.diag(line, column, width, duplicateKey(key, first), duplicateKeyHint))
			continue
		}
		seen[key] = line
		v.Members = append(v.Members, Member{Key: key, Value: value, Line: line, Column: column})
	}
	_, err := r.token()
	return err
}

// stop adds the diagnostic that ends the reading.
func (r *jsonReader) stop(v *Value, message, hint string) error {
	r.list.Add(r.src.diag(v.Line, v.Column, 1, message, hint))
	return errStopped
}
