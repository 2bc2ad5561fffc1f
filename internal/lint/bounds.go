package lint

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/suite"
)

// bound is something that a request says of every answer to it.
type bound struct {
	assert.Bounds
	rule, message string
}

// boundAt is an expression at its place, under a bound.
type boundAt struct {
	at     suite.Expression
	within assert.Bounds
}

// boundsOf lists what a request says of its answers.
func boundsOf(body *suite.Value) []bound {
	var out []bound
	if most, ok := number(body.Get("max_tokens")); ok && most >= 1 && most < 1e9 && !goesOn(body) {
		out = append(out, bound{
			assert.Bounds{MaxTokens: int(most)}, unreachableLength, fmt.Sprintf("max_tokens is %d", int(most)),
		})
	}
	noTools, stops := !hasTools(body), body.Get("stop_sequences")
	noStops := stops == nil || len(stops.Items) == 0
	if noTools {
		out = append(out, bound{assert.Bounds{NoTools: true}, unreachableAnswer, "the request has no tools"})
	}
	if noStops {
		out = append(out, bound{assert.Bounds{NoStopSequences: true}, unreachableAnswer, "the request has no stop_sequences"})
	}
	if noTools && noStops {
		both := assert.Bounds{NoTools: true, NoStopSequences: true}
		out = append(out, bound{both, unreachableAnswer, "the request has neither tools nor stop_sequences"})
	}
	return out
}

// bounds finds what asks for an answer that the request does not allow.
func (l *Linter) bounds(c *suite.Case, at suite.Expression, e *expression) {
	if e.verdict.Outcome == assert.Never || e.Within(assert.Bounds{MaxTokens: 1, NoTools: true, NoStopSequences: true}) == (assert.Bounds{}) {
		return
	}
	for _, b := range boundsOf(c.Request.Written) {
		if e.Within(b.Bounds) != b.Bounds || l.verdictWithin(e, b.Bounds).Outcome != assert.Never {
			continue // it does not ask of them, or not of all
		}
		l.unreachable(c, at, e, b)
		return
	}
}

// verdictWithin is the verdict over answers within bounds, looked at once.
func (l *Linter) verdictWithin(e *expression, b assert.Bounds) assert.Verdict {
	verdict, known := e.within[b]
	if !known && len(e.within) < maxFindings {
		verdict = e.VerdictWithin(b)
		e.within[b] = verdict
	}
	return verdict
}

// unreachable adds the finding of an expression that a bound keeps from
// passing.
func (l *Linter) unreachable(c *suite.Case, at suite.Expression, e *expression, b bound) {
	key := boundAt{at, b.Bounds}
	if told := l.bounded[key]; told != nil {
		told.count(c)
		return
	}
	d := decided(at, e.within[b.Bounds], b.message+", so the assertion cannot pass: ")
	if told := l.found.add(b.rule, d, c); told != nil {
		l.bounded[key] = told
	}
}

// beyond are the fields with which the API may answer with more than the
// model writes at once.
var beyond = []string{"mcp_servers", "fallbacks", "context_management", "container"}

// goesOn tells whether the API may go on by itself before it answers.
func goesOn(body *suite.Value) bool {
	if slices.ContainsFunc(beyond, func(name string) bool { return body.Get(name) != nil }) {
		return true
	}
	tools := body.Get("tools")
	return tools != nil && slices.ContainsFunc(tools.Items, func(tool *suite.Value) bool { return tool.Get("input_schema") == nil })
}

// hasTools tells whether a request brings tools along, or may.
func hasTools(body *suite.Value) bool {
	tools := body.Get("tools")
	return tools != nil && len(tools.Items) > 0 || body.Get("mcp_servers") != nil || body.Get("container") != nil
}
