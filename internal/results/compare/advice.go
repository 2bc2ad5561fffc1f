package compare

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/wording"
)

// advice is what to do about the verdict, in a sentence.
func (c *Comparison) advice(p *pairing) string {
	switch c.Verdict {
	case Regressed:
		return c.adviceOnRegression()
	case Improved:
		return "Keep the change, and make this run the baseline of the next ones."
	case NotWorse:
		if c.Overall.Interval[1] < 0 {
			return fmt.Sprintf("Keep the change if a pass rate that is lower by less than %.1f points is no matter; else lower --margin.", 100*c.Margin)
		}
		return "Nothing is to be done: keep the change."
	case Inconclusive:
		return c.adviceOnDoubt()
	}
	if len(p.changed) > 0 {
		return "Ask the cases that changed anew on both sides, since their recorded answers are to other questions."
	}
	if len(p.notComparable) > 0 {
		return "Ask again what has no answer, and compare then."
	}
	return "Name two runs of the same suites: cases are paired by their suite, name and variant."
}

func (c *Comparison) adviceOnRegression() string {
	if c.Overall.NewlyFailing > 0 {
		return fmt.Sprintf("Read the answers of the %s; where the new ones are right, mend the assertions, and else undo what changed.", wording.Count(c.Overall.NewlyFailing, "newly failing case"))
	}
	var names []string
	for _, s := range c.Suites {
		if s.Verdict == Regressed && len(c.Suites) > 1 {
			names = append(names, "the suite "+s.Name)
		}
	}
	for _, name := range sortedKeys(c.Metrics) {
		if c.Metrics[name].Verdict == Regressed {
			names = append(names, "the metric "+name)
		}
	}
	if len(names) == 0 {
		return "Read the answers of the cases with a lower pass rate, and undo what changed or mend the assertions."
	}
	return "Look at what changed for " + strings.Join(names, ", ") + "."
}

// adviceOnDoubt says what keeps the comparison from deciding, the first thing
// that more cases would not help.
func (c *Comparison) adviceOnDoubt() string {
	d := &c.Overall.difference
	for _, w := range c.Warnings {
		switch w.Code {
		case "requests":
			return "Look at the templates first: cases that send the same request say the same thing."
		case "incomplete":
			return "Finish the run that was cut short: `--resume` asks what it did not come to."
		case "chosen":
			return "Run all cases: those that failed before say nothing of the others."
		}
	}
	switch {
	case d.unknown && c.Overall.NewlyFailing > 0:
		return "Ask the newly failing cases anew with `--confirm 10`: over so few cases no verdict is possible, but over each of these there is one."
	case d.unknown:
		return "Add independent cases, or make the clusters more even in size: no verdict is possible over these."
	case decide(d.withoutMissing().interval(c.Overall.Level), c.Margin) != Inconclusive:
		return "Ask again what has no answer: `--resume` does, and it could decide."
	}
	return "Ask more cases, or these more often: `evalrun power` says how many of either would decide."
}
