package recordtext

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// maxRubric is how many characters of a rubric are shown where it names an
// assertion.
const maxRubric = 200

// AssertionSource is what an assertion asks: its expression, its check, or its
// rubric in one line. It is not yet safe to show.
func AssertionSource(a *record.Assertion) string {
	switch {
	case a.Check != "":
		return "check: " + safetext.Cut(a.Check, layout.MaxName)
	case a.Rubric == "":
		return a.Expr
	case a.Over != "":
		return "prefer over " + safetext.Cut(a.Over, layout.MaxName) + ": " + safetext.Cut(a.Rubric, maxRubric)
	}
	return "rubric: " + safetext.Cut(a.Rubric, maxRubric)
}

// CheckWhy says why an assertion has its outcome. Of a rubric that is the
// judge's score, how the votes fell, and its reason.
func CheckWhy(assertions []record.Assertion, check record.Check) string {
	if check.Score == nil || check.I < 0 || check.I >= len(assertions) {
		return check.Why
	}
	a := &assertions[check.I]
	if a.Over != "" {
		return strings.TrimSuffix(against(a, check)+": "+check.Why, ": ")
	}
	words := "score " + strconv.FormatFloat(*check.Score, 'g', 3, 64)
	if a.MinScore != nil {
		words += fmt.Sprintf(" where %.3g is needed", *a.MinScore)
	}
	if len(check.Votes) > 1 {
		passes := 0
		for _, v := range check.Votes {
			if v.Pass {
				passes++
			}
		}
		words += fmt.Sprintf(", passed by %d of %d votes", passes, len(check.Votes))
	}
	return strings.TrimSuffix(words+": "+check.Why, ": ")
}

// JudgeOf names what a judge was asked in an exchange: its rubric's name or
// place, and the vote.
func JudgeOf(assertions []record.Assertion, e *record.Exchange) string {
	name := "judge"
	if i := e.Assertion; i >= 0 && i < len(assertions) {
		name += " of " + strings.Join(layout.NonEmpty(assertions[i].Name, assertions[i].At)[:1], "")
	}
	if e.Vote > 0 {
		name += fmt.Sprintf(", vote %d", e.Vote)
	}
	return name
}

// against says how an answer did against another variant's.
func against(a *record.Assertion, check record.Check) string {
	words := "tied with "
	switch {
	case *check.Score > 0.5:
		words = "won against "
	case *check.Score < 0.5:
		words = "lost to "
	}
	words += safetext.Cut(a.Over, layout.MaxName)
	var c summary.Comparisons
	if c.AddVotes(check.Votes); c.Total() > 1 {
		words += fmt.Sprintf(" (%s)", Votes(c))
	}
	return words
}

func Votes(c summary.Comparisons) string {
	return fmt.Sprintf("won %d, tied %d, lost %d", c.Wins, c.Ties, c.Losses)
}
