package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// jsonCorrected is the rate of a rubric in the JSON report, as people's labels
// correct it. The numbers are nil where it is not known.
type jsonCorrected struct {
	Rate     *float64 `json:"rate"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Why      string   `json:"why,omitempty"`
	Judge    float64  `json:"judge"`
	Answers  int      `json:"answers"`
	Picked   int      `json:"picked"`
	Labelled int      `json:"labelled"`
}

func newJSONCorrected(c *summary.Correction) *jsonCorrected {
	if c == nil {
		return nil
	}
	out := &jsonCorrected{Why: c.Why, Judge: c.Judge, Answers: c.Answers, Picked: c.Picked, Labelled: c.Labelled}
	if c.Why == "" {
		out.Rate, out.Low, out.High = &c.Rate, &c.Interval.Low, &c.Interval.High
	}
	return out
}

// correctedText says what people would pass: people would pass 81.0 % (74.2–87.0 %) by
// 100 of 100 labels, the judge 84.0 %. It is not yet safe to show.
func correctedText(c *summary.Correction) string {
	if c.Why != "" {
		return "corrected rate not known: " + c.Why
	}
	return fmt.Sprintf("people would pass %s (%.1f–%.1f %%) by the labels of %d of %d picked, the judge passes %s",
		numbers.PercentTenths(c.Rate), 100*c.Interval.Low, 100*c.Interval.High, c.Labelled, c.Picked, numbers.PercentTenths(c.Judge))
}

// correctedLines are the corrected rates of a suite's rubrics, of each variant, not
// yet safe to show.
func correctedLines(suite *summary.Suite) []string {
	var out []string
	for i := range suite.Variants {
		v := &suite.Variants[i]
		for j := range v.Metrics {
			m := &v.Metrics[j]
			if m.Corrected == nil {
				continue
			}
			name := titleIn(strings.TrimSuffix(m.Name, record.ScoreSuffix), v.Name)
			out = append(out, safetext.Cut(name, layout.MaxName)+": "+correctedText(m.Corrected))
		}
	}
	return out
}

func correctedNotes(suite *summary.Suite) []string {
	var notes []string
	for _, line := range correctedLines(suite) {
		notes = append(notes, safetext.Cut(line, layout.MaxLine))
	}
	return notes
}

// writeCorrected writes the corrected rates of all suites.
func (m *markdown) writeCorrected() {
	rows := 0
	for i := range m.src.Run.Suites {
		suite := &m.src.Run.Suites[i]
		for _, text := range correctedLines(suite) {
			line := fmt.Sprintf("%s: %s\n\n", inline(suite.Name), safetext.Markdown(safetext.Cut(text, maxMarkdownLabel)))
			if rows++; rows > maxMarkdownRows || !m.writeUpTo(maxMarkdownGates, line) {
				m.writeln("… and more rates that labels correct", "")
				return
			}
		}
	}
}
