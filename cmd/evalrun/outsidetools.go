package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/signal"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// staticTools are the tools of a file as far as the file itself says which there
// are: nothing is started. Without a file nothing is known.
type staticTools struct{ file *tools.File }

// Definitions gives the tools of a command. Those of a server are only known in a
// run.
func (t staticTools) Definitions(name string) ([]suite.ToolDefinition, bool, error) {
	switch {
	case t.file == nil:
		return nil, false, nil
	case !t.file.Has(name):
		return nil, false, t.file.Missing(name)
	}
	found, known := t.file.Static(name)
	return definitions(found), known, nil
}

func definitions(found []tools.Definition) []suite.ToolDefinition {
	var out []suite.ToolDefinition
	for _, d := range found {
		out = append(out, suite.ToolDefinition{Name: d.Name, JSON: d.JSON})
	}
	return out
}

// runTools are the tools that the suites of a run take. Where a file is named and the
// run may ask, they are those of its commands and servers. Else a record has what
// they were, and what they answered.
type runTools struct {
	// ctx ends what is asked while suites are loaded, also by a signal, which would
	// else leave servers behind; stop leaves signals alone.
	ctx  context.Context
	stop func()
	file *tools.File
	// started runs the tools; nil where nothing is started.
	started *tools.Tools
	// recorded is the record that answers; nil where there is none.
	recorded func() (*record.Run, error)

	mu    sync.Mutex
	sets  map[string]record.ToolSet // those that suites take
	found map[string][]tools.Definition
	wrong map[string]error
}

// newRunTools are the tools of a run that is answered by a record alone, or else
// may start what the file names.
func newRunTools(ctx context.Context, file *tools.File, flags *recordFlags, recorded func() (*record.Run, error)) *runTools {
	t := &runTools{ctx: ctx, stop: func() {}, file: file, sets: map[string]record.ToolSet{}, found: map[string][]tools.Definition{}, wrong: map[string]error{}}
	switch {
	case file != nil && flags.replay == "":
		t.started = tools.NewTools(file)
		if len(file.Servers) > 0 {
			t.ctx, t.stop = signal.NotifyContext(ctx, endings()...)
		}
	case flags.answered():
		t.recorded = recorded
	}
	return t
}

// Definitions gives the tools of a command or a server.
func (t *runTools) Definitions(name string) ([]suite.ToolDefinition, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, asked := t.found[name]
	err := t.wrong[name]
	if !asked && err == nil {
		found, err = t.ask(name)
		t.found[name], t.wrong[name] = found, err
		if err == nil {
			t.sets[name] = toolSet(name, found)
		}
	}
	return definitions(found), true, err
}

// ask finds out which tools there are.
func (t *runTools) ask(name string) ([]tools.Definition, error) {
	switch {
	case t.recorded != nil:
		return t.ofRecord(name)
	case !t.file.Has(name):
		return nil, t.file.Missing(name)
	}
	found, err := t.started.Definitions(t.ctx, name)
	if err != nil {
		err = fmt.Errorf("the server %s %w", diagnostic.Quote(name), err)
	}
	return found, err
}

// ofRecord gives the tools that the record has of a name.
func (t *runTools) ofRecord(name string) ([]tools.Definition, error) {
	run, err := t.recorded()
	switch {
	case errors.Is(err, errReported):
		return nil, nil
	case err != nil:
		return nil, err
	case run == nil:
		return nil, t.file.Missing(name)
	}
	i := slices.IndexFunc(run.Tools, func(s record.ToolSet) bool { return s.Name == name })
	if i < 0 {
		return nil, diagnostic.Diagnostic{
			Message: fmt.Sprintf("the record that answers has no tools of %s", diagnostic.Quote(name)),
			Hint:    "a run with --tools FILE that may ask finds out which there are",
		}
	}
	var found []tools.Definition
	for _, text := range run.Tools[i].Definitions {
		var of struct {
			Name   string          `json:"name"`
			Schema json.RawMessage `json:"input_schema"`
		}
		if err := exactjson.Unmarshal(text, &of); err != nil {
			return nil, fmt.Errorf("the record that answers has a tool of %s that is none: %w", diagnostic.Quote(name), err)
		}
		d := tools.Definition{Name: of.Name, JSON: text}
		if of.Schema == nil {
			d.JSON = nil
		}
		found = append(found, d)
	}
	return found, nil
}

// toolSet is what the record holds of tools. One that suites are to define has a
// name alone.
func toolSet(name string, found []tools.Definition) record.ToolSet {
	set := record.ToolSet{Name: name, Definitions: []json.RawMessage{}}
	for _, d := range found {
		if d.JSON == nil {
			d.JSON, _ = json.Marshal(map[string]string{"name": d.Name})
		}
		set.Definitions = append(set.Definitions, d.JSON)
	}
	text, _ := json.Marshal(set.Definitions)
	sum := sha256.Sum256(text)
	set.SHA256 = hex.EncodeToString(sum[:])
	return set
}

// taken are the tools that suites take, for the record.
func (t *runTools) taken() []record.ToolSet {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.SortedFunc(maps.Values(t.sets), func(a, b record.ToolSet) int {
		return slices.Compare([]byte(a.Name), []byte(b.Name))
	})
}

// loaded is called once the suites are loaded. The error says that a signal came.
func (t *runTools) loaded() error {
	interrupted := t.ctx.Err() != nil
	t.stop()
	if interrupted {
		t.close()
		return &exitError{code: exitInterrupted}
	}
	return nil
}

// close ends all servers.
func (t *runTools) close() {
	if t == nil {
		return
	}
	t.stop()
	if t.started != nil {
		t.started.Close()
	}
}

// caller calls the tools; nil where nothing may be called.
func (t *runTools) caller() runner.ToolCaller {
	if t.started == nil {
		return nil
	}
	return t.started
}
