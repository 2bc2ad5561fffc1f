package runreport

import (
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

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
			text := safetext.Block(recordtext.ReadAnswer(e).Whole(), layout.MaxDetailLines, layout.MaxLine) // not held whole
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
