package evaltest

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
	"github.com/evalrun/evalrun/suite"
)

// results are what became of a run's cases and gates.
type results struct {
	whole   bool   // every case was asked
	path    string // of the run's record
	run     *summary.Run
	verdict verdict.Verdict
	cases   map[record.ID]result
	gates   map[string][]string // by suite, those that did not hold
}

// result is what a case came to.
type result struct {
	outcome string
	fails   bool
	text    string // what there is to say
}

// read takes the results of all cases.
func (r *results) read(src runreport.Source, set *suite.Set) error {
	r.run, r.verdict = src.Run, src.Verdict
	r.cases, r.gates = map[record.ID]result{}, map[string][]string{}
	shown := map[string]string{}
	for _, s := range set.Suites {
		shown[s.Name] = s.Shown()
	}
	for i := range src.Run.Suites {
		s := &src.Run.Suites[i]
		for j := range s.Len() {
			c, err := s.Case(src.File, j)
			if err != nil {
				return err
			}
			text, err := src.FindingsText(c, s.Path, shown[s.Name])
			if err != nil {
				return err
			}
			r.cases[c.ID()] = result{c.Outcome, src.Verdict.FailsCase(s, c), text}
		}
		for _, g := range s.Gates {
			if src.Verdict.GateFails(g) {
				r.gates[s.Name] = append(r.gates[s.Name], gateText(set, s.Name, g))
			}
		}
	}
	return nil
}

// gateText says which gate did not hold, at its place.
func gateText(set *suite.Set, of string, g summary.Gate) string {
	message := fmt.Sprintf("gate failed: %s: %s", g.Expr, g.Value)
	if g.Outcome == record.Errored {
		message = fmt.Sprintf("gate without an outcome (an error): %s: %s", g.Expr, g.Value)
	}
	for _, s := range set.Suites {
		for _, known := range s.Gates {
			if s.Name == of && known.Text == g.Expr {
				message = known.Diagnostic(0, len(known.Text), message, "").Error()
			}
		}
	}
	return message + "\n"
}

// ofCase gives the report of a case.
func (r *results) ofCase(id record.ID) func(*testing.T) {
	got, asked := r.cases[id]
	return func(t *testing.T) {
		switch {
		case !asked:
			failing(t, "error: the case was not asked\n")
		case got.outcome == record.Skip:
			write(t, got.text)
			t.SkipNow()
		case !got.fails:
			write(t, got.text)
		case got.outcome == record.Errored:
			failing(t, got.text+"error: the case has no outcome; of its answers nothing is known\n")
		default:
			failing(t, got.text)
		}
	}
}

// ofSuite gives the report of a suite: its gates.
func (r *results) ofSuite(name string) func(*testing.T) {
	return func(t *testing.T) {
		for _, text := range r.gates[name] {
			failing(t, text)
		}
	}
}

// reportRun reports what is of no case or gate.
func reportRun(t *testing.T, r *results) {
	for _, reason := range r.verdict.Reasons {
		if !reason.Shown() {
			failing(t, reason.Text+"\n")
		}
	}
	if r.verdict.Exit() != verdict.ExitPassed { // also where no subtest of -run shows it
		t.Fail()
	}
}

// failing fails a test and says why.
func failing(t *testing.T, text string) {
	write(t, text)
	t.Fail()
}

// write writes text of outside into the log of a test: without credentials, and
// without what a terminal or a CI system would act on.
func write(t *testing.T, text string) {
	safe := safetext.NewWriter(t.Output(), safetext.NewRedactor(endpoint.Credentials(nil)...), false)
	io.WriteString(safe, text)
	if err := safe.Flush(); err != nil {
		t.Error(err)
	}
}

// refuse ends a test with all that is wrong before anything was sent.
func refuse(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error() + "\n"
	var list diagnostic.List
	if errors.As(err, &list) {
		text = ""
		for _, d := range list {
			if text += d.Error() + "\n"; d.Hint != "" {
				text += "  " + d.Hint + "\n"
			}
		}
	}
	write(t, text)
	t.FailNow()
}
