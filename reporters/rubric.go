package reporters

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// maxRubric is how many characters of a rubric are shown where it names an
// assertion.
const maxRubric = 200

// assertionSource is what an assertion asks: its expression, or its rubric in
// one line. It is not yet safe to show.
func assertionSource(a *record.Assertion) string {
	switch {
	case a.Rubric == "":
		return a.Expr
	case a.Over != "":
		return "prefer over " + safetext.Cut(a.Over, maxVariant) + ": " + safetext.Cut(a.Rubric, maxRubric)
	}
	return "rubric: " + safetext.Cut(a.Rubric, maxRubric)
}

// checkWhy says why an assertion has its outcome. Of a rubric that is the
// judge's score, how the votes fell, and its reason.
func checkWhy(assertions []record.Assertion, check record.Check) string {
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

// judgeOf names what a judge was asked in an exchange: its rubric's name or
// place, and the vote.
func judgeOf(assertions []record.Assertion, e *record.Exchange) string {
	name := "judge"
	if i := e.Assertion; i >= 0 && i < len(assertions) {
		name += " of " + strings.Join(nonEmpty(assertions[i].Name, assertions[i].At)[:1], "")
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
	words += safetext.Cut(a.Over, maxVariant)
	var c summary.Comparisons
	if c.AddVotes(check.Votes); c.Total() > 1 {
		words += fmt.Sprintf(" (%s)", votesText(c))
	}
	return words
}

func votesText(c summary.Comparisons) string {
	return fmt.Sprintf("won %d, tied %d, lost %d", c.Wins, c.Ties, c.Losses)
}

// comparisonsText writes how the answers of variants compared with each
// other, and how far their judge went by the place where an answer stood.
func comparisonsText(c summary.Comparisons) string {
	if c.Total() == 0 {
		return ""
	}
	return fmt.Sprintf("comparisons: %s; the judge went %s", votesText(c), placeText(c))
}

// placeText is how often a judge preferred the same place, whichever answer
// stood in it; there is a comparison.
func placeText(c summary.Comparisons) string {
	return fmt.Sprintf("by place alone in %d of %d (%s)", c.ByPlace, c.Total(), percent(float64(c.ByPlace)/float64(c.Total())))
}

// maxJudged is how many answers are shown that a rubric failed.
const maxJudged = 2

// judgedAnswer is an answer that a judge judged: that of a sample's turn, or
// of its last one where turn is 0.
type judgedAnswer struct{ sample, turn int }

// readJudged gives the findings of a case the answers that their rubrics
// failed.
func (s Source) readJudged(c *summary.Case, found []finding) error {
	if !slices.ContainsFunc(found, func(f finding) bool { return len(f.judged) > 0 }) {
		return nil
	}
	texts := map[judgedAnswer]string{}
	for e, err := range s.exchanges(c) {
		if err != nil {
			return err
		}
		if e.IsAnswer() && e.Error == nil {
			text := safetext.Block(readAnswer(e).whole(), maxDetailLines, maxLine) // not held whole
			texts[judgedAnswer{e.Sample, e.Turn}], texts[judgedAnswer{e.Sample, 0}] = text, text
		}
	}
	for i := range found {
		for _, of := range found[i].judged {
			text, ok := texts[of]
			if !ok {
				continue
			}
			who := "answer"
			if len(c.Samples) > 1 {
				who += " of sample " + strconv.Itoa(of.sample)
			}
			found[i].answers = append(found[i].answers, who+": "+text)
		}
	}
	return nil
}
