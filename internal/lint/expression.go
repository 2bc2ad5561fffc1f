package lint

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// expression is an assertion, compiled, with what was found of it. Cases of
// many shapes share it.
type expression struct {
	*assert.Assertion
	literals []assert.Literal
}

// expressionOf looks at an assertion once.
func (l *Linter) expressionOf(a *assert.Assertion) *expression {
	if known := l.expressions[*a]; known != nil {
		return known
	}
	e := &expression{Assertion: a, literals: a.Literals()}
	l.expressions[*a] = e
	return e
}

// assertions looks at the expressions of a case.
func (l *Linter) assertions(c *suite.Case, exprs *compiled) {
	for i, a := range c.Assertions {
		if e := exprs.assertions[i]; e != nil {
			l.constant(a.Expr, e)
			l.literals(c, a.Expr, e)
		}
		if when := exprs.conditions[i]; when != nil {
			l.shares(*a.When, when)
			l.literals(c, *a.When, when)
		}
	}
}

// constant finds an assertion that is the same whatever the answer.
func (l *Linter) constant(at suite.Expression, e *expression) {
	if !e.UsesAnswer() {
		d := at.Diagnostic(0, len(at.Text), "the assertion uses nothing of the answer, so no answer changes its outcome", "")
		l.found.add(constantAssertion, d, nil)
	}
	l.shares(at, e)
}

// shares finds comparisons of a share with a number that no share reaches.
func (l *Linter) shares(at suite.Expression, e *expression) {
	for _, part := range e.SharesAboveOne() {
		d := at.Diagnostic(part.Offset, part.Length, "a share is never above 1", "80 % is 0.8")
		l.found.add(constantAssertion, d, nil)
	}
}

// literals finds texts that what they are compared with never is.
func (l *Linter) literals(c *suite.Case, at suite.Expression, e *expression) {
	for _, text := range e.literals {
		switch text.Of {
		case assert.StopReason:
			l.never(unknownStopReason, at, text, "stop_reason", l.facts.StopReasons)
		case assert.BlockType:
			l.never(unknownBlockType, at, text, "the type of a content block", l.facts.BlockTypes)
		case assert.ToolName:
			if hasTools(c, c.Request.Written) {
				l.tools.add(c, at, text)
			}
		}
	}
}

func (l *Linter) never(rule string, at suite.Expression, text assert.Literal, what string, known []string) {
	if slices.Contains(known, text.Text) {
		return
	}
	message, hint := fmt.Sprintf("%s is never %s", what, diagnostic.Quote(text.Text)), ""
	if near := diagnostic.Nearest(text.Text, known); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	} else {
		hint = "the API knows " + diagnostic.Or(known)
	}
	l.found.add(rule, at.Diagnostic(text.Offset, text.Length, message, hint), nil)
}
