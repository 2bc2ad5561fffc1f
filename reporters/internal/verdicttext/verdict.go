package verdicttext

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// MaxCells bounds the line of a verdict, in cells.
const MaxCells = 300

var words = map[string]string{
	record.Pass: "PASSED", record.Fail: "FAILED", record.Errored: "UNDECIDED",
	verdict.Inconclusive: "INCONCLUSIVE", verdict.Interrupted: "INTERRUPTED",
}

var signs = map[string]string{
	record.Pass: "✅", record.Fail: "❌", record.Errored: "⚠️", verdict.Inconclusive: "❔", verdict.Interrupted: "⚠️",
}

// Sign shows a verdict at a glance.
func Sign(v verdict.Verdict) string {
	if v.Exit() == verdict.ExitPassed && len(v.Allowed) > 0 {
		return "⚠️"
	}
	return signs[v.Outcome()]
}

// Word is the verdict in one word: what comparisons found, or what the
// exit code says.
func Word(v verdict.Verdict) string {
	if v.Filter != "" && v.Found == "" {
		return "FILTERED"
	}
	if v.Found != "" {
		return string(v.Found)
	}
	return words[v.Outcome()]
}

// Reasons says why the verdict is what it is: what fails, then what
// --allow passes over. What its word says already is left out.
func Reasons(v verdict.Verdict) string {
	texts := func(reasons []verdict.Reason) string {
		var texts []string
		for _, r := range reasons {
			text := r.Text
			if text == string(v.Found) {
				text = ""
			}
			texts = append(texts, layout.NonEmpty(strings.Join(layout.NonEmpty(r.Of, text), ": "))...)
		}
		return strings.Join(texts, "; ")
	}
	said := strings.Join(layout.NonEmpty(append([]string{texts(v.Reasons)}, otherwiseCompared(v)...)...), "; ")
	if allowed := texts(v.Allowed); allowed != "" {
		said = strings.Join(layout.NonEmpty(said, "allowed: "+allowed), "; ")
	}
	return said
}

// otherwiseCompared are the comparisons of a run that are no reason of its verdict.
func otherwiseCompared(v verdict.Verdict) []string {
	var texts []string
	for _, c := range v.Compared {
		text := "compared with " + c.Base + ": " + c.Verdict
		said := func(r verdict.Reason) bool { return r.Text == text }
		if !slices.ContainsFunc(v.Reasons, said) && !slices.ContainsFunc(v.Allowed, said) {
			texts = append(texts, text)
		}
	}
	return texts
}

// maxFound is how many sentences of one comparison are shown.
const maxFound = 20

// Found is what the comparisons of a run found, in sentences that are safe to show
// in a line each.
func Found(v verdict.Verdict) []string {
	var out []string
	for _, c := range v.Compared {
		for i, text := range c.Found[:min(len(c.Found), maxFound)] {
			if i == 0 && len(v.Compared) > 1 {
				text = "compared with " + c.Base + ": " + text
			}
			out = append(out, safetext.Cut(text, layout.MaxLine))
		}
	}
	return out
}

// head is the verdict in one line, not yet safe to show: its word,
// --allow where that was given, and the reasons.
func head(v verdict.Verdict) string {
	head := Word(v)
	if v.Filter != "" && v.Found != "" {
		head += " of the cases with " + v.Filter
	}
	if allow := v.Options.AllowFlag(); allow != "" {
		head += " with " + allow
	}
	if reasons := Reasons(v); reasons != "" {
		head += ": " + reasons
	}
	return head
}

// Line is the verdict in one line, safe to show, with an exit code that
// is not 0.
func Line(v verdict.Verdict) string {
	line := safetext.Cut(head(v), MaxCells)
	if code := v.Exit(); code != verdict.ExitPassed && (v.Filter == "" || v.Found != "") {
		line += fmt.Sprintf(" (exit code %d)", code)
	}
	return line
}

// Colour colours text by a verdict.
func Colour(s layout.Style, v verdict.Verdict, text string) string {
	switch {
	case v.Exit() == verdict.ExitFailed:
		return s.Red(text)
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0:
		return s.Green(text)
	}
	return s.Yellow(text)
}

// JSON is a verdict in the reports for programs.
type JSON struct {
	ExitCode int          `json:"exit_code"`
	Reasons  []jsonReason `json:"reasons"`
	Allow    []string     `json:"allow"`
	Allowed  []jsonReason `json:"allowed"`
	// Compared are the earlier runs that a run was compared with.
	Compared []record.Compared `json:"compared,omitempty"`
}

type jsonReason struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func NewJSON(v verdict.Verdict) JSON {
	reasons := func(list []verdict.Reason) []jsonReason {
		out := make([]jsonReason, len(list))
		for i, r := range list {
			out[i] = jsonReason{string(r.Kind), r.Text}
		}
		return out
	}
	return JSON{v.Exit(), reasons(v.Reasons), append([]string{}, v.Options.Allow...), reasons(v.Allowed), v.Compared}
}
