package reporters

import (
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// addGates adds a suite's gates as test cases: to its test suite, or, where
// that is one for each variant, to one of their own.
func (b *junitBuilder) addGates(suite *summary.Suite) {
	if len(suite.Gates) == 0 {
		return
	}
	if last := len(b.out.Suites) - 1; len(suite.Variants) > 1 || len(suite.Cases) == 0 || last < 0 {
		b.out.Suites = append(b.out.Suites, b.newSuite(suite, suite.Name))
	}
	out := &b.out.Suites[len(b.out.Suites)-1]
	for i := range suite.Gates {
		tc := b.newGate(&suite.Gates[i], suite.Path, out.Name)
		out.Tests++
		if tc.Failure != nil {
			out.Failures++
		}
		if tc.Error != nil {
			out.Errors++
		}
		out.Cases = append(out.Cases, tc)
	}
}

// newGate is the test case of a gate.
func (b *junitBuilder) newGate(g *summary.Gate, path, class string) junitCase {
	out := junitCase{
		Name: b.caseNames.unique(class, "gate: "+g.Expr), Classname: class, File: safetext.Line(path), Time: seconds(0),
	}
	result := &junitResult{
		Type: "gate", Message: safetext.Cut(g.Value, maxJUnitMessage),
		Text: safetext.Block("gate "+g.Expr+"\n"+g.Value, maxJUnitLines, maxJUnitWidth),
	}
	switch g.Outcome {
	case record.Pass:
		out.Out = &junitOutput{Text: safetext.Block(g.Value, maxJUnitLines, maxJUnitWidth) + "\n"}
	case record.Fail:
		out.Failure = result
	default:
		out.Error = result
	}
	return out
}
