package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// Definition is a tool as requests have it.
type Definition struct {
	Name string
	// JSON is an object of name, description and input_schema; nil where suites are
	// to define the tool.
	JSON json.RawMessage
}

// Result is what a tool answered.
type Result struct {
	// Content is a text as JSON, or a list of blocks.
	Content json.RawMessage
	// Failed says that the model is told that the tool failed.
	Failed bool
}

// Tools runs the tools of a file. It is safe for concurrent use.
type Tools struct {
	file  *File
	slots map[string]chan struct{} // holds one for each process that runs
}

// NewTools makes Tools that have started nothing yet.
func NewTools(f *File) *Tools {
	t := &Tools{file: f, slots: map[string]chan struct{}{}}
	for name, tool := range f.Tools {
		t.slots[name] = make(chan struct{}, tool.Processes)
	}
	return t
}

// Has reports whether the file has a command of a name that gives tools.
func (f *File) Has(name string) bool { return f != nil && f.Tools[name] != nil }

// toolSources lists what gives tools, sorted.
func (f *File) toolSources() []string { return slices.Sorted(maps.Keys(f.Tools)) }

// Missing is what is wrong where the file lacks a command of a name; nil is
// no file.
func (f *File) Missing(name string) diagnostic.Diagnostic {
	line := fmt.Sprintf("`tools: {%s: {command: [python3, tool.py]}}`", name)
	if f == nil {
		return diagnostic.Diagnostic{
			Message: fmt.Sprintf("the tools of %s are really run, and no file of tools is named", diagnostic.Quote(name)),
			Hint:    "write " + line + " into a file of yours and name it: --tools FILE (docs/tools.md)",
		}
	}
	return diagnostic.Diagnostic{
		Message: fmt.Sprintf("%s has no tool %s%s", f.Path, diagnostic.Quote(name), diagnostic.DidYouMean(name, f.toolSources())),
		Hint:    "add " + line + " to it",
	}
}

// Static gives the tools of a name as far as the file itself says which there are.
func (f *File) Static(name string) (found []Definition, known bool) {
	t := f.Tools[name]
	if t == nil {
		return nil, false
	}
	return []Definition{t.definition(name)}, true
}

// definition is the tool as requests have it.
func (t *Tool) definition(name string) Definition {
	if t.Schema == nil {
		return Definition{Name: name}
	}
	text, _ := json.Marshal(struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Schema      json.RawMessage `json:"input_schema"`
	}{name, t.Description, t.Schema})
	return Definition{name, text}
}

// Call calls a tool of a command. The error says why it has not answered
// as it should.
func (t *Tools) Call(ctx context.Context, from, tool string, input json.RawMessage) (Result, error) {
	if command := t.file.Tools[from]; command != nil && from == tool {
		return t.run(ctx, from, command, input)
	}
	return Result{}, fmt.Errorf("the file of tools has no tool %q", from)
}
