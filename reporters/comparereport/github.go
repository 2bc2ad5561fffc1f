package comparereport

import (
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
	"github.com/evalrun/evalrun/reporters/internal/workflow"
)

// GitHub writes comparisons for the log of a step in a GitHub
// Actions workflow: the table in a group that is folded, then an annotation
// of each verdict and, at the suites' files and lines, of the newly
// failing cases. Such a case is an error where the comparison is REGRESSED or
// fails on it, else a warning: alone it is no evidence. No text of a record can begin a workflow
// command.
func GitHub(w io.Writer, of Comparisons) error {
	err := workflow.Fold(w, "evalrun compare: "+numbers.Counted(len(of.All), "comparison"), func(w io.Writer) error {
		return Table(w, of, reporters.TableOptions{Width: workflow.Width, Whole: true})
	})
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, n := range comparisonNotes(of) {
		if counts[n.Command]++; counts[n.Command] > workflow.MaxNotes {
			continue
		}
		if _, err := fmt.Fprintln(w, n); err != nil {
			return err
		}
	}
	decided := "evalrun compare"
	if of.Verdict.Found == "" { // a run decides
		decided = "evalrun"
	}
	last := verdicttext.Line(of.Verdict)
	if of.decide() {
		last = strings.Join(layout.NonEmpty(last, safetext.Cut(advice(of.All), layout.MaxLine)), ". ")
	}
	_, err = fmt.Fprintf(w, "%s: %s\n", decided, last)
	return err
}

// verdictCommands are the workflow commands of the verdicts.
var verdictCommands = map[compare.Verdict]string{compare.Regressed: "error", compare.Incomparable: "error", compare.Inconclusive: "warning"}

// comparisonNotes are the annotations: the verdicts, what else fails, then the
// cases.
func comparisonNotes(of Comparisons) []workflow.Note {
	var notes []workflow.Note
	fails := of.Verdict.Exit() != verdict.ExitPassed
	for _, c := range of.All {
		n := workflow.Note{Command: "notice", Title: fmt.Sprintf("%s: %s → %s", c.Verdict, c.Base, c.New)}
		if command, ok := verdictCommands[c.Verdict]; ok {
			n.Command = command
		}
		if n.Command == "error" && !fails {
			n.Command = "warning"
		}
		n.Text = strings.Join(Sentences(c), "\n")
		notes = append(notes, n)
	}
	anyDrop := false
	for _, r := range of.Verdict.Reasons {
		anyDrop = anyDrop || r.Kind == verdict.NewlyFailing
		if r.Kind == verdict.NewlyFailing || r.Kind == verdict.Requirement || r.Kind == verdict.Warnings {
			notes = append(notes, workflow.Note{Command: "error", Title: "evalrun compare", Text: r.Text})
		}
	}
	for _, c := range of.All {
		for _, change := range c.Regressed {
			if change.Flipped {
				notes = append(notes, changeNote(c, change, fails && (anyDrop || c.Verdict == compare.Regressed)))
			}
		}
	}
	return notes
}

// changeNote is the annotation of a newly failing case; fails says that it is an
// error.
func changeNote(c *compare.Comparison, change compare.CaseChange, fails bool) workflow.Note {
	n := workflow.Note{Command: "warning", File: change.Path, Line: change.Line, Title: refLabel(change.CaseRef) + ": " + changeTitle(change)}
	if fails {
		n.Command = "error"
	}
	n.Text = fmt.Sprintf("%s → %s", c.Base, c.New)
	if change.Evidence != nil {
		n.Text = strings.Join(evidenceLines(change.Evidence, workflow.Width), "\n")
	}
	return n
}
