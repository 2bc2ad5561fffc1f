package fakeapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A schema can refer to itself, and nothing here is trusted: optional
// properties are filled in down to sampleDepth, and a sample has at most
// sampleSize values.
const (
	sampleDepth = 8
	sampleSize  = 1000
)

// sample makes a value that satisfies a simple JSON Schema: type, properties,
// required, items, enum, const, default, anyOf, oneOf, allOf, $ref into the
// schema, and the lower bounds of numbers, lists and strings. Patterns,
// formats and upper bounds are not looked at.
func sample(schema map[string]any) any {
	s := sampler{root: schema, left: sampleSize}
	return s.value(schema, 0)
}

// sampleJSON is sample, written as JSON with sorted keys.
func sampleJSON(schema map[string]any) string {
	b, err := json.Marshal(sample(schema))
	if err != nil {
		return "null"
	}
	return string(b)
}

type sampler struct {
	root map[string]any
	left int
}

func (s *sampler) value(schema map[string]any, depth int) any {
	if s.left--; s.left < 0 {
		return nil
	}
	schema = s.resolve(schema, depth)
	for _, key := range []string{"const", "default"} {
		if v, ok := schema[key]; ok {
			return v
		}
	}
	if enum := list(schema["enum"]); len(enum) > 0 {
		return enum[0]
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if members := list(schema[key]); len(members) > 0 {
			return s.value(object(members[0]), depth+1)
		}
	}
	return s.ofType(schema, depth)
}

// resolve follows $ref and lays the members of allOf over each other.
func (s *sampler) resolve(schema map[string]any, depth int) map[string]any {
	if s.left--; s.left < 0 {
		return nil
	}
	if ref, ok := schema["$ref"].(string); ok {
		return s.resolve(s.lookup(ref), depth+1)
	}
	members := list(schema["allOf"])
	if len(members) == 0 {
		return schema
	}
	merged, properties := map[string]any{}, map[string]any{}
	var names []any
	for _, m := range append([]any{without(schema, "allOf")}, members...) {
		member := s.resolve(object(m), depth+1)
		maps.Copy(merged, member)
		maps.Copy(properties, object(member["properties"]))
		names = append(names, list(member["required"])...)
	}
	merged["properties"], merged["required"] = properties, names
	return merged
}

func without(schema map[string]any, key string) map[string]any {
	copied := maps.Clone(schema)
	delete(copied, key)
	return copied
}

// lookup finds "#/a/b" in the root.
func (s *sampler) lookup(ref string) map[string]any {
	path, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil
	}
	at := s.root
	for step := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if step != "" {
			at = object(at[step])
		}
	}
	return at
}

func (s *sampler) ofType(schema map[string]any, depth int) any {
	switch typeOf(schema) {
	case "object":
		return s.object(schema, depth)
	case "array":
		return s.array(schema, depth)
	case "string":
		return strings.Repeat("a", max(1, atLeast(schema, "minLength")))
	case "integer", "number":
		if n, ok := number(schema["exclusiveMinimum"]); ok {
			return n + 1
		}
		if n, ok := number(schema["minimum"]); ok {
			return n
		}
		return 0
	case "boolean":
		return true
	}
	return nil
}

func (s *sampler) object(schema map[string]any, depth int) map[string]any {
	made := map[string]any{}
	needed := list(schema["required"])
	properties := object(schema["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if depth < sampleDepth || slices.Contains(needed, any(name)) {
			made[name] = s.value(object(properties[name]), depth+1)
		}
	}
	for _, name := range needed {
		if _, ok := made[str(name)]; !ok {
			made[str(name)] = nil
		}
	}
	return made
}

func (s *sampler) array(schema map[string]any, depth int) []any {
	n := atLeast(schema, "minItems")
	if depth < sampleDepth {
		n = max(1, n)
	}
	items := make([]any, n)
	for i := range items {
		items[i] = s.value(object(schema["items"]), depth+1)
	}
	return items
}

// typeOf is the first type of a schema, or the one its keys imply.
func typeOf(schema map[string]any) string {
	switch t := schema["type"].(type) {
	case string:
		return t
	case []any:
		if len(t) > 0 {
			return str(t[0])
		}
	}
	if _, ok := schema["properties"]; ok {
		return "object"
	}
	if _, ok := schema["items"]; ok {
		return "array"
	}
	return ""
}

// atLeast reads a lower bound of a length, at most sampleSize.
func atLeast(schema map[string]any, key string) int {
	n, _ := number(schema[key])
	return int(max(0, min(n, sampleSize)))
}
