package summary

import (
	"errors"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// coverageNamed lists the metrics whose coverage a gate names: by the group of
// variants, "" for all, and by the metric's path. Where it names none, a number
// of a metric that some samples lack is an error.
func coverageNamed(program *exprlang.Program) map[string]map[string]bool {
	named := map[string]map[string]bool{}
	for _, path := range program.Paths() {
		group := ""
		if path[0] != "metrics" {
			group, path = path[0], path[1:]
		}
		last := len(path) - 1
		if last < 2 || path[0] != "metrics" || path[last] != "coverage" {
			continue
		}
		if named[group] == nil {
			named[group] = map[string]bool{}
		}
		named[group][strings.Join(path[1:last], "\x00")] = true
	}
	return named
}

// metricPath is where putMetric puts the numbers of a metric.
func metricPath(name string) string {
	if rubric, isScore := strings.CutSuffix(name, record.ScoreSuffix); isScore {
		return rubric + "\x00" + record.ScoreSuffix[1:]
	}
	return name
}

// why says what makes the numbers of a metric errors, "" for nothing: those over
// the samples that have a value where others lack one, unless the gate names its
// coverage.
func (m *Metric) why(covered bool) string {
	switch {
	case m.Cases == 0 && m.Missing == 0:
		return "no sample has the metric " + m.Name
	case m.Cases == 0 || !covered && m.Missing > 0:
		return m.lack()
	}
	return ""
}

// metric is the numbers of a metric. why is what makes them errors.
func (v *gateValues) metric(m *Metric, why string, r rounding) map[string]any {
	values := map[string]any{}
	value := func(name string, number float64, why string) {
		values[name] = known(number, why == "", r, why)
	}
	for name, number := range map[string]float64{"mean": m.Mean, "p50": m.P50, "p95": m.P95, "min": m.Min, "max": m.Max} {
		value(name, number, why)
	}
	if _, is := v.scope.Classes[m.Name]; is {
		putClasses(values, m, why, r)
	}
	iv := m.Interval
	if iv == nil {
		iv = &Interval{}
		if why == "" {
			why = fmt.Sprintf("the interval of the metric %s is not known: it takes %d independent cases that differ", m.Name, stats.FewestDegrees+1)
		}
	}
	value("low", iv.Low, why)
	value("high", iv.High, why)
	values["coverage"] = func() (any, error) {
		if m.Samples == 0 {
			return nil, errors.New("no sample has the metric " + m.Name)
		}
		if short := r.number(m.Share()); short < 1 || m.Missing == 0 {
			return short, nil
		}
		return m.Share(), nil
	}
	return values
}

// lack says which samples have no value, and what a gate can do about it.
func (m *Metric) lack() string {
	text := fmt.Sprintf("the metric %s has no value in %d of %d samples, such as %s", m.Name, m.Missing, m.Samples, m.Without[0])
	if m.Cases == 0 {
		return text + ": " + m.Reason
	}
	return text + "; a gate that allows this names its coverage too"
}

// String is the name of the case, with its variant and the number of the sample
// where there are several.
func (n SampleName) String() string {
	text := n.Case
	if n.Variant != "" {
		text += " · " + n.Variant
	}
	if n.Sample > 0 {
		text += fmt.Sprintf(" #%d", n.Sample)
	}
	return text
}
