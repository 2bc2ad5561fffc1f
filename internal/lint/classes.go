package lint

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// expectations are the classes that cases expect, by classification.
type expectations map[expectation]*expectedClasses

// expectation is a classification of a suite, where it is written.
type expectation struct {
	suite *suite.Suite
	name  string
	at    suite.Expression
}

type expectedClasses struct {
	metric  suite.Metric
	cases   int
	classes []string
}

// classes looks at the classifications of a case.
func (l *Linter) classes(c *suite.Case) {
	for _, m := range c.Metrics {
		if m.Classification == nil {
			continue
		}
		key := expectation{c.Suite, m.Name, m.Classification.Expected}
		of := l.expected[key]
		if of == nil {
			of = &expectedClasses{metric: m}
			l.expected[key] = of
		}
		scope := scopeOf(c)
		if predicted, err := l.opts.Compiler.CompileClass(m.Expr.Text, scope); err == nil && of.cases == 0 && !predicted.UsesAnswer() {
			l.found.add(constantClass, m.Expr.Diagnostic(0, len(m.Expr.Text), "predicted uses nothing of the answer, so every answer is of one class", ""), nil)
		}
		expected, err := l.opts.Compiler.CompileExpected(m.Classification.Expected.Text, scope)
		if err != nil {
			continue // which the plan has reported
		}
		class, err := expected.Of(&assert.Subject{Vars: c.Vars, Case: c.Name, Variant: c.Axes})
		if err != nil {
			continue
		}
		of.cases++
		if len(of.classes) <= suite.MaxClasses && !slices.Contains(of.classes, class) {
			of.classes = append(of.classes, class)
		}
	}
}

// report adds the classifications whose cases expect one class, and the classes
// that none expects.
func (e expectations) report(found *collector) {
	for key, of := range e {
		if !key.suite.Whole() || of.cases < 2 {
			continue
		}
		at := of.metric.Classification.Expected
		if len(of.classes) == 1 {
			message := fmt.Sprintf("all %d cases expect the class %s, so nothing is classified", of.cases, diagnostic.Quote(of.classes[0]))
			found.add(constantClass, at.Diagnostic(0, len(at.Text), message, ""), nil)
			continue
		}
		for _, class := range of.metric.Classification.Classes {
			if !slices.Contains(of.classes, class) {
				message := fmt.Sprintf("no case expects the class %s, so nothing says how it is recalled", diagnostic.Quote(class))
				found.add(constantClass, at.Diagnostic(0, len(at.Text), message, ""), nil)
			}
		}
	}
}
