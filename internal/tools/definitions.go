package tools

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

const (
	// maxTools and maxDefinitions bound what a server names: tools, and bytes of
	// their definitions.
	maxTools       = 500
	maxDefinitions = 1 << 20
)

// list asks the server for its tools, and gives those that are used, sorted by
// name: a server may list them in any order.
func (c *connection) list(ctx context.Context) ([]Definition, error) {
	within, stop := context.WithTimeout(ctx, c.server.startTimeout())
	defer stop()
	var found []Definition
	total := 0
	for tool, err := range c.session.Tools(within, nil) {
		if err != nil {
			return nil, c.problem(ctx, within, c.server.startTimeout(), err)
		}
		if total++; total > maxTools {
			return nil, fmt.Errorf("has more than %d tools", maxTools)
		}
		if len(c.server.Only) > 0 && !slices.Contains(c.server.Only, tool.Name) {
			continue
		}
		d, err := definitionOf(tool)
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b Definition) int { return strings.Compare(a.Name, b.Name) })
	return found, c.complete(found)
}

// complete reports what the tools of a server cannot be together.
func (c *connection) complete(found []Definition) error {
	size := 0
	for i, d := range found {
		if i > 0 && found[i-1].Name == d.Name {
			return fmt.Errorf("names the tool %q twice", d.Name)
		}
		size += len(d.JSON)
	}
	if size > maxDefinitions {
		return fmt.Errorf("has tools of %d bytes, expected at most %d", size, maxDefinitions)
	}
	for _, name := range c.server.Only {
		if !slices.ContainsFunc(found, func(d Definition) bool { return d.Name == name }) {
			return fmt.Errorf("has no tool %s, which the file of tools names", diagnostic.Quote(name))
		}
	}
	return nil
}

// definitionOf is a tool of a server as requests have it.
func definitionOf(tool *mcp.Tool) (Definition, error) {
	if !apiName().MatchString(tool.Name) {
		return Definition{}, fmt.Errorf("has a tool %s, whose name the API does not take: letters, digits, _ and -, 128 at most; leave it out by `tools: [NAME, …]`", diagnostic.Quote(tool.Name))
	}
	if schema, ok := tool.InputSchema.(map[string]any); !ok || schema["type"] != "object" {
		return Definition{}, fmt.Errorf("has a tool %s whose input_schema is no JSON Schema with type: object", diagnostic.Quote(tool.Name))
	}
	schema, err := json.Marshal(tool.InputSchema, json.Deterministic(true))
	if err != nil {
		return Definition{}, fmt.Errorf("has a tool %s whose input_schema cannot be written: %w", diagnostic.Quote(tool.Name), err)
	}
	described := &Tool{Description: tool.Description, Schema: schema}
	return described.definition(tool.Name), nil
}

// equal reports whether two lists of tools say the same to a model.
func equal(a, b []Definition) bool {
	return slices.EqualFunc(a, b, func(a, b Definition) bool { return a.Name == b.Name && bytes.Equal(a.JSON, b.JSON) })
}
