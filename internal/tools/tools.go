package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/fault"
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

// Caller calls tools for one sample, one at a time.
type Caller interface {
	// Call calls a tool of what the suite names. The error says why it has not
	// answered as it should.
	Call(ctx context.Context, from, tool string, input json.RawMessage) (Result, error)
	// Close ends what ran for the sample alone.
	Close()
}

// Tools runs the tools of a file. It is safe for concurrent use.
type Tools struct {
	file    *File
	slots   map[string]chan struct{} // holds one for each process that runs
	servers map[string]*server
}

// NewTools makes Tools that have started nothing yet.
func NewTools(f *File) *Tools {
	t := &Tools{file: f, slots: map[string]chan struct{}{}, servers: map[string]*server{}}
	for name, tool := range f.Tools {
		t.slots[name] = make(chan struct{}, tool.Processes)
	}
	for name, config := range f.Servers {
		t.servers[name] = &server{Server: config, dir: f.dir(), slots: make(chan struct{}, config.Processes), users: map[*connection]int{}}
	}
	return t
}

// Close ends all servers, and waits until they are gone.
func (t *Tools) Close() {
	var closing sync.WaitGroup
	for _, s := range t.servers {
		closing.Go(func() {
			defer fault.Catch()
			s.close()
		})
	}
	closing.Wait()
}

// Has reports whether the file has a command or a server of a name that gives
// tools.
func (f *File) Has(name string) bool {
	return f != nil && (f.Tools[name] != nil || f.Servers[name] != nil)
}

// toolSources lists what gives tools, sorted.
func (f *File) toolSources() []string {
	names := slices.Collect(maps.Keys(f.Servers))
	return slices.Sorted(slices.Values(slices.AppendSeq(names, maps.Keys(f.Tools))))
}

// Missing is what is wrong where the file lacks a command or a server of a name;
// nil is no file.
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

// Definitions gives the tools of a name. A server is started for that.
func (t *Tools) Definitions(ctx context.Context, name string) ([]Definition, error) {
	if s := t.servers[name]; s != nil {
		return s.definitions(ctx)
	}
	found, _ := t.file.Static(name)
	return found, nil
}

// Sample gives the calls of one sample to what its suite names.
func (t *Tools) Sample(from []string) Caller {
	return &sample{tools: t, from: from, connections: map[string]*connection{}}
}
