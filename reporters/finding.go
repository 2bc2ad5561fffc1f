package reporters

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// warned is the kind of a finding that changes no outcome: an assertion of
// level warn that did not hold. The other kinds are outcomes.
const warned = "warn"

// finding is one thing about a case that a reader of the results must know.
// Its strings are as the record has them, not yet safe to show.
type finding struct {
	kind   string // record.Fail, record.Errored, record.Skip or warned
	place  string // file:line:col, as far as the record has them
	title  string // what happened, in a few words
	source string // the expression, for an assertion
	// details are explanations, the likeliest to help first.
	details []string
}

// headline is the finding in one line: what happened to what, and why.
func (f finding) headline() string {
	return strings.Join(append(nonEmpty(f.title, f.source), f.details[:min(1, len(f.details))]...), ": ")
}

// text is the whole finding as plain text: its place, case and title, then
// the expression and the explanations, indented.
func (f finding) text(c *summary.Case) string {
	var b strings.Builder
	b.WriteString(strings.Join(append(nonEmpty(f.place), caseLabel(c), f.title), ": ") + "\n")
	for _, detail := range append(nonEmpty(f.source), f.details...) {
		for line := range strings.SplitSeq(strings.TrimRight(detail, "\n"), "\n") {
			b.WriteString(detailIndent + line + "\n")
		}
	}
	return b.String()
}

// findings says of a case all that did not go as it should: assertions by
// their order, then the answers that did not come. Of a case that passed
// these are only its warnings: it was allowed to fail a sample.
func findings(c *summary.Case) []finding {
	if c.Outcome == record.Skip {
		return []finding{{kind: record.Skip, place: casePlace(c), title: "skipped", details: nonEmpty(c.Skip)}}
	}
	found := append(assertionFindings(c), errorFindings(c)...)
	if c.Outcome == record.Pass {
		return slices.DeleteFunc(found, func(f finding) bool { return f.kind != warned })
	}
	if !slices.ContainsFunc(found, func(f finding) bool { return f.kind != warned }) {
		found = append(found, unexplained(c))
	}
	return found
}

// unexplained is the finding of a case whose record does not say why it did
// not pass.
func unexplained(c *summary.Case) finding {
	f := finding{kind: c.Outcome, place: casePlace(c), title: "failed"}
	switch {
	case len(c.Samples) == 0:
		f.title = "no answer"
		f.details = []string{"it was not asked before the run ended"}
	case c.Outcome != record.Fail:
		f.title = "undecided"
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
			for _, s := range c.Samples {
				for _, check := range s.Assertions {
					if check.I == i && check.Outcome == outcome {
						t.add(s.Sample, check.Why)
					}
				}
			}
			if t.samples > 0 {
				found = append(found, assertionFinding(c, i, outcome, t))
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
	f := finding{kind: outcome, place: casePlace(c), title: "assertion failed" + t.share(c)}
	if outcome == record.Errored {
		f.title = "assertion without a verdict" + t.share(c)
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
	f.source = a.Expr
	if a.Level == "warn" {
		f.kind = warned
		f.title = "warning: " + f.title
	}
	if a.Name != "" {
		f.title += ": " + a.Name
	}
	return f
}

// errorFindings is a finding for all the case's answers that did not come.
func errorFindings(c *summary.Case) []finding {
	var t tally
	for _, s := range c.Samples {
		if s.Error != nil {
			t.add(s.Sample, errorText(s.Error))
		}
	}
	if t.samples == 0 {
		return nil
	}
	return []finding{{kind: record.Errored, place: casePlace(c), title: "no answer" + t.share(c), details: t.details(c)}}
}

// errorText writes an error as "529 overloaded_error: Overloaded".
func errorText(e *record.Error) string {
	text := e.Type
	if e.Status != 0 {
		text = strings.TrimSpace(strconv.Itoa(e.Status) + " " + e.Type)
	}
	return strings.Join(nonEmpty(text, e.Message), ": ")
}

// tally counts samples by what is said of them.
type tally struct {
	samples int
	said    []said
	index   map[string]int // of said, by text
}

// said is one text and the samples that it was said of.
type said struct {
	text    string
	samples []int
}

func (t *tally) add(sample int, text string) {
	if t.index == nil {
		t.index = map[string]int{}
	}
	i, ok := t.index[text]
	if !ok {
		i = len(t.said)
		t.index[text] = i
		t.said = append(t.said, said{text: text})
	}
	t.said[i].samples = append(t.said[i].samples, sample)
	t.samples++
}

// share is in how many of the case's samples it was so, where there are
// several.
func (t *tally) share(c *summary.Case) string {
	if len(c.Samples) < 2 {
		return ""
	}
	return fmt.Sprintf(" in %d of %d", t.samples, len(c.Samples))
}

// details is what was said, each text once, with its samples' numbers where
// the case has several.
func (t *tally) details(c *summary.Case) []string {
	var lines []string
	for _, s := range t.said {
		if len(c.Samples) < 2 {
			lines = append(lines, nonEmpty(s.text)...)
		} else {
			lines = append(lines, s.who()+": "+s.text)
		}
	}
	return lines
}

// maxSampleNumbers is how many samples are named that one text was said of.
const maxSampleNumbers = 10

// who names the samples: sample 3; samples 3, 4.
func (s said) who() string {
	if len(s.samples) == 1 {
		return "sample " + strconv.Itoa(s.samples[0])
	}
	var numbers []string
	for _, n := range s.samples[:min(len(s.samples), maxSampleNumbers)] {
		numbers = append(numbers, strconv.Itoa(n))
	}
	who := "samples " + strings.Join(numbers, ", ")
	if more := len(s.samples) - maxSampleNumbers; more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	return who
}

// nonEmpty drops the empty texts.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}
