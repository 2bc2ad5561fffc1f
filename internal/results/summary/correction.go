package summary

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/record"
)

// Correction is the rate at which people would pass what a judge judged by a
// rubric, where they labelled a random pick of the run's answers.
type Correction struct {
	// Why says why the rate is not known; "" where it is. The numbers of the rate
	// are then 0.
	Why      string
	Rate     float64
	Interval Interval
	// Judge is the share that the judge passes.
	Judge float64
	// Answers were judged, Picked of them are in the pick, and Labelled of these
	// have a label that decides.
	Answers, Picked, Labelled int
}

// Corrections gives the correction of a suite's rubric over its cases in the
// variants of these names; nil where the rubric of the name is no judge's.
type Corrections func(suite, rubric string, variants []string) *Correction

// unlabelled is the correction of a run without labels.
var unlabelled = &Correction{Why: "it takes people's labels of this run: `evalrun judge RUN --pick 100 -o labels.csv` writes the sheet, and `evalrun judge RUN --labels labels.csv` decides"}

// corrector gives the correction of a rubric of a group's suite.
type corrector func(g group, rubric string) *Correction

// of is what gives the corrections of a suite.
func (c Corrections) of(suite string) corrector {
	return func(g group, rubric string) *Correction {
		var variants []string
		for _, p := range g {
			variants = append(variants, p.name)
		}
		return c(suite, rubric, variants)
	}
}

// correct puts the corrections of a group's rubrics beside their scores.
func (c corrector) correct(g group, metrics []Metric) {
	for i := range metrics {
		if rubric, isScore := strings.CutSuffix(metrics[i].Name, record.ScoreSuffix); isScore && c != nil {
			metrics[i].Corrected = c(g, rubric)
		}
	}
}

// corrected are the members of a rubric's numbers that labels give.
var corrected = []string{"corrected", "corrected_low", "corrected_high"}

// NamesCorrection reports whether a gate asks for a rate that is corrected by
// people's labels.
func NamesCorrection(expr string) bool {
	return slices.ContainsFunc(exprlang.Mentions(expr), func(name string) bool { return slices.Contains(corrected, name) })
}

// putCorrection puts the rate of a score's rubric beside the score. why is what
// makes the numbers of the metric errors, "" for nothing.
func putCorrection(metrics map[string]any, m *Metric, why string, r rounding) {
	rubric, isScore := strings.CutSuffix(m.Name, record.ScoreSuffix)
	if !isScore {
		return
	}
	c := m.Corrected
	if c == nil {
		c = unlabelled
	}
	if why == "" && c.Why != "" {
		why = "the corrected rate of " + rubric + " is not known: " + c.Why
	}
	of := metrics[rubric].(map[string]any)
	for i, number := range []float64{c.Rate, c.Interval.Low, c.Interval.High} {
		of[corrected[i]] = known(number, why == "", r, why)
	}
}
