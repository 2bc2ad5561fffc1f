package reporters

import (
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
)

// ComparisonGitHub writes comparisons for the log of a step in a GitHub
// Actions workflow: the table in a group that is folded, then an annotation
// of each verdict and, at the suites' files and lines, of the cases that
// broke. A case that broke is an error where the comparison is REGRESSED or
// fails on it, else a warning: alone it is no evidence. No text of a record can begin a workflow
// command.
func ComparisonGitHub(w io.Writer, of Compared) error {
	err := foldWorkflow(w, "evalrun compare: "+counted(len(of.All), "comparison"), func(w io.Writer) error {
		return ComparisonTable(w, of, TableOptions{Width: maxAnnotationWidth, Whole: true})
	})
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, n := range comparisonNotes(of) {
		if counts[n.command]++; counts[n.command] > maxAnnotations {
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
	_, err = fmt.Fprintf(w, "%s: %s\n", decided, VerdictLine(of.Verdict))
	return err
}

// verdictCommands are the workflow commands of the verdicts.
var verdictCommands = map[compare.Verdict]string{compare.Regressed: "error", compare.Broken: "error", compare.Inconclusive: "warning"}

// comparisonNotes are the annotations: the verdicts, what else fails, then the
// cases.
func comparisonNotes(of Compared) []workflowNote {
	var notes []workflowNote
	fails := of.Verdict.Exit() != verdict.ExitPassed
	for _, c := range of.All {
		n := workflowNote{command: "notice", title: fmt.Sprintf("%s: %s → %s", c.Verdict, c.Base, c.New)}
		if command, ok := verdictCommands[c.Verdict]; ok {
			n.command = command
		}
		if n.command == "error" && !fails {
			n.command = "warning"
		}
		n.text = strings.Join(nonEmpty(sentence(c), conclusion(c), culprits(c), changeLine(c)), "\n")
		notes = append(notes, n)
	}
	anyDrop := false
	for _, r := range of.Verdict.Reasons {
		anyDrop = anyDrop || r.Kind == verdict.NewlyFailing
		if r.Kind == verdict.NewlyFailing || r.Kind == verdict.Requirement || r.Kind == verdict.Warnings {
			notes = append(notes, workflowNote{command: "error", title: "evalrun compare", text: r.Text})
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

// changeNote is the annotation of a case that broke; fails says that it is an
// error.
func changeNote(c *compare.Comparison, change compare.CaseChange, fails bool) workflowNote {
	n := workflowNote{command: "warning", file: change.Path, line: change.Line, title: refLabel(change.CaseRef) + ": " + changeTitle(change)}
	if fails {
		n.command = "error"
	}
	n.text = fmt.Sprintf("%s → %s", c.Base, c.New)
	if change.Evidence != nil {
		n.text = strings.Join(evidenceLines(change.Evidence, maxAnnotationWidth), "\n")
	}
	return n
}
