package checkreport

import (
	"fmt"
	"io"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/workflow"
)

// checkFormat is the version of the JSON that a check writes. It changes when
// a field changes its meaning or goes away; new fields may come.
const checkFormat = 1

// Result is what a check of suites found.
type Result struct {
	Tool string
	// Errors keep a run from starting; there is no plan then.
	Errors   diagnostic.List
	Warnings []Warning
	// Plan, Models, Platform and Online are written as they are; nil where there
	// are none.
	Plan, Models, Platform, Online any
}

// Warning is a warning with how many cases have it, and the first of
// them; 0 and "" where it is about the text of the suites alone.
type Warning struct {
	diagnostic.Diagnostic
	Cases int
	First string
}

// lists are the errors and the warnings.
func (c Result) lists() []diagnostic.List {
	found := make(diagnostic.List, len(c.Warnings))
	for i, w := range c.Warnings {
		found[i] = w.Diagnostic
	}
	return []diagnostic.List{c.Errors, found}
}

// The members of a check's JSON.
type (
	jsonResult struct {
		Format   int              `json:"format"`
		Tool     string           `json:"tool"`
		Errors   []jsonDiagnostic `json:"errors"`
		Warnings []jsonWarning    `json:"warnings"`
		Models   any              `json:"models,omitempty"`
		Plan     any              `json:"plan,omitempty"`
		Platform any              `json:"platform,omitempty"`
		Online   any              `json:"online,omitempty"`
	}
	jsonDiagnostic struct {
		File    string `json:"file,omitempty"`
		Line    int    `json:"line,omitempty"`
		Column  int    `json:"column,omitempty"`
		End     int    `json:"end,omitempty"`
		Name    string `json:"name,omitempty"`
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
		// Edits mend it.
		Edits []jsonEdit `json:"edits,omitempty"`
	}
	jsonEdit struct {
		File      string `json:"file"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		EndLine   int    `json:"end_line"`
		EndColumn int    `json:"end_column"`
		Text      string `json:"text"`
	}
	jsonWarning struct {
		jsonDiagnostic
		Cases int    `json:"cases,omitempty"`
		First string `json:"first_case,omitempty"`
	}
)

// JSON writes what a check found as one JSON document: errors and
// warnings with file, line, column and the column behind their end, counted
// in characters from 1; the plan of a run; what the models are known to refuse.
func JSON(w io.Writer, c Result) error {
	return jsonvalue.WriteIndented(w, jsonResult{
		Format: checkFormat, Tool: c.Tool,
		Errors: jsonDiagnostics(c.Errors), Warnings: jsonWarnings(c.Warnings), Models: c.Models, Plan: c.Plan, Platform: c.Platform, Online: c.Online,
	})
}

func jsonDiagnostics(list diagnostic.List) []jsonDiagnostic {
	out := make([]jsonDiagnostic, len(list))
	for i, d := range list {
		out[i] = newJSONDiagnostic(d)
	}
	return out
}

func jsonWarnings(list []Warning) []jsonWarning {
	out := make([]jsonWarning, len(list))
	for i, w := range list {
		out[i] = jsonWarning{newJSONDiagnostic(w.Diagnostic), w.Cases, w.First}
	}
	return out
}

func newJSONDiagnostic(d diagnostic.Diagnostic) jsonDiagnostic {
	out := jsonDiagnostic{File: d.File, Line: d.Line, Column: d.Column, Name: d.Rule, Message: d.Message, Hint: d.Hint}
	if d.Column > 0 {
		out.End = d.Column + max(d.Width, 1)
	}
	for _, e := range d.Edits {
		out.Edits = append(out.Edits, jsonEdit{e.File, e.Line, e.Column, e.EndLine, e.EndColumn, e.Text})
	}
	return out
}

// GitHub writes what a check found for the log of a step in a GitHub
// Actions workflow: annotations at the files' lines, as many as GitHub shows,
// then all of it as text. Nothing in it can begin a workflow command.
func GitHub(w io.Writer, c Result) error {
	for _, list := range c.lists() {
		for _, d := range list[:min(len(list), workflow.MaxNotes)] {
			if _, err := fmt.Fprintln(w, newDiagnosticNote(d)); err != nil {
				return err
			}
		}
	}
	title := fmt.Sprintf("evalrun check: %s, %s", numbers.Counted(len(c.Errors), "error"), numbers.Counted(len(c.Warnings), "warning"))
	return workflow.Fold(w, title, func(w io.Writer) error {
		for _, list := range c.lists() {
			if err := Diagnostics(w, list, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// newDiagnosticNote is a workflow command at the diagnostic's place.
func newDiagnosticNote(d diagnostic.Diagnostic) workflow.Note {
	n := workflow.Note{Command: "error", File: d.File, Line: d.Line, Title: "evalrun", Text: d.Message, Width: layout.MaxLine}
	if d.Severity == diagnostic.Warning {
		n.Command = "warning"
	}
	if d.Rule != "" {
		n.Title += ": " + d.Rule
	}
	if d.Column > 0 {
		n.Column, n.EndColumn = d.Column, d.Column+max(d.Width, 1)
	}
	if d.Hint != "" {
		n.Text += "\n" + d.Hint
	}
	return n
}
