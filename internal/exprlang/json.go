package exprlang

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/evalrun/evalrun/internal/wording"
)

// DecodeJSON reads one JSON value. Its numbers are as NewNumber makes them.
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

// native turns json.Number into the numbers of expressions, all through a
// decoded value.
func native(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		n := NewNumber(v.String())
		if f, _ := AsFloat(n); math.IsInf(f, 0) {
			return nil, fmt.Errorf("not JSON that can be used: the number %s is out of range", wording.Start(v.String(), 40))
		}
		return n, nil
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
