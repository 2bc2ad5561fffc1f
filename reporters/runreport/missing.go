package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// missingText says which samples have no value of a metric, "" where all have
// one: no value in 192 of 200 samples (a, b, c and 189 more): text is not JSON.
// It is not yet safe to show.
func missingText(m *summary.Metric) string {
	if m.Missing == 0 {
		return ""
	}
	var names []string
	for _, name := range m.Without {
		names = append(names, safetext.Cut(name.String(), layout.MaxName))
	}
	text := fmt.Sprintf("no value in %s of %s (%s", numbers.Grouped(int64(m.Missing)), numbers.Counted(m.Samples, "sample"), strings.Join(names, ", "))
	if more := m.Missing - len(names); more > 0 {
		text += fmt.Sprintf(" and %s more", numbers.Grouped(int64(more)))
	}
	return text + "): " + m.Reason
}

// missingNotes say which samples lack the metrics of a suite, safe to show.
func missingNotes(suite *summary.Suite) []string {
	var notes []string
	for i := range suite.Metrics {
		m := &suite.Metrics[i]
		if text := missingText(m); text != "" {
			notes = append(notes, fmt.Sprintf("metric %s: %s", safetext.Cut(m.Name, layout.MaxName), safetext.Cut(text, layout.MaxLine)))
		}
	}
	return notes
}

// writeMissing says which samples have no value of a metric.
func (m *markdown) writeMissing() {
	rows := 0
	for i := range m.src.Run.Suites {
		suite := &m.src.Run.Suites[i]
		for j := range suite.Metrics {
			metric := &suite.Metrics[j]
			text := missingText(metric)
			if text == "" {
				continue
			}
			line := fmt.Sprintf("⚠️ metric %s of %s: %s\n\n", inline(metric.Name), inline(suite.Name), safetext.Markdown(safetext.Cut(text, maxMarkdownLabel)))
			if rows++; rows > maxMarkdownRows || !m.writeUpTo(maxMarkdownGates, line) {
				m.writeln("… and more metrics without a value in some samples", "")
				return
			}
		}
	}
}

// coverageProperties are the shares of the samples that have a value, of the
// metrics that some lack.
func coverageProperties(metrics []summary.Metric) []junitProperty {
	var properties []junitProperty
	for i := range metrics {
		if m := &metrics[i]; m.Missing > 0 {
			properties = append(properties, junitProperty{"metrics." + safetext.Cut(m.Name, layout.MaxName) + ".coverage", share(m.Share())})
		}
	}
	return properties
}

// The metrics of a suite in the JSON report. The numbers are nil where no
// sample has a value.
type (
	jsonMetric struct {
		Metric   string               `json:"metric"`
		Variant  string               `json:"variant"`
		Better   string               `json:"better"`
		Cases    int                  `json:"cases"`
		Samples  int                  `json:"samples"`
		Missing  int                  `json:"missing"`
		Coverage *float64             `json:"coverage"`
		Mean     *float64             `json:"mean"`
		Interval *jsonEnds            `json:"interval"`
		P50      *float64             `json:"p50"`
		P95      *float64             `json:"p95"`
		Min      *float64             `json:"min"`
		Max      *float64             `json:"max"`
		Without  []summary.SampleName `json:"without,omitempty"`
		Reason   string               `json:"reason,omitempty"`
		// Classes is nil where the metric is no classification.
		Classes *jsonClasses `json:"classification,omitempty"`
		// Corrected is nil where no labels were given.
		Corrected *jsonCorrected `json:"corrected,omitempty"`
	}
	jsonEnds struct {
		Low  float64 `json:"low"`
		High float64 `json:"high"`
	}
)

func newJSONMetrics(suite *summary.Suite) []jsonMetric {
	out := []jsonMetric{}
	for i := range suite.Variants {
		v := &suite.Variants[i]
		for j := range v.Metrics {
			out = append(out, newJSONMetric(v.Name, &v.Metrics[j]))
		}
	}
	return out
}

func newJSONMetric(variant string, m *summary.Metric) jsonMetric {
	out := jsonMetric{
		Metric: m.Name, Variant: variant, Better: m.Better, Cases: m.Cases, Samples: m.Samples, Missing: m.Missing,
		Without: m.Without, Reason: m.Reason, Classes: newJSONClasses(m.Classification), Corrected: newJSONCorrected(m.Corrected),
	}
	if m.Samples > 0 {
		covered := m.Share()
		out.Coverage = &covered
	}
	if m.Cases > 0 {
		out.Mean, out.P50, out.P95, out.Min, out.Max = &m.Mean, &m.P50, &m.P95, &m.Min, &m.Max
	}
	if m.Interval != nil {
		out.Interval = &jsonEnds{m.Interval.Low, m.Interval.High}
	}
	return out
}
