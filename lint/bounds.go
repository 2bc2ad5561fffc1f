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
	if !hasTools(body) {
		out = append(out, bound{assert.Bounds{NoTools: true}, unreachableAnswer, "the request has no tools"})
	}
	if stops := body.Get("stop_sequences"); stops == nil || len(stops.Items) == 0 {
		out = append(out, bound{assert.Bounds{NoStopSequences: true}, unreachableAnswer, "the request has no stop_sequences"})
	}
	return out
}

// bounds finds what asks for an answer that the request does not allow.
func (l *Linter) bounds(c *suite.Case, at suite.Expression, e *expression) {
	if e.verdict.Outcome == assert.Never || e.Within(assert.Bounds{MaxTokens: 1, NoTools: true, NoStopSequences: true}) == (assert.Bounds{}) {
		return
	}
	for _, b := range boundsOf(c.Request.Written) {
		within := e.Within(b.Bounds)
		if within == (assert.Bounds{}) {
			continue
		}
		verdict, known := e.within[within]
		if !known {
			if len(e.within) >= maxFindings {
				continue
			}
			verdict = e.VerdictWithin(within)
			e.within[within] = verdict
		}
		if verdict.Outcome != assert.Never {
			continue
		}
		key := boundAt{at, within}
		if told := l.bounded[key]; told != nil {
			told.count(c)
			continue
		}
		told := l.found.add(b.rule, decided(at, verdict, b.message+", so the assertion cannot pass: "), c)
		if told != nil {
			l.bounded[key] = told
		}
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
