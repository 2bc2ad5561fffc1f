package assert

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
)

// ToolInputs checks what a model gives its tools against their schemas. Each
// schema is compiled once. It is safe for concurrent use.
type ToolInputs struct{ schemas *schemas }

// NewToolInputs makes a ToolInputs that knows no schema yet.
func NewToolInputs() *ToolInputs { return &ToolInputs{newSchemas(nil)} }

// Mismatches describes each tool_use of an answer whose input does not match
// the input_schema of its tool in the request's body how it does not. A tool
// without a schema, as those that the API brings along, takes anything.
func (t *ToolInputs) Mismatches(request []byte, a *messages.Answer) []string {
	var found []string
	var tools map[string]json.RawMessage
	for i := range a.Content {
		use := &a.Content[i]
		if use.Type != "tool_use" {
			continue
		}
		if tools == nil {
			tools = inputSchemas(request)
		}
		if schema := tools[use.Name]; len(schema) > 0 {
			found = append(found, t.mismatch(use, schema)...)
		}
	}
	return found
}

// inputSchemas are the input_schema of the tools of a request, by name.
func inputSchemas(request []byte) map[string]json.RawMessage {
	var body struct {
		Tools []struct {
			Name   string          `json:"name"`
			Schema json.RawMessage `json:"input_schema"`
		} `json:"tools"`
	}
	schemas := map[string]json.RawMessage{}
	if exactjson.Unmarshal(request, &body) != nil {
		return schemas // the API has taken it, so it is of another shape
	}
	for _, tool := range body.Tools {
		schemas[tool.Name] = tool.Schema
	}
	return schemas
}

func (t *ToolInputs) mismatch(use *messages.Block, text json.RawMessage) []string {
	violations, err := t.violations(use.Input, text)
	switch {
	case err != nil:
		return []string{fmt.Sprintf("the input of %s cannot be checked against its input_schema: %v", use.Name, err)}
	case len(violations) > 0:
		return []string{fmt.Sprintf("the input of %s does not match its input_schema: %s", use.Name, few(violations))}
	}
	return nil
}

// How many violations of one input are listed, and how much of each, in
// characters: they quote the input.
const (
	maxViolations = 10
	maxViolation  = 200
)

// few lists the first of some violations.
func few(violations []string) string {
	var told []string
	for i, v := range violations {
		if i == maxViolations {
			told = append(told, fmt.Sprintf("and %d more", len(violations)-i))
			break
		}
		if runes := []rune(v); len(runes) > maxViolation {
			v = string(runes[:maxViolation-1]) + "…"
		}
		told = append(told, v)
	}
	return strings.Join(told, "; ")
}

func (t *ToolInputs) violations(input, text json.RawMessage) ([]string, error) {
	definition, err := exprlang.DecodeJSON(string(text))
	if err != nil {
		return nil, err
	}
	schema, _, err := t.schemas.inline(definition, true)
	if err != nil {
		return nil, err
	}
	if len(input) == 0 { // as some servers have it where a tool takes nothing
		input = json.RawMessage("{}")
	}
	value, err := exprlang.DecodeJSON(string(input))
	if err != nil {
		return nil, err
	}
	list, _, err := schema.validate(value)
	return list, err
}
