package exprlang

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// DecodeJSON reads one JSON value. Whole numbers are ints, as literals of an
// expression are.
func DecodeJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, newJSONError(text, err)
	}
	if _, err := d.Token(); err != io.EOF {
		at := int(d.InputOffset())
		return nil, &JSONError{fmt.Sprintf("something follows the value at byte %d", at), at, false}
	}
	return native(v)
}

// native turns json.Number into int where the number is whole and fits, else
// into float64, all through a decoded value.
func native(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			if v[i], err = native(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for key := range v {
			if v[key], err = native(v[key]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func number(n json.Number) (any, error) {
	if i, err := n.Int64(); err == nil {
		return int(i), nil
	}
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("not JSON that can be used: the number %s is out of range", clip(n.String(), 40))
	}
	return f, nil
}
