package comparereport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/worddiff"
)

// changeLine says what differs in the requests.
func changeLine(c *compare.Comparison) string {
	if c.Overall.Pairs == 0 {
		return ""
	}
	if len(c.Change) == 0 {
		return "No request changed. Answers differ by chance, or because something outside the requests changed."
	}
	var parts []string
	for _, change := range c.Change[:min(len(c.Change), maxFields)] {
		parts = append(parts, fmt.Sprintf("%s (%d of %s)", change.Field, change.Pairs, numbers.Counted(change.Of, "case")))
	}
	if more := len(c.Change) - maxFields; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return "Changed: " + strings.Join(parts, ", ") + "."
}

// changeValues are the values of the fields that changed in one way, safe to
// show: the new one where there was none, or a diff.
func changeValues(c *compare.Comparison, width int) []string {
	var lines []string
	for _, change := range c.Change {
		if change.Old == "" && change.New == "" {
			continue
		}
		text := worddiff.Draw(worddiff.Compare(change.Old, change.New))
		if !strings.ContainsAny(change.Old+change.New, " \n") {
			text = fmt.Sprintf("%s → %s", orNone(change.Old), orNone(change.New))
		}
		name := change.Field
		if change.Example != nil {
			name += ", such as in " + refLabel(*change.Example)
		}
		text = safetext.Block(wrap(name+": "+text, width), maxValueLines, width)
		lines = append(lines, strings.Split(text, "\n")...)
	}
	return lines
}

// maxValueLines bounds the value of a field.
const maxValueLines = 6

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// tallyText is how many of a case's samples passed.
func tallyText(t compare.Tally) string {
	text := fmt.Sprintf("%d/%d", t.Pass, t.Pass+t.Fail)
	if t.Error > 0 {
		text += ", " + numbers.Counted(t.Error, "error")
	}
	return text
}

// changeTitle says what became of a case: 10/10 → 3/10, newly failing.
func changeTitle(c compare.CaseChange) string {
	title := tallyChange(c)
	if c.Anew != nil {
		title += ", " + c.Anew.String()
	}
	return title
}

func tallyChange(c compare.CaseChange) string {
	title := tallyText(c.Old) + " → " + tallyText(c.New)
	switch {
	case c.Flipped && c.New.Outcome == "pass":
		return title + ", newly passing"
	case c.Flipped:
		return title + ", newly failing"
	}
	return title
}

// refLabel names a case: suite › case · variant.
func refLabel(r compare.CaseRef) string {
	label := r.Case
	if r.Variant != "" {
		label += " · " + r.Variant
	}
	if r.Suite == "" || recordtext.NamedByPath(r.Suite, r.Path) && r.Line > 0 {
		return label
	}
	return r.Suite + " › " + label
}

// refPlace is the position of the case, as far as that is known.
func refPlace(r compare.CaseRef) string {
	if r.Path == "" || r.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", r.Path, r.Line)
}
