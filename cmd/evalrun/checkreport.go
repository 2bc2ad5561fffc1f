package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/internal/messages/platform"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/reporters/checkreport"
)

// checked is what a check found: what is wrong, or the plan and what was
// found beside it.
type checked struct {
	flags *checkFlags
	wrong error
	plan  *runner.Plan
	// against is the other side of a run with --against; nil without one.
	against *against
	found   *lint.Report
	online  *apiReport // nil where the API was not asked
}

// checkFormats are the reports of a check by name.
var checkFormats = map[string]func(*checked, io.Writer, streams) error{
	"text":   (*checked).writeText,
	"json":   func(c *checked, w io.Writer, _ streams) error { return checkreport.JSON(w, c.report()) },
	"github": (*checked).writeGitHub,
}

func checkFormatNames() []string { return slices.Sorted(maps.Keys(checkFormats)) }

// writeText writes the plan and the warnings. What is wrong goes to stderr,
// as with every command.
func (c *checked) writeText(w io.Writer, s streams) error {
	if c.wrong != nil {
		return nil
	}
	fmt.Fprintln(w, planLine(c.plan, &c.flags.suiteFlags))
	if c.against != nil {
		fmt.Fprintf(w, "against %s: %s; the costs are of both sides\n", safetext.Line(c.against.commit.String()), planLine(c.against.plan, &c.flags.suiteFlags))
	}
	for _, line := range batchPlanLines(c) {
		fmt.Fprintln(w, safetext.Line(line))
	}
	opts := s.table(w)
	if err := checkreport.EstimateTable(w, c.estimated(), opts); err != nil {
		return err
	}
	for _, model := range c.flags.models {
		fmt.Fprintln(w, safetext.Line(about(model, prices.Default().On(c.flags.target.Served()))))
	}
	if c.online != nil {
		for _, note := range c.online.notes {
			fmt.Fprintln(w, safetext.Line(note))
		}
	}
	found := c.found.Findings
	if len(found) > 0 {
		fmt.Fprintln(w)
	}
	if err := checkreport.Diagnostics(w, warnings(found), hasColours(w)); err != nil {
		return err
	}
	for _, line := range c.swapLines() {
		fmt.Fprintln(w, safetext.Line(line))
	}
	if c.found.Full {
		fmt.Fprintf(w, "there are more than these %s\n", wording.Count(len(found), "warning"))
	} else if len(found) > 0 {
		fmt.Fprintln(w, wording.Count(len(found), "warning"))
	}
	return nil
}

// estimated is what the plan's requests may cost.
func (c *checked) estimated() checkreport.Estimated {
	out := checkreport.Estimated{Models: c.plan.Estimates()}
	if c.against != nil {
		out.Models = prices.Merge(out.Models, c.against.plan.Estimates())
	}
	if c.online != nil {
		out.Prompts, out.Counted = c.online.counted.Prompts, c.online.counted.Counted
	}
	return out
}

// writeGitHub writes annotations, for which files are named as GitHub finds
// them.
func (c *checked) writeGitHub(w io.Writer, _ streams) error {
	r := c.report()
	r.Errors = slices.Clone(r.Errors)
	for i := range r.Errors {
		r.Errors[i].File = fromRepository(r.Errors[i].File)
	}
	for i := range r.Warnings {
		r.Warnings[i].File = fromRepository(r.Warnings[i].File)
	}
	return workflow(w, func(w io.Writer) error { return checkreport.GitHub(w, r) })
}

// fromRepository gives a file's path from the top of its repository; where it
// is in none, the path as it is.
func fromRepository(file string) string {
	abs, err := filepath.Abs(file)
	if err != nil || file == "" {
		return file
	}
	for dir := filepath.Dir(abs); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			rel, err := filepath.Rel(dir, abs)
			if err != nil {
				return file
			}
			return filepath.ToSlash(rel)
		}
		if dir == filepath.Dir(dir) {
			return filepath.ToSlash(file)
		}
	}
}

// swapLines say what models cannot be asked, and what --model does not reach.
func (c *checked) swapLines() []string {
	var out []string
	left := c.plan.Cases - c.plan.Skipped
	for _, m := range c.found.Models {
		if slices.Contains(c.flags.models, m.Name) {
			left -= m.Asked
		}
		if m.Refused == 0 {
			continue
		}
		why := make([]string, len(m.Why))
		for i, reason := range m.Why {
			why[i] = fmt.Sprintf("%s (%d)", reason.What, reason.Cases)
		}
		out = append(out, fmt.Sprintf("%d of %s cannot be asked of %s: %s",
			m.Refused, wording.Count(m.Asked, "case"), m.Name, strings.Join(why, ", ")))
	}
	if len(c.flags.models) > 0 && left > 0 {
		out = append(out, wording.Count(left, "case")+inflected(left, " names its", " name their")+
			" own model, which --model leaves alone; `--set model=…` replaces it")
	}
	return out
}

// inflected is the one form of a word or the other, by how many there are.
func inflected(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// report is what was found as reporters take it.
func (c *checked) report() checkreport.Result {
	r := checkreport.Result{Tool: tool()}
	if errors.As(c.wrong, &r.Errors) || c.found == nil {
		return r
	}
	for _, f := range c.found.Findings {
		r.Warnings = append(r.Warnings, checkreport.Warning{Diagnostic: f.Diagnostic, Cases: f.Cases, First: f.First})
	}
	r.Plan = planOf(c.plan, c.against)
	r.Models = modelsOf(c.found.Models)
	if name := c.flags.target.Platform; name != "" {
		r.Platform = platformJSON{name, platform.Lacks(name)}
	}
	if c.online != nil {
		r.Online = c.online.json()
	}
	return r
}

// platformJSON is the platform that is asked, with what it does not have, in the
// JSON of a check.
type platformJSON struct {
	Name  string   `json:"name"`
	Lacks []string `json:"lacks"`
}

// modelJSON is a model that is asked, and what it is known to refuse, in the
// JSON of a check.
type modelJSON struct {
	Model   string         `json:"model"`
	Cases   int            `json:"cases"`
	Refused int            `json:"refused"`
	Why     map[string]int `json:"why,omitempty"`
}

func modelsOf(list []lint.Model) []modelJSON {
	out := make([]modelJSON, len(list))
	for i, m := range list {
		out[i] = modelJSON{Model: m.Name, Cases: m.Asked, Refused: m.Refused, Why: map[string]int{}}
		for _, reason := range m.Why {
			out[i].Why[reason.What] = reason.Cases
		}
	}
	return out
}

// warnings are the findings as diagnostics.
func warnings(found []lint.Finding) diagnostic.List {
	out := make(diagnostic.List, len(found))
	for i, f := range found {
		out[i] = f.Diagnostic
	}
	return out
}
