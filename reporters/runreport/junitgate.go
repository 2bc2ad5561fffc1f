package runreport

import (
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// countGates counts a suite's gates among its cases.
func (b *junitBuilder) countGates(counts *summary.Outcomes, gates []summary.Gate) {
	for _, g := range gates {
		switch {
		case g.Outcome == record.Skip:
			counts.Skip++
		case !b.src.Verdict.GateFails(g):
			counts.Pass++
		case g.Outcome == record.Fail:
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
	text := safetext.Block(g.Value, maxJUnitLines, maxJUnitWidth) + "\n"
	switch {
	case g.Outcome == record.Pass:
		out.Out = &junitOutput{Text: text}
	case g.Outcome == record.Skip:
		out.Skipped = &junitResult{Message: safetext.Cut(g.Value, maxJUnitMessage)}
	case !b.src.Verdict.GateFails(*g):
		out.tolerate(g.Outcome, b.src.Verdict.Options.AllowFlag(), text)
	case g.Outcome == record.Fail:
		out.Failure = result
	default:
		out.Error = result
	}
	return out
}
