package logsuite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/traffic"
)

// shape is what values have in common, as a JSON Schema says it.
type shape struct {
	types   map[string]bool
	objects int            // how many of the values there were
	counts  map[string]int // in how many of them a member is
	members map[string]*shape
	items   *shape // of lists
}

// maxShapeDepth is how deep a proposed schema goes.
const maxShapeDepth = 4

// see takes a value into account.
func (s *shape) see(value any) {
	if s.types == nil {
		s.types, s.counts, s.members = map[string]bool{}, map[string]int{}, map[string]*shape{}
	}
	switch value := value.(type) {
	case nil:
		s.types["null"] = true
	case bool:
		s.types["boolean"] = true
	case string:
		s.types["string"] = true
	case []any:
		s.types["array"] = true
		for _, item := range value {
			if s.items == nil {
				s.items = &shape{}
			}
			s.items.see(item)
		}
	case map[string]any:
		s.types["object"] = true
		s.objects++
		for name, member := range value {
			s.counts[name]++
			if s.members[name] == nil {
				s.members[name] = &shape{}
			}
			s.members[name].see(member)
		}
	default:
		s.types["number"] = true
	}
}

// schema writes the shape as a literal of an expression: the types, and the members
// that all objects have.
func (s *shape) schema(depth int) string {
	types := slices.Sorted(maps.Keys(s.types))
	for i, t := range types {
		types[i] = strconv.Quote(t)
	}
	out := `"type": ` + types[0]
	if len(types) > 1 {
		out = `"type": [` + strings.Join(types, ", ") + "]"
	}
	if depth < maxShapeDepth {
		var required, properties []string
		for _, name := range slices.Sorted(maps.Keys(s.members)) {
			if s.counts[name] == s.objects {
				quoted := string(exactjson.Quote(name))
				required = append(required, quoted)
				properties = append(properties, quoted+": "+s.members[name].schema(depth+1))
			}
		}
		if len(required) > 0 {
			out += `, "required": [` + strings.Join(required, ", ") + `], "properties": {` + strings.Join(properties, ", ") + "}"
		}
		if s.items != nil {
			out += `, "items": ` + s.items.schema(depth+1)
		}
	}
	return "{" + out + "}"
}

// schemaExpr is an assertion that the last answers of all conversations are JSON
// objects of one shape; "" where they are not, or where it would be long.
func schemaExpr(list []*traffic.Conversation) string {
	const most = 1000
	var s shape
	for _, c := range list {
		var text strings.Builder
		for _, b := range c.Last().Answer.Content {
			if b.Type == "text" {
				text.WriteString(b.Text)
			}
		}
		var value map[string]any
		if exactjson.Unmarshal([]byte(text.String()), &value) != nil || value == nil {
			return ""
		}
		s.see(value)
	}
	expr := fmt.Sprintf("is_json(text) && matches_schema(json, %s)", s.schema(0))
	if len(expr) > most {
		return ""
	}
	return expr
}
