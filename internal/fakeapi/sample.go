package fakeapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// sampleDepth ends schemas that refer to themselves.
const sampleDepth = 16

// sample makes a value that satisfies a simple JSON Schema: type, properties,
// required, items, enum, const, default, anyOf, oneOf, allOf, $ref into the
// schema, and the minimum of numbers, lists and strings. Optional properties
// are filled in too; patterns and formats are not looked at.
func sample(schema map[string]any) any {
	return sampler{root: schema}.value(schema, 0)
}

// sampleJSON is sample, written as JSON with sorted keys.
func sampleJSON(schema map[string]any) string {
	b, err := json.Marshal(sample(schema))
	if err != nil {
		return "null"
	}
	return string(b)
}

type sampler struct{ root map[string]any }

func (s sampler) value(schema map[string]any, depth int) any {
	schema = s.resolve(schema, depth)
	if depth > sampleDepth || schema == nil {
		return nil
	}
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
func (s sampler) resolve(schema map[string]any, depth int) map[string]any {
	if ref, ok := schema["$ref"].(string); ok && depth <= sampleDepth {
		return s.resolve(s.lookup(ref), depth+1)
	}
	members := list(schema["allOf"])
	if len(members) == 0 || depth > sampleDepth {
		return schema
	}
	merged := maps.Clone(schema)
	delete(merged, "allOf")
	properties := maps.Clone(object(merged["properties"]))
	if properties == nil {
		properties = map[string]any{}
	}
	for _, m := range members {
		member := s.resolve(object(m), depth+1)
		maps.Copy(properties, object(member["properties"]))
		maps.Copy(merged, member)
	}
	merged["properties"] = properties
	return merged
}

// lookup finds "#/a/b" in the root.
func (s sampler) lookup(ref string) map[string]any {
	at := s.root
	path, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil
	}
	for step := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if step != "" {
			at = object(at[step])
		}
	}
	return at
}

func (s sampler) ofType(schema map[string]any, depth int) any {
	switch typeOf(schema) {
	case "object":
		return s.object(schema, depth)
	case "array":
		items := make([]any, max(1, atLeast(schema, "minItems")))
		for i := range items {
			items[i] = s.value(object(schema["items"]), depth+1)
		}
		return items
	case "string":
		return strings.Repeat("a", max(1, atLeast(schema, "minLength")))
	case "integer", "number":
		if n, ok := number(schema["exclusiveMinimum"]); ok {
			return int(n) + 1
		}
		return atLeast(schema, "minimum")
	case "boolean":
		return true
	}
	return nil
}

func (s sampler) object(schema map[string]any, depth int) map[string]any {
	made := map[string]any{}
	properties := object(schema["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		made[name] = s.value(object(properties[name]), depth+1)
	}
	for _, name := range list(schema["required"]) {
		if _, ok := made[str(name)]; !ok {
			made[str(name)] = nil
		}
	}
	return made
}

// typeOf is the first type of a schema, or the one its keys speak of.
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

// atLeast reads a lower bound, 0 if there is none. What is absurdly large is
// bounded, as the request is not ours.
func atLeast(schema map[string]any, key string) int {
	n, _ := number(schema[key])
	return int(max(0, min(n, 1000)))
}
