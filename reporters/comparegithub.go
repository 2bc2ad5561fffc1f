package reporters

import (
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
)

// ComparisonGitHub writes comparisons for the log of a step in a GitHub
// Actions workflow: the table in a group that is folded, then an annotation
// of each verdict and, at the suites' files and lines, of the cases that
// broke. A case that broke is an error where the comparison is REGRESSED, else
// a warning: alone it is no evidence. No text of a record can begin a workflow
// command.
func ComparisonGitHub(w io.Writer, all []*compare.Comparison) error {
	if _, err := fmt.Fprintf(w, "::group::evalrun compare: %s\n", counted(len(all), "comparison")); err != nil {
		return err
	}
	if err := ComparisonTable(w, all, TableOptions{Width: maxAnnotationWidth, Whole: true}); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "::endgroup::\n"); err != nil {
		return err
	}
	counts := map[string]int{}
	for _, n := range comparisonNotes(all) {
		if counts[n.command]++; counts[n.command] > maxAnnotations {
			continue
		}
		if _, err := fmt.Fprintln(w, n); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "evalrun compare: %s\n", worstVerdict(all))
	return err
}

// verdictCommands are the workflow commands of the verdicts.
var verdictCommands = map[compare.Verdict]string{compare.Regressed: "error", compare.Broken: "error", compare.Inconclusive: "warning"}

// comparisonNotes are the annotations, the verdicts before the cases.
func comparisonNotes(all []*compare.Comparison) []workflowNote {
	var notes []workflowNote
	for _, c := range all {
		n := workflowNote{command: "notice", title: fmt.Sprintf("%s: %s → %s", c.Verdict, c.Base, c.New)}
		if command, ok := verdictCommands[c.Verdict]; ok {
			n.command = command
		}
		n.text = strings.Join(nonEmpty(sentence(c), conclusion(c), culprits(c), changeLine(c)), "\n")
		notes = append(notes, n)
	}
	for _, c := range all {
		for _, change := range c.Regressed {
			if change.Flipped {
				notes = append(notes, changeNote(c, change))
			}
		}
	}
	return notes
}

// changeNote is the annotation of a case that broke.
func changeNote(c *compare.Comparison, change compare.CaseChange) workflowNote {
	n := workflowNote{command: "warning", file: change.Path, line: change.Line, title: refLabel(change.CaseRef) + ": " + changeTitle(change)}
	if c.Verdict == compare.Regressed {
		n.command = "error"
	}
	n.text = fmt.Sprintf("%s → %s", c.Base, c.New)
	if change.Evidence != nil {
		n.text = strings.Join(evidenceLines(change.Evidence, maxAnnotationWidth), "\n")
	}
	return n
}
