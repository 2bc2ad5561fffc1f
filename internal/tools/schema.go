package tools

import (
	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/yamlfile"
)

// schema reads an input_schema as JSON.
func (r *reader) schema(value *yaml.Node) []byte {
	value = yamlfile.Resolved(value)
	var schema map[string]any
	if value.Kind != yaml.MappingNode || value.Decode(&schema) != nil || schema["type"] != "object" {
		r.Problem(value, "input_schema is %s, expected a JSON Schema with `type: object`", yamlfile.Describe(value))
		return nil
	}
	text, err := json.Marshal(schema, json.Deterministic(true))
	if err != nil {
		r.Problem(value, "input_schema has no form in JSON: %v", err)
		return nil
	}
	return text
}
