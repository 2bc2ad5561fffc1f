package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// counted are the outcomes of a suite's cases as readers are to count them:
// what the verdict tolerates is a pass.
func (b *junitBuilder) counted(s *summary.Suite, t summary.Totals) summary.Outcomes {
	o := t.Cases
	o.Pass, o.Fail = o.Pass+t.KnownFailures, o.Fail-t.KnownFailures
	for outcome, n := range map[string]*int{record.Fail: &o.Fail, record.Errored: &o.Error} {
		if !b.src.Verdict.Fails(s, outcome) {
			o.Pass, *n = o.Pass+*n, 0
		}
	}
	return o
}

// tolerate makes a case that did not pass a test case that does: what became
// of it, and by what it is tolerated, are properties and output.
func (tc *junitCase) tolerate(outcome, by, findings string) {
	if tc.Properties == nil {
		tc.Properties = &junitProperties{}
	}
	by = safetext.Cut(by, maxJUnitMessage)
	tc.Properties.List = append(tc.Properties.List, junitProperty{"outcome", outcome}, junitProperty{"tolerated_by", by})
	if tc.Out == nil {
		tc.Out = &junitOutput{}
	}
	tc.Out.Text = fmt.Sprintf("%s, tolerated by %s\n%s\n%s", outcome, by, findings, tc.Out.Text)
}

// foundBy is what the comparison found that a reason is of; nil where it is of none.
func (b *junitBuilder) foundBy(r verdict.Reason) []string {
	for _, c := range b.src.Verdict.Compared {
		if strings.HasPrefix(r.Text, "compared with "+c.Base+": ") {
			return c.Found
		}
	}
	return nil
}

// writeVerdict writes what keeps the run from passing and no case or gate
// shows, each as a test case.
func (b *junitBuilder) writeVerdict() {
	of := b.newSuite(&summary.Suite{Name: "evalrun"}, "evalrun")
	var reasons []verdict.Reason
	for _, r := range b.src.Verdict.Reasons {
		if r.Shown() {
			continue
		}
		reasons = append(reasons, r)
		if r.Exit == verdict.ExitFailed {
			of.counts.Fail++
		} else {
			of.counts.Error++
		}
	}
	if len(reasons) == 0 {
		return
	}
	b.open(of)
	for _, r := range reasons {
		tc := junitCase{Name: b.caseNames.unique(string(r.Kind)), Classname: of.name, Time: seconds(0)}
		text := strings.Join(append([]string{r.Text}, b.foundBy(r)...), "\n")
		result := &junitResult{Type: "verdict", Message: safetext.Cut(r.Text, maxJUnitMessage), Text: safetext.Block(text, maxJUnitLines, maxJUnitWidth)}
		if r.Exit == verdict.ExitFailed {
			tc.Failure = result
		} else {
			tc.Error = result
		}
		b.out.value("testcase", tc)
	}
	b.out.value("system-out", junitOutput{})
	b.out.value("system-err", junitOutput{})
	b.out.close("testsuite")
}
