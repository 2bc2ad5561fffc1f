package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// expression is an assertion, compiled, with what was found of it. Cases of
// many shapes share it.
type expression struct {
	*assert.Assertion
	verdict  assert.Verdict
	literals []assert.Literal
	// within are the verdicts over answers within bounds.
	within map[assert.Bounds]assert.Verdict
}

// expressionOf looks at an assertion once.
func (l *Linter) expressionOf(a *assert.Assertion) *expression {
	if known := l.expressions[*a]; known != nil {
		return known
	}
	e := &expression{Assertion: a, verdict: a.Verdict(), literals: a.Literals(), within: map[assert.Bounds]assert.Verdict{}}
	l.expressions[*a] = e
	return e
}

// assertions looks at the expressions of a case.
func (l *Linter) assertions(c *suite.Case, exprs *compiled) {
	for i, a := range c.Assertions {
		if e := exprs.assertions[i]; e != nil {
			l.constant(a.Expr, e, exprs.expectsError)
			l.literals(c, a.Expr, e)
			l.bounds(c, a.Expr, e)
		}
		if when := exprs.conditions[i]; when != nil {
			if when.verdict.Outcome == assert.Never {
				d := decided(*a.When, when.verdict, "the assertion is never asked: ")
				l.found.add(constantAssertion, d, nil)
			}
			l.literals(c, *a.When, when)
		}
	}
}

// constant finds an assertion that cannot pass or cannot fail, and parts of
// one that are always or never true. Where the API's error is what a case
// expects, what asks for an answer can always fail.
func (l *Linter) constant(at suite.Expression, e *expression, expectsError bool) {
	switch e.verdict.Outcome {
	case assert.Never:
		l.found.add(constantAssertion, decided(at, e.verdict, "the assertion cannot pass: "), nil)
	case assert.Always:
		if !expectsError {
			l.found.add(constantAssertion, decided(at, e.verdict, "the assertion cannot fail: "), nil)
		}
	default:
		for _, part := range e.verdict.Useless {
			message := quoteSource(at, part.Offset, part.Length) + " is never true"
			if part.Always {
				message = quoteSource(at, part.Offset, part.Length) + " is always true"
			}
			l.found.add(constantAssertion, at.Diagnostic(part.Offset, part.Length, message, ""), nil)
		}
	}
}

// literals finds texts that what they are compared with never is.
func (l *Linter) literals(c *suite.Case, at suite.Expression, e *expression) {
	for _, text := range e.literals {
		switch text.Of {
		case assert.StopReason:
			l.never(unknownStopReason, at, text, "stop_reason", l.facts.StopReasons.Values)
		case assert.BlockType:
			l.never(unknownBlockType, at, text, "the type of a content block", l.facts.BlockTypes.Values)
		case assert.ToolName:
			if hasTools(c.Request.Written) {
				l.tools.add(c, at, text)
			}
		}
	}
}

func (l *Linter) never(rule string, at suite.Expression, text assert.Literal, what string, known []string) {
	if slices.Contains(known, text.Text) {
		return
	}
	message, hint := fmt.Sprintf("%s is never %s", what, quote(text.Text)), ""
	if near := diagnostic.Nearest(text.Text, known); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	} else {
		hint = "the API knows " + orList(known)
	}
	l.found.add(rule, at.Diagnostic(text.Offset, text.Length, message, hint), nil)
}

// decided says why an expression is decided, at the part that decides.
func decided(at suite.Expression, v assert.Verdict, begin string) diagnostic.Diagnostic {
	says := "is never true"
	if v.Outcome == assert.Always {
		says = "is always true"
	}
	message := begin + quoteSource(at, v.Decides.Offset, v.Decides.Length) + " " + says
	if text := strings.TrimSpace(at.Text); text == "true" || text == "false" {
		message = begin + "it says " + text
	}
	if v.Given.Length > 0 {
		message += " where " + quoteSource(at, v.Given.Offset, v.Given.Length) + " is"
		if !v.Holds {
			message += " not"
		}
	}
	if v.Unless.Length > 0 {
		message += ", unless " + quoteSource(at, v.Unless.Offset, v.Unless.Length) + " is missing"
	}
	return at.Diagnostic(v.Decides.Offset, v.Decides.Length, message, "")
}

// maxQuoted bounds how much of an expression a message repeats.
const maxQuoted = 60

// quoteSource is a piece of an expression for a message, on one line.
func quoteSource(at suite.Expression, offset, length int) string {
	text := []rune(strings.Join(strings.Fields(at.Text[offset:offset+length]), " "))
	if len(text) > maxQuoted {
		text = append(text[:maxQuoted-1], '…')
	}
	return string(text)
}

// quote is a text of an expression for a message.
func quote(s string) string {
	if text := []rune(s); len(text) > maxQuoted {
		s = string(text[:maxQuoted-1]) + "…"
	}
	return strconv.Quote(s)
}
