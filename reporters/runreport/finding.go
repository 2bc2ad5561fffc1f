package runreport

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/trace"
)

// warned is the kind of a finding that changes no outcome: an assertion of
// level warn that did not hold. The other kinds are outcomes.
const warned = "warn"

// finding is one thing about a case that a reader of the results must know.
// Its strings are as the record has them, not yet safe to show.
type finding struct {
	kind   string // record.Fail, record.Errored, record.Skip or warned
	place  string // file:line:col, as far as the record has them
	what   string // what happened, in a few words
	name   string // the assertion's, if it has one
	source string // the expression, for an assertion
	// details are explanations, the likeliest to help first.
	details []string
	// judged are the answers that a rubric failed, as many as are shown, and
	// answers their texts, once they were read.
	judged  []judgedAnswer
	answers []string
	// drawings explain in full, in place of source and details, which they
	// begin with and hold; each is safe to show. None where the record has no
	// traces.
	drawings []string
	// equality says what an == compared, in a line that takes the place of
	// source, details and drawings in the table; "" where there is none.
	equality string
}

// title says what happened to what.
func (f finding) title() string { return strings.Join(layout.NonEmpty(f.what, f.name), ": ") }

// headline is the finding in one line: what happened to what, and why.
func (f finding) headline() string {
	return strings.Join(append(layout.NonEmpty(f.title(), f.source), f.details[:min(1, len(f.details))]...), ": ")
}

// text is the whole finding as plain text: its place, case and title, then
// the expression and the explanations, indented.
func (f finding) text(c *summary.Case) string {
	var b strings.Builder
	b.WriteString(strings.Join(append(layout.NonEmpty(f.place), caseLabel(c), f.title()), ": ") + "\n")
	for _, detail := range f.explanations() {
		for line := range strings.SplitSeq(strings.TrimRight(detail, "\n"), "\n") {
			b.WriteString(strings.TrimRight(layout.Indent+line, " ") + "\n")
		}
	}
	return b.String()
}

// explanations are the drawings, or what there is instead.
func (f finding) explanations() []string {
	if len(f.drawings) > 0 {
		return f.drawings
	}
	return slices.Concat(layout.NonEmpty(f.source), f.details, f.answers)
}

// findings are all that did not go as it should in a case: assertions by
// their order, then the answers that did not come. Of a case that passed
// these are only its warnings: it was allowed to fail a sample.
func findings(c *summary.Case) []finding {
	if c.Outcome == record.Skip {
		return []finding{{kind: record.Skip, place: casePlace(c), what: "skipped", details: layout.NonEmpty(c.Skip)}}
	}
	found := slices.Concat(knownFindings(c), assertionFindings(c), endedFindings(c), errorFindings(c), warningFindings(c))
	if c.Outcome == record.Pass {
		return slices.DeleteFunc(found, func(f finding) bool { return f.kind != warned })
	}
	if !slices.ContainsFunc(found[len(knownFindings(c)):], func(f finding) bool { return f.kind != warned }) {
		found = append(found, unexplained(c))
	}
	return found
}

// knownFindings reports what became of a known failure.
func knownFindings(c *summary.Case) []finding {
	if c.Known == summary.NotKnown {
		return nil
	}
	f := finding{kind: record.Fail, place: casePlace(c), what: "known failure", details: []string{fmt.Sprintf("until %s: %s", c.KnownFailure.Until, c.KnownFailure.Reason)}}
	switch c.Known {
	case summary.KnownPassing:
		f.kind, f.what = warned, "warning: a known failure passes; remove known_failure"
	case summary.KnownOver:
		f.what = "a known failure is over its day and fails the run"
	}
	return []finding{f}
}

// caseFinding is a finding, the label of the case that it is of, and whether
// the case keeps the run from passing.
type caseFinding struct {
	label string
	fails bool
	finding
}

// kind groups findings that are shown together.
type kind int

const (
	wrong   kind = iota // failures and errors
	noticed             // warnings
	leftOut             // what was skipped
	kinds
)

// kindOf is the kind of a finding.
func (f finding) kindOf() kind {
	switch f.kind {
	case warned:
		return noticed
	case record.Skip:
		return leftOut
	}
	return wrong
}

// mayHold reports whether a case may have a finding of the kind.
func (k kind) mayHold(m summary.Mark) bool {
	switch k {
	case noticed:
		return m.Noted
	case leftOut:
		return m.Outcome == record.Skip
	}
	return m.Outcome == record.Fail || m.Outcome == record.Errored
}

// findings are those of all cases: failures and errors, then warnings, then
// what was skipped.
func (s Source) findings() iter.Seq2[caseFinding, error] {
	return func(yield func(caseFinding, error) bool) {
		for k := range kinds {
			for f, err := range s.findingsOf(k) {
				if !yield(f, err) || err != nil {
					return
				}
			}
		}
	}
}

// findingsOf are those of one kind, in the order of the cases. Only cases
// that may have one are read.
func (s Source) findingsOf(k kind) iter.Seq2[caseFinding, error] {
	return func(yield func(caseFinding, error) bool) {
		for i := range s.Run.Suites {
			suite := &s.Run.Suites[i]
			for c, err := range s.cases(suite, k.mayHold) {
				if err != nil {
					yield(caseFinding{}, err)
					return
				}
				fails := s.Verdict.FailsCase(suite, c)
				found := findings(c)
				if err := s.readJudged(c, found); err != nil {
					yield(caseFinding{}, err)
					return
				}
				for _, f := range found {
					if f.kindOf() == k && !yield(caseFinding{caseLabel(c), fails, f}, nil) {
						return
					}
				}
			}
		}
	}
}

// unexplained is the finding of a case whose record does not say why it did
// not pass.
func unexplained(c *summary.Case) finding {
	f := finding{kind: c.Outcome, place: casePlace(c), what: "failed"}
	switch {
	case len(c.Samples) == 0:
		f.what = "no answer"
		f.details = []string{"it was not asked before the run ended"}
	case c.Outcome != record.Fail:
		f.what = "undecided"
		f.details = []string{fmt.Sprintf("%d of %d samples passed and %d are needed", c.Totals.Samples.Pass, c.Times, c.Need)}
	default:
		for _, s := range c.Samples {
			if s.Score != nil {
				f.details = append(f.details, fmt.Sprintf("score %.3g", *s.Score))
			}
		}
	}
	return f
}

// assertionFindings is a finding for each assertion that did not hold in
// some sample.
func assertionFindings(c *summary.Case) []finding {
	var found []finding
	for _, i := range failedAssertions(c) {
		for _, outcome := range []string{record.Fail, record.Errored} {
			var t tally
			var judged []judgedAnswer
			for _, s := range c.Samples {
				for _, check := range s.Assertions {
					if check.I == i && check.Outcome == outcome {
						t.add(s.Sample, recordtext.CheckWhy(c.Assertions, check), check.Trace)
						t.at(check.Turn)
						judged = append(judged, judgedAnswer{s.Sample, check.Turn})
					}
				}
			}
			if t.samples > 0 {
				f := assertionFinding(c, i, outcome, t)
				if i >= 0 && i < len(c.Assertions) && c.Assertions[i].Expr == "" && outcome == record.Fail {
					f.judged = judged[:min(len(judged), maxJudged)]
				}
				found = append(found, f)
			}
		}
	}
	return found
}

// failedAssertions lists the indexes of the assertions that did not hold in
// some sample, in order. A record may name ones that its case lacks.
func failedAssertions(c *summary.Case) []int {
	var indexes []int
	for _, s := range c.Samples {
		for _, check := range s.Assertions {
			if check.Outcome == record.Fail || check.Outcome == record.Errored {
				indexes = append(indexes, check.I)
			}
		}
	}
	slices.Sort(indexes)
	return slices.Compact(indexes)
}

func assertionFinding(c *summary.Case, i int, outcome string, t tally) finding {
	f := finding{kind: outcome, place: casePlace(c), what: "assertion failed" + t.turn() + t.share(c)}
	if outcome == record.Errored {
		f.what = "assertion without a verdict" + t.turn() + t.share(c)
	}
	f.details = t.details(c)
	if i < 0 || i >= len(c.Assertions) {
		f.source = fmt.Sprintf("assertion %d, which the record does not hold", i)
		return f
	}
	a := c.Assertions[i]
	if a.At != "" {
		f.place = a.At
	}
	f.source, f.drawings = recordtext.AssertionSource(&a), t.drawings(c, a.Expr)
	if len(t.said) == 1 {
		f.equality = trace.Equality(a.Expr, t.said[0].trace)
	}
	if a.Level == "warn" {
		f.kind = warned
		f.what = "warning: " + f.what
	}
	if a.Name != "" {
		f.name = a.Name
	}
	return f
}

// endedFindings is a finding for all the case's conversations that ended
// before their time.
func endedFindings(c *summary.Case) []finding {
	var t tally
	for _, s := range c.Samples {
		if s.Ended != "" {
			t.add(s.Sample, s.Ended, nil)
		}
	}
	if t.samples == 0 {
		return nil
	}
	return []finding{{kind: record.Fail, place: casePlace(c), what: "the conversation was cut short" + t.share(c), details: t.details(c)}}
}

// warningFindings is a finding for all that was noticed of the case's
// answers.
func warningFindings(c *summary.Case) []finding {
	var t tally
	for _, s := range c.Samples {
		for _, warning := range s.Warnings {
			t.add(s.Sample, warning, nil)
		}
	}
	if t.samples == 0 {
		return nil
	}
	return []finding{{kind: warned, place: casePlace(c), what: "warning", details: t.details(c)}}
}

// errorFindings is a finding for all the case's answers that did not come.
func errorFindings(c *summary.Case) []finding {
	var t tally
	for _, s := range c.Samples {
		if s.Error != nil {
			t.add(s.Sample, recordtext.ErrorText(s.Error), nil)
		}
	}
	if t.samples == 0 {
		return nil
	}
	what := "no answer"
	if !slices.ContainsFunc(c.Samples, func(s record.Sample) bool { return s.Error != nil && !s.Error.WithoutVerdict() }) {
		what = "no verdict"
	}
	return []finding{{kind: record.Errored, place: casePlace(c), what: what + t.share(c), details: t.details(c)}}
}
