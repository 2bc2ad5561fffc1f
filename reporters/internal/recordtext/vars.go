package recordtext

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// Var is a variable of a case: a text as it is, another value as JSON.
type Var struct{ Name, Value string }

// Vars are the variables of a case by name; none where they are no object.
func Vars(raw json.RawMessage) []Var {
	var values map[string]json.RawMessage
	if len(raw) == 0 || exactjson.Unmarshal(raw, &values) != nil {
		return nil
	}
	var out []Var
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := Var{name, string(values[name])}
		var text string
		if exactjson.Unmarshal(values[name], &text) == nil {
			v.Value = text
		}
		out = append(out, v)
	}
	return out
}
