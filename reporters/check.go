package reporters

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/safetext"
)

// checkFormat is the version of the JSON that a check writes. It changes when
// a field changes its meaning or goes away; new fields may come.
const checkFormat = 1

// Checked is what a check of suites found.
type Checked struct {
	Tool string
	// Errors keep a run from starting; there is no plan then.
	Errors   diagnostic.List
	Warnings []CheckedWarning
	// Plan, Models and Online are written as they are; nil where there are none.
	Plan, Models, Online any
}

// CheckedWarning is a warning with how many cases have it, and the first of
// them; 0 and "" where it is about the text of the suites alone.
type CheckedWarning struct {
	diagnostic.Diagnostic
	Cases int
	First string
}

// lists are the errors and the warnings.
func (c Checked) lists() []diagnostic.List {
	found := make(diagnostic.List, len(c.Warnings))
	for i, w := range c.Warnings {
		found[i] = w.Diagnostic
	}
	return []diagnostic.List{c.Errors, found}
}

// The members of a check's JSON.
type (
	jsonChecked struct {
		Format   int              `json:"format"`
		Tool     string           `json:"tool"`
		Errors   []jsonDiagnostic `json:"errors"`
		Warnings []jsonWarning    `json:"warnings"`
		Models   any              `json:"models,omitempty"`
		Plan     any              `json:"plan,omitempty"`
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
	}
	jsonWarning struct {
		jsonDiagnostic
		Cases int    `json:"cases,omitempty"`
		First string `json:"first_case,omitempty"`
	}
)

// CheckJSON writes what a check found as one JSON document: errors and
// warnings with file, line, column and the column behind their end, counted
// in characters from 1; the plan of a run; what the models are known to refuse.
func CheckJSON(w io.Writer, c Checked) error {
	text, err := json.MarshalIndent(jsonChecked{
		Format: checkFormat, Tool: c.Tool,
		Errors: jsonDiagnostics(c.Errors), Warnings: jsonWarnings(c.Warnings), Models: c.Models, Plan: c.Plan, Online: c.Online,
	}, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(safetext.JSON(text), '\n'))
	return err
}

func jsonDiagnostics(list diagnostic.List) []jsonDiagnostic {
	out := make([]jsonDiagnostic, len(list))
	for i, d := range list {
		out[i] = newJSONDiagnostic(d)
	}
	return out
}

func jsonWarnings(list []CheckedWarning) []jsonWarning {
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
	return out
}

// CheckGitHub writes what a check found for the log of a step in a GitHub
// Actions workflow: annotations at the files' lines, as many as GitHub shows,
// then all of it as text. Nothing in it can begin a workflow command.
func CheckGitHub(w io.Writer, c Checked) error {
	for _, list := range c.lists() {
		for _, d := range list[:min(len(list), maxAnnotations)] {
			if _, err := io.WriteString(w, diagnosticAnnotation(d)+"\n"); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "::group::evalrun check: %s, %s\n", counted(len(c.Errors), "error"), counted(len(c.Warnings), "warning"))
	if err != nil {
		return err
	}
	for _, list := range c.lists() {
		if err := Diagnostics(w, list, false); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "::endgroup::\n")
	return err
}

// diagnosticAnnotation is a workflow command at the diagnostic's place.
func diagnosticAnnotation(d diagnostic.Diagnostic) string {
	command, title := "error", "evalrun"
	if d.Severity == diagnostic.Warning {
		command = "warning"
	}
	if d.Rule != "" {
		title += ": " + d.Rule
	}
	var place string
	if d.File != "" {
		place = "file=" + commandProperty(safetext.Cut(d.File, maxLine)) + ","
	}
	if d.Line > 0 {
		place += "line=" + strconv.Itoa(d.Line) + ","
	}
	if d.Column > 0 {
		place += fmt.Sprintf("col=%d,endColumn=%d,", d.Column, d.Column+max(d.Width, 1))
	}
	text := d.Message
	if d.Hint != "" {
		text += "\n" + d.Hint
	}
	return fmt.Sprintf("::%s %stitle=%s::%s", command, place, commandProperty(safetext.Cut(title, maxAnnotationTitle)),
		commandData(strings.TrimRight(safetext.Block(text, maxAnnotationLines, maxLine), "\n")))
}
