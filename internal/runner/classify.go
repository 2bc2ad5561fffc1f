package runner

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// measure is a metric, compiled: an expression that gives a number, or the two
// that give the classes of the answer and of the case. All are nil where it is
// wrong.
type measure struct {
	*assert.Metric
	predicted, expected *assert.Class
}

// IsClassification reports whether the metric compares classes.
func (m measure) IsClassification() bool { return m.expected != nil }

// Uses reports whether the metric uses a top-level name of an answer.
func (m measure) Uses(name string) bool {
	return m.Metric != nil && m.Metric.Uses(name) || m.predicted != nil && m.predicted.Uses(name)
}

// measure compiles a metric.
func (j *compiling) measure(m suite.Metric) (out measure) {
	var err error
	if m.Classification == nil {
		out.Metric, err = j.compiler.CompileMetric(m.Expr.Text, j.scope)
	} else {
		out.predicted, err = j.compiler.CompileClass(m.Expr.Text, j.scope)
		expected, wrong := j.compiler.CompileExpected(m.Classification.Expected.Text, j.scope)
		if wrong != nil {
			j.diags.Add(placed(m.Classification.Expected, wrong))
		}
		out.expected = expected
		j.note(m.Classification.Expected)
	}
	if err != nil {
		j.diags.Add(placed(m.Expr, err))
	}
	j.note(m.Expr)
	return out
}

// expectedClass is the class that a case expects of a metric. The error says
// what is wrong with it.
func expectedClass(c *suite.Case, m *suite.Classification, compiled *assert.Class) (string, error) {
	class, err := compiled.Of(&assert.Subject{Vars: c.Vars, Case: c.Name, Variant: c.Axes})
	switch {
	case err != nil:
		return "", err
	case class == "":
		return "", fmt.Errorf("it is empty")
	case len(class) > assert.MaxClass:
		return "", fmt.Errorf("it is longer than %d bytes", assert.MaxClass)
	case m.Classes != nil && !slices.Contains(m.Classes, class):
		return "", fmt.Errorf("%s is not one of its classes%s", diagnostic.Quote(class), diagnostic.MeantOrExpected(class, m.Classes))
	}
	return class, nil
}

// metricLine is the i-th metric of the case in the record.
func (q *question) metricLine(i int, m suite.Metric) record.Metric {
	if m.Classification == nil {
		return record.Metric{Better: m.Better, Expr: m.Expr.Text, Share: q.metrics[i].IsShare()}
	}
	expected, _ := expectedClass(q.Case, m.Classification, q.metrics[i].expected) // which the plan has checked
	return record.Metric{
		Better: m.Better, Expr: fmt.Sprintf("(%s) == (%s)", m.Expr.Text, m.Classification.Expected.Text), Share: true,
		Expected: expected, Classes: m.Classification.Classes,
	}
}

// classify takes the class of the answer by the i-th metric. An answer of which
// the expression makes none is of no class, and so a wrong one.
func (t *trial) classify(i int, subject *assert.Subject) {
	m := t.q.Metrics[i]
	predicted, err := t.q.metrics[i].predicted.Of(subject)
	if err != nil {
		t.unmeasured(err.Error(), m.Name)
	}
	expected, _ := expectedClass(t.q.Case, m.Classification, t.q.metrics[i].expected)
	if t.sample.Classes == nil {
		t.sample.Classes = map[string]string{}
	}
	t.sample.Classes[m.Name] = cutClass(predicted)
	right := 0.0
	if predicted == expected && predicted != "" {
		right = 1
	}
	t.measured(m.Name, right)
}

// cutClass cuts a text that is no class to what the record keeps of it, which is
// longer than any class.
func cutClass(text string) string {
	if len(text) <= assert.MaxClass {
		return text
	}
	cut := assert.MaxClass
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// expectations are the classes that the cases of a suite expect, by metric.
type expectations map[string]*expectation

// expectation is what cases expect of one metric.
type expectation struct {
	classes  []string
	declared bool // the suite lists all classes
}

// add takes a case. The problems are those of cases whose class is wrong.
func (e expectations) add(c *suite.Case, compiled *compiled) (diags diagnostic.List) {
	for i, m := range c.Metrics {
		if m.Classification == nil || compiled.metrics[i].expected == nil {
			continue
		}
		of := m.Classification
		class, err := expectedClass(c, of, compiled.metrics[i].expected)
		if err != nil {
			diags.Add(of.Expected.Diagnostic(0, len(of.Expected.Text), fmt.Sprintf("the class that the case %s expects: %s", diagnostic.Quote(c.Name), err), ""))
			continue
		}
		if e.of(m.Name).add(of, class); len(e[m.Name].classes) > suite.MaxClasses {
			diags.Add(of.Expected.Diagnostic(0, len(of.Expected.Text), fmt.Sprintf("the cases expect more than %d classes", suite.MaxClasses),
				"a classification is of few classes; compare other texts by an assertion, such as text == vars.answer"))
		}
	}
	return diags
}

func (e expectations) of(metric string) *expectation {
	if e[metric] == nil {
		e[metric] = &expectation{}
	}
	return e[metric]
}

// add takes note of a class and those that are declared, of one more than there
// may be.
func (e *expectation) add(m *suite.Classification, class string) {
	e.declared = m.Classes != nil
	for _, class := range append(m.Classes[:len(m.Classes):len(m.Classes)], class) {
		if len(e.classes) <= suite.MaxClasses && !slices.Contains(e.classes, class) {
			e.classes = append(e.classes, class)
		}
	}
}

// named are the classes that gates may name, by classification; nil where cases
// that are not chosen may expect others.
func (e expectations) named(s *suite.Suite) map[string][]string {
	out := map[string][]string{}
	for metric, of := range e {
		out[metric] = nil
		if of.declared || s.Whole() {
			out[metric] = of.classes
		}
	}
	return out
}
