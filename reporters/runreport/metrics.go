package runreport

import (
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// metricGrid is a suite's metrics with a row for each variant.
func metricGrid(suite *summary.Suite) layout.Grid {
	g := layout.Grid{Header: []string{"metric", "better", "mean", "95 % interval", "p50", "p95"}, Align: tw.AlignRight}
	several := len(suite.Variants) > 1
	for i := range suite.Metrics {
		m := &suite.Metrics[i]
		if !several {
			g.Rows = append(g.Rows, metricTableRow(m.Name, m))
			continue
		}
		for j := range suite.Variants {
			v := &suite.Variants[j]
			for k := range v.Metrics {
				if v.Metrics[k].Name == m.Name {
					g.Rows = append(g.Rows, metricTableRow(m.Name+" · "+v.Name, &v.Metrics[k]))
				}
			}
		}
	}
	g.Notes = append(correctedNotes(suite), missingNotes(suite)...)
	return g
}

func metricTableRow(name string, m *summary.Metric) layout.Row {
	cells := []string{"-", "-", "-", "-", "-"}
	if m.Better != "" {
		cells[0] = m.Better
	}
	if m.Cases > 0 {
		cells[1], cells[3], cells[4] = numbers.Number(m.Mean), numbers.Number(m.P50), numbers.Number(m.P95)
	}
	switch {
	case m.Interval != nil:
		cells[2] = numbers.Range(m.Interval.Low, m.Interval.High)
	case m.Cases > 0:
		cells[2] = unknown
	}
	return layout.Row{Name: name, Cells: cells, Outcomes: make([]string, len(cells))}
}

// repeatNotes are pass@k and pass^k of a suite whose cases are repeated, of
// each variant where there are several.
func repeatNotes(suite *summary.Suite) []string {
	if len(suite.Variants) < 2 {
		return layout.NonEmpty(repeatsText("", suite.Repeats))
	}
	var notes []string
	for _, v := range suite.Variants {
		notes = append(notes, layout.NonEmpty(repeatsText(safetext.Cut(v.Name, layout.MaxLine)+": ", v.Repeats))...)
	}
	return notes
}

// repeatsText writes how repeated cases fared: pass@1 85 %, pass@10 100 % (one
// of 10 passes), pass^10 60 % (all 10 pass) over 3 cases.
func repeatsText(of string, r *summary.Repeats) string {
	if r == nil || r.Cases == 0 {
		return ""
	}
	text := fmt.Sprintf("%spass@1 %s, pass@%d %s (one of %d passes), pass^%d %s (all %d pass) over %s",
		of, numbers.Percent(r.PassAt1), r.K, numbers.Percent(r.PassAtK), r.K, r.K, numbers.Percent(r.PassHatK), r.K, numbers.Counted(r.Cases, "case"))
	if r.Left > 0 {
		text += fmt.Sprintf(" (%d left out for want of answers)", r.Left)
	}
	return text
}

// gateNotes are the gates of a suite with their outcomes.
func gateNotes(suite *summary.Suite, st layout.Style) []string {
	var notes []string
	passed := true
	for _, g := range suite.Gates {
		passed = passed && g.Outcome == record.Pass
		notes = append(notes, fmt.Sprintf("gate %s: %s (%s)",
			safetext.Cut(g.Expr, layout.MaxLine), st.Outcome(g.Outcome, outcomeMark(g.Outcome)), safetext.Cut(g.Value, layout.MaxLine)))
	}
	cases := suite.Totals.Cases
	if missed := (summary.Outcomes{Fail: cases.Fail, Error: cases.Error}); suite.Gated && passed && missed.Total() > 0 {
		notes = append(notes, "within the gates: "+outcomeCounts(missed, st))
	}
	if known := suite.Totals.KnownFailures; known > 0 {
		notes = append(notes, numbers.Counted(known, "known failure"))
	}
	return notes
}

// caseNotes is how many of the failures are known, and how many of the errors
// are off the recording; "" where none is.
func caseNotes(t summary.Totals) string {
	var notes []string
	if t.KnownFailures > 0 {
		notes = append(notes, numbers.Counted(t.KnownFailures, "known failure"))
	}
	if t.OffRecording > 0 {
		notes = append(notes, fmt.Sprintf("%d off the recording", t.OffRecording))
	}
	if len(notes) == 0 {
		return ""
	}
	return " (" + strings.Join(notes, ", ") + ")"
}

// repeatInterval is the 95 % interval of a repeated case's pass rate, with a
// space before it: 6/10 (31–83 %). A case that was decided early has none: its
// samples are not a fair draw.
func repeatInterval(c *summary.Case) string {
	samples := c.Totals.Samples
	if c.Times < 2 || c.Outcome == record.Skip || samples.Total() < c.Times {
		return ""
	}
	low, high := samples.Interval()
	return fmt.Sprintf(" (%s)", numbers.PercentRange(low, high))
}
