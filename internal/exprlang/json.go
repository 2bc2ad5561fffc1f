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
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("not JSON: something follows the value at byte %d", d.InputOffset())
	}
	return native(v), nil
}

// native turns json.Number into int where the number is whole and fits, else
// into float64, all through a decoded value.
func native(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return int(i)
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = native(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = native(v[key])
		}
	}
	return v
}
