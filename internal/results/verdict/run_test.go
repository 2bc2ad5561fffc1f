package verdict

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// suiteOf is a suite of cases with these outcomes, whose gates have those.
func suiteOf(cases summary.Outcomes, gated bool, gates ...string) summary.Suite {
	s := summary.Suite{Totals: summary.Totals{Cases: cases}, Gated: gated}
	for _, outcome := range gates {
		s.Gates = append(s.Gates, summary.Gate{Outcome: outcome})
	}
	return s
}

func runOf(suites ...summary.Suite) *summary.Run {
	run := &summary.Run{Complete: true, Suites: suites}
	for _, s := range suites {
		run.Totals.Add(s.Totals)
	}
	return run
}

type (
	outcomesOf = summary.Outcomes
	suites     = []summary.Suite
)

const gated = true

var verdictTests = []struct {
	name     string
	suites   suites
	cutShort bool
	opts     Options
	want     string
}{
	{"all passed", suites{suiteOf(outcomesOf{Pass: 3, Skip: 1}, false)}, false, Options{}, record.Pass},
	{"all skipped", suites{suiteOf(outcomesOf{Skip: 1}, false)}, false, Options{}, record.Errored},
	{"one suite skipped", suites{suiteOf(outcomesOf{Skip: 1}, false), suiteOf(outcomesOf{Pass: 1}, false)}, false, Options{}, record.Pass},
	{"no case", nil, false, Options{}, record.Errored},
	{"no case, all is allowed", nil, false, Options{Allow: []string{"all"}}, record.Errored},
	{"failures come first", suites{suiteOf(outcomesOf{Pass: 3, Fail: 1, Error: 9}, false)}, true, Options{}, record.Fail},
	{"an error", suites{suiteOf(outcomesOf{Pass: 3, Error: 1}, false)}, false, Options{}, record.Errored},
	{"a share is tolerated", suites{suiteOf(outcomesOf{Pass: 99, Error: 1}, false)}, false, Options{MaxErrors: .01}, record.Pass},
	{"more than the share", suites{suiteOf(outcomesOf{Pass: 98, Error: 2}, false)}, false, Options{MaxErrors: .01}, record.Errored},
	{"skipped cases are not in the share", suites{suiteOf(outcomesOf{Pass: 98, Error: 1, Skip: 50}, false)}, false, Options{MaxErrors: .01}, record.Errored},
	{"a count is tolerated", suites{suiteOf(outcomesOf{Pass: 1, Error: 3}, false)}, false, Options{MaxErrorCount: 3}, record.Pass},
	{"more than the count", suites{suiteOf(outcomesOf{Pass: 1, Error: 4}, false)}, false, Options{MaxErrorCount: 3}, record.Errored},
	{"cut short", suites{suiteOf(outcomesOf{Pass: 99}, false)}, true, Options{MaxErrors: 1, Allow: []string{"all"}}, record.Errored},

	{"the gates decide", suites{suiteOf(outcomesOf{Pass: 9, Fail: 1}, gated, record.Pass)}, false, Options{}, record.Pass},
	{"a gate fails", suites{suiteOf(outcomesOf{Pass: 9, Fail: 1}, gated, record.Pass, record.Fail)}, false, Options{}, record.Fail},
	{"a gate beside the cases", suites{suiteOf(outcomesOf{Pass: 9, Fail: 1}, false, record.Pass)}, false, Options{}, record.Fail},
	{"a gate fails though all passed", suites{suiteOf(outcomesOf{Pass: 9}, false, record.Fail)}, false, Options{}, record.Fail},
	{"one suite's gate decides that suite alone", suites{
		suiteOf(outcomesOf{Pass: 9, Fail: 1}, gated, record.Pass), suiteOf(outcomesOf{Pass: 9, Fail: 1}, false),
	}, false, Options{}, record.Fail},
	{"a gate that is not decided", suites{suiteOf(outcomesOf{Pass: 9, Error: 1}, gated, record.Errored)}, false, Options{}, record.Errored},
	{"tolerance does not decide a gate", suites{suiteOf(outcomesOf{Pass: 9, Error: 1}, gated, record.Errored)}, false, Options{MaxErrors: 1}, record.Errored},
	{"a gate bears errors", suites{suiteOf(outcomesOf{Pass: 99, Error: 1}, gated, record.Pass)}, false, Options{}, record.Pass},
	{"a gate bears no more than is said", suites{suiteOf(outcomesOf{Pass: 90, Error: 10}, gated, record.Pass)}, false, Options{MaxErrors: .01}, record.Errored},
	{"a gate cannot bear that nothing was answered", suites{suiteOf(outcomesOf{Error: 10}, gated, record.Pass)}, false, Options{}, record.Errored},

	{"what is added takes nothing away", suites{suiteOf(outcomesOf{Fail: 1}, false)}, false, Options{FailOn: []string{"warnings", "any-drop"}}, record.Fail},
	{"names of before add nothing", suites{suiteOf(outcomesOf{Fail: 1}, false)}, false, Options{FailOn: []string{"gate", "none"}}, record.Fail},
	{"failures are allowed", suites{suiteOf(outcomesOf{Pass: 1, Fail: 1}, false)}, false, Options{Allow: []string{"failures"}}, record.Pass},
	{"failures are allowed, errors not", suites{suiteOf(outcomesOf{Fail: 1, Error: 1}, false)}, false, Options{Allow: []string{"failures"}}, record.Errored},
	{"gates are allowed", suites{suiteOf(outcomesOf{Pass: 1}, false, record.Fail)}, false, Options{Allow: []string{"gates"}}, record.Pass},
	{"gates are allowed, failures not", suites{suiteOf(outcomesOf{Fail: 1}, false, record.Fail)}, false, Options{Allow: []string{"gates"}}, record.Fail},
	{"gates without an outcome are errors", suites{suiteOf(outcomesOf{Pass: 1}, false, record.Errored)}, false, Options{Allow: []string{"gates"}}, record.Errored},
	{"errors are allowed", suites{suiteOf(outcomesOf{Error: 1}, false, record.Errored)}, false, Options{Allow: []string{"errors"}}, record.Pass},
	{"all is allowed", suites{suiteOf(outcomesOf{Fail: 1, Error: 1}, false, record.Fail, record.Errored)}, false, Options{Allow: []string{"all"}}, record.Pass},
	{"nonsense allows nothing", suites{suiteOf(outcomesOf{Fail: 1}, false)}, false, Options{Allow: []string{"incomplete", "fail", ""}}, record.Fail},
}

func TestOfRun(t *testing.T) {
	for _, test := range verdictTests {
		run := runOf(test.suites...)
		run.Complete = !test.cutShort
		v := OfRun(run, test.opts)
		if got := v.Outcome(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if (v.Exit() == ExitPassed) != (len(v.Reasons) == 0) {
			t.Errorf("%s: the exit code %d for %d reasons", test.name, v.Exit(), len(v.Reasons))
		}
		checkFailing(t, test.name, v, run)
	}
}

// checkFailing holds what fails of the cases and gates to the verdict: of a run
// that passes nothing does, and of one that fails for what they show something
// does.
func checkFailing(t *testing.T, name string, v Verdict, run *summary.Run) {
	t.Helper()
	failing := 0
	for i := range run.Suites {
		s := &run.Suites[i]
		for outcome, n := range map[string]int{record.Fail: s.Totals.Cases.Fail, record.Errored: s.Totals.Cases.Error, record.Pass: s.Totals.Cases.Pass} {
			if v.Fails(s, outcome) {
				failing += n
			}
		}
		for _, g := range s.Gates {
			if v.GateFails(g) {
				failing++
			}
		}
	}
	shown := slices.ContainsFunc(v.Reasons, Reason.Shown)
	if shown != (failing > 0) {
		t.Errorf("%s: %d cases and gates fail, and the verdict is %+v", name, failing, v)
	}
}

// TestExitCodesHaveAnOrder adds reasons in every order.
func TestExitCodesHaveAnOrder(t *testing.T) {
	codes := []int{ExitInterrupted, ExitFailed, ExitErrors, ExitInconclusive}
	for i, first := range codes {
		for _, second := range codes[i:] {
			for _, v := range []Verdict{
				Verdict{}.With(Reason{Exit: first}, Reason{Exit: second}), Verdict{}.With(Reason{Exit: second}).With(Reason{Exit: first}),
			} {
				if v.Exit() != first {
					t.Errorf("%d and %d give %d", first, second, v.Exit())
				}
			}
		}
	}
	if got := (Verdict{}).With(Reason{Exit: 0}, Reason{Exit: 77}).Exit(); got != ExitErrors {
		t.Errorf("codes that no verdict has give %d", got)
	}
}

func TestWarningsFailWhereAsked(t *testing.T) {
	c := record.Case{Suite: "ants", Case: "a", Times: 1, Need: 1, Assertions: []record.Assertion{{Level: "fail"}, {Level: "warn"}}}
	s := record.Sample{Suite: "ants", Case: "a", Sample: 1, Outcome: record.Pass, Assertions: []record.Check{
		{I: 0, Outcome: record.Pass}, {I: 1, Outcome: record.Fail}, {I: 7, Outcome: record.Fail}, {I: -1, Outcome: record.Fail},
	}}
	run, _ := read(t, record.Run{}, c, s, record.Summary{Complete: true})
	if got := OfRun(run, Options{}).Outcome(); got != record.Pass {
		t.Errorf("a warning: %s", got)
	}
	if got := OfRun(run, Options{FailOn: []string{FailOnWarnings}}).Outcome(); got != record.Fail {
		t.Errorf("a warning that fails: %s", got)
	}
	s.Assertions[1].Outcome = record.Pass
	run, _ = read(t, record.Run{}, c, s, record.Summary{Complete: true})
	if got := OfRun(run, Options{FailOn: []string{FailOnWarnings}}).Outcome(); got != record.Pass {
		t.Errorf("no warning: %s", got)
	}
}

// read writes a record and sums it up.
func read(t *testing.T, lines ...record.Line) (*summary.Run, *record.File) {
	t.Helper()
	f := recordtest.Open(t, lines...)
	run, err := summary.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return run, f
}

// TestOfRecord decides as the run did, by what its record says.
func TestOfRecord(t *testing.T) {
	c := record.Case{Suite: "s", Case: "a", Times: 1, Need: 1}
	failed := record.Sample{Suite: "s", Case: "a", Sample: 1, Outcome: record.Fail}
	passed, errored := failed, failed
	passed.Outcome, errored.Outcome = record.Pass, record.Errored
	ended := record.Summary{Complete: true}
	regressed := []record.Reason{{Kind: "regressions", Exit: 1, Text: "REGRESSED"}}
	for _, test := range []struct {
		name  string
		run   record.Run
		lines []record.Line
		want  string
	}{
		{"as it is", record.Run{}, []record.Line{c, failed, ended}, record.Fail},
		{"failures are allowed", record.Run{Allow: []string{"failures"}}, []record.Line{c, failed, ended, record.Verdict{}}, record.Pass},
		{"errors are tolerated", record.Run{MaxErrors: "1"}, []record.Line{c, errored, ended}, record.Pass},
		{"nonsense tolerates none", record.Run{MaxErrors: "a few"}, []record.Line{c, errored, ended}, record.Errored},
		{"it regressed", record.Run{}, []record.Line{c, passed, ended, record.Verdict{Exit: 1, Reasons: regressed}}, record.Fail},
		{"regressions are allowed", record.Run{Allow: []string{"regressions"}}, []record.Line{c, passed, ended, record.Verdict{Reasons: regressed}}, record.Pass},
		{"it was interrupted", record.Run{}, []record.Line{c, passed, record.Summary{}, record.Verdict{Exit: 130, Reasons: []record.Reason{{Kind: "interruption", Exit: 130}}}}, Interrupted},
		{"no reason is given", record.Run{}, []record.Line{c, passed, ended, record.Verdict{Exit: 3}}, record.Errored},
		{"it was resumed since", record.Run{}, []record.Line{c, passed, ended, record.Verdict{Exit: 1, Reasons: regressed}, passed, ended}, record.Pass},
		{"it was resumed from its beginning", record.Run{}, []record.Line{c, passed, ended, record.Verdict{Exit: 1, Reasons: regressed}, record.Run{Resumed: true}, c, passed, ended}, record.Pass},
	} {
		run, f := read(t, append([]record.Line{test.run}, test.lines...)...)
		if got := OfRecord(run, f).Outcome(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestLine gives the record what OfRecord needs.
func TestLine(t *testing.T) {
	beyond := []Reason{{Kind: Regressions, Exit: ExitFailed, Text: "REGRESSED, compared with b.json"}, {Kind: Stopped, Exit: ExitErrors, Text: "the disk is full"}}
	run, f := read(t, record.Run{FailOn: []string{"any-drop"}}, record.Summary{},
		OfRun(runOf(suiteOf(outcomesOf{Pass: 1}, false)), Options{}, beyond...).Line(beyond))
	v := OfRecord(run, f)
	if diff := cmp.Diff(beyond, v.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// A share that is reached exactly is tolerated: 29% tolerates 29 of 100, and
// 0.7% 7 of 1,000.
func TestMaxErrorsAreExact(t *testing.T) {
	for permille := 1; permille < 1000; permille++ {
		var opts Options
		if err := opts.ParseMaxErrors(fmt.Sprintf("%d.%d%%", permille/10, permille%10)); err != nil {
			t.Fatal(err)
		}
		for errors, want := range map[int]string{permille: record.Pass, permille + 1: record.Errored} {
			run := runOf(suiteOf(outcomesOf{Pass: 1000 - errors, Error: errors}, false))
			if got := OfRun(run, opts).Outcome(); got != want {
				t.Errorf("%d errors of 1,000 with %v: %s, want %s", errors, opts.MaxErrors, got, want)
			}
		}
	}
}

func TestParseMaxErrors(t *testing.T) {
	for text, want := range map[string]Options{
		"": {}, "0": {}, "3": {MaxErrorCount: 3}, "1%": {MaxErrors: .01}, "100%": {MaxErrors: 1}, " 2.5% ": {MaxErrors: .025},
	} {
		var got Options
		if err := got.ParseMaxErrors(text); err != nil || got.MaxErrors != want.MaxErrors || got.MaxErrorCount != want.MaxErrorCount {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"some", "101%", "-1", "-1%", "0.5", "%", "NaN%", "1e400%"} {
		var got Options
		if err := got.ParseMaxErrors(text); err == nil || got.MaxErrors != 0 || got.MaxErrorCount != 0 {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
