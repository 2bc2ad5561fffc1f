package reporters

import (
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// countGates counts a suite's gates among its cases.
func countGates(counts *summary.Outcomes, gates []summary.Gate) {
	for _, g := range gates {
		switch g.Outcome {
		case record.Pass:
			counts.Pass++
		case record.Fail:
			counts.Fail++
		default:
			counts.Error++
		}
	}
}

// writeGates writes a suite's gates as test cases.
func (b *junitBuilder) writeGates(suite *summary.Suite, gates []summary.Gate, class string) {
	for i := range gates {
		b.out.value("testcase", b.newGate(&gates[i], suite.Path, class))
	}
}

// newGate is the test case of a gate.
func (b *junitBuilder) newGate(g *summary.Gate, path, class string) junitCase {
	out := junitCase{
		Name: b.caseNames.unique("gate: " + g.Expr), Classname: class, File: safetext.Line(path), Time: seconds(0),
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
