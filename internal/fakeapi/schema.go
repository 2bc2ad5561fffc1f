package fakeapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unsupported are the keywords that a schema of structured outputs may not
// use, by the type that they constrain ("Structured outputs", JSON Schema
// limitations).
var unsupported = map[string][]string{
	"integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
	"number":  {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
	"string":  {"minLength", "maxLength"},
	"array":   {"maxItems", "uniqueItems"},
}

// closedSchema is the schema of a structured output: every object closed, no
// keyword that the decoding cannot hold to, no reference out of the schema.
func closedSchema(c *checker, v any) *apiError {
	schema, ok := v.(map[string]any)
	if !ok {
		return c.fail("Input should be a valid dictionary")
	}
	if problem := schemaProblem(schema); problem != "" {
		return c.fail("%s", problem)
	}
	return nil
}

// schemaProblem is what is wrong with a schema or one inside it, "" if
// nothing is.
func schemaProblem(schema map[string]any) string {
	kind := typeOf(schema)
	if closed, present := schema["additionalProperties"]; kind == "object" && (!present || closed != false) {
		return "For 'object' type, 'additionalProperties' must be explicitly set to false"
	}
	var found []string
	for _, keyword := range unsupported[kind] {
		if _, ok := schema[keyword]; ok {
			found = append(found, keyword)
		}
	}
	if len(found) > 0 {
		return fmt.Sprintf("For '%s' type, properties %s are not supported", kind, strings.Join(found, ", "))
	}
	if least, ok := number(schema["minItems"]); ok && kind == "array" && least > 1 {
		return fmt.Sprintf("For 'array' type, 'minItems' values other than 0 or 1 are not supported. Got: %v", least)
	}
	if ref, ok := schema["$ref"].(string); ok && !strings.HasPrefix(ref, "#") {
		return fmt.Sprintf("External $ref is not supported: %s", ref)
	}
	for _, inner := range subschemas(schema) {
		if problem := schemaProblem(inner); problem != "" {
			return problem
		}
	}
	return ""
}

// subschemas are the schemas that a schema holds, in a fixed order.
func subschemas(schema map[string]any) []map[string]any {
	var inner []map[string]any
	for _, key := range []string{"properties", "$defs", "definitions"} {
		held := object(schema[key])
		for _, name := range slices.Sorted(maps.Keys(held)) {
			inner = append(inner, object(held[name]))
		}
	}
	for _, key := range []string{"anyOf", "allOf", "oneOf"} {
		for _, member := range list(schema[key]) {
			inner = append(inner, object(member))
		}
	}
	if items := object(schema["items"]); items != nil {
		inner = append(inner, items)
	}
	return inner
}
