package summary

import (
	"testing"

	"github.com/evalrun/evalrun/record"
)

// suiteOf is a suite of cases with these outcomes, whose gates have those.
func suiteOf(cases Outcomes, gated bool, gates ...string) Suite {
	s := Suite{Totals: Totals{Cases: cases}, Gated: gated}
	for _, outcome := range gates {
		s.Gates = append(s.Gates, Gate{Outcome: outcome})
	}
	return s
}

func TestVerdict(t *testing.T) {
	const gated = true
	tolerant := VerdictOptions{MaxErrors: 0.01}
	for _, test := range []struct {
		name     string
		suites   []Suite
		cutShort bool
		opts     VerdictOptions
		want     string
	}{
		{"all passed", []Suite{suiteOf(Outcomes{Pass: 3, Skip: 1}, false)}, false, VerdictOptions{}, record.Pass},
		{"all skipped", []Suite{suiteOf(Outcomes{Skip: 1}, false)}, false, VerdictOptions{}, record.Errored},
		{"one suite skipped", []Suite{suiteOf(Outcomes{Skip: 1}, false), suiteOf(Outcomes{Pass: 1}, false)}, false, VerdictOptions{}, record.Pass},
		{"no case", nil, false, VerdictOptions{}, record.Errored},
		{"no case, nothing fails it", nil, false, VerdictOptions{FailOn: []string{}}, record.Errored},
		{"failures come first", []Suite{suiteOf(Outcomes{Pass: 3, Fail: 1, Error: 9}, false)}, true, VerdictOptions{}, record.Fail},
		{"an error", []Suite{suiteOf(Outcomes{Pass: 3, Error: 1}, false)}, false, VerdictOptions{}, record.Errored},
		{"a share is tolerated", []Suite{suiteOf(Outcomes{Pass: 99, Error: 1}, false)}, false, tolerant, record.Pass},
		{"more than the share", []Suite{suiteOf(Outcomes{Pass: 98, Error: 2}, false)}, false, tolerant, record.Errored},
		{"skipped cases are not in the share", []Suite{suiteOf(Outcomes{Pass: 98, Error: 1, Skip: 50}, false)}, false, tolerant, record.Errored},
		{"a count is tolerated", []Suite{suiteOf(Outcomes{Pass: 1, Error: 3}, false)}, false, VerdictOptions{MaxErrorCount: 3}, record.Pass},
		{"more than the count", []Suite{suiteOf(Outcomes{Pass: 1, Error: 4}, false)}, false, VerdictOptions{MaxErrorCount: 3}, record.Errored},
		{"cut short", []Suite{suiteOf(Outcomes{Pass: 99}, false)}, true, VerdictOptions{MaxErrors: 1}, record.Errored},

		{"the gates decide", []Suite{suiteOf(Outcomes{Pass: 9, Fail: 1}, gated, record.Pass)}, false, VerdictOptions{}, record.Pass},
		{"a gate fails", []Suite{suiteOf(Outcomes{Pass: 9, Fail: 1}, gated, record.Pass, record.Fail)}, false, VerdictOptions{}, record.Fail},
		{"a gate beside the cases", []Suite{suiteOf(Outcomes{Pass: 9, Fail: 1}, false, record.Pass)}, false, VerdictOptions{}, record.Fail},
		{"a gate fails though all passed", []Suite{suiteOf(Outcomes{Pass: 9}, false, record.Fail)}, false, VerdictOptions{}, record.Fail},
		{"one suite's gate decides that suite alone", []Suite{
			suiteOf(Outcomes{Pass: 9, Fail: 1}, gated, record.Pass), suiteOf(Outcomes{Pass: 9, Fail: 1}, false),
		}, false, VerdictOptions{}, record.Fail},
		{"a gate that is not decided", []Suite{suiteOf(Outcomes{Pass: 9, Error: 1}, gated, record.Errored)}, false, VerdictOptions{}, record.Errored},
		{"tolerance does not decide a gate", []Suite{suiteOf(Outcomes{Pass: 9, Error: 1}, gated, record.Errored)}, false, VerdictOptions{MaxErrors: 1}, record.Errored},
		{"a gate bears errors", []Suite{suiteOf(Outcomes{Pass: 99, Error: 1}, gated, record.Pass)}, false, VerdictOptions{}, record.Pass},
		{"a gate bears no more than is said", []Suite{suiteOf(Outcomes{Pass: 90, Error: 10}, gated, record.Pass)}, false, tolerant, record.Errored},
		{"a gate cannot bear that nothing was answered", []Suite{suiteOf(Outcomes{Error: 10}, gated, record.Pass)}, false, VerdictOptions{}, record.Errored},

		{"failures do not matter", []Suite{suiteOf(Outcomes{Pass: 1, Fail: 1}, false)}, false, VerdictOptions{FailOn: []string{FailOnGate}}, record.Pass},
		{"gates do not matter", []Suite{suiteOf(Outcomes{Pass: 1}, false, record.Fail)}, false, VerdictOptions{FailOn: []string{FailOnFail}}, record.Pass},
		{"errors do not matter", []Suite{suiteOf(Outcomes{Pass: 1, Error: 1}, false)}, false, VerdictOptions{FailOn: []string{FailOnFail}}, record.Pass},
		{"failures do not matter, errors do", []Suite{suiteOf(Outcomes{Fail: 1, Error: 1}, false)}, false, VerdictOptions{FailOn: []string{FailOnError}}, record.Errored},
	} {
		run := &Run{Complete: !test.cutShort, Suites: test.suites}
		for _, s := range test.suites {
			run.Totals.Add(s.Totals)
		}
		if got := run.Verdict(test.opts); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestWarningsFailWhereAsked(t *testing.T) {
	c := record.Case{Suite: "ants", Case: "a", Times: 1, Need: 1, Assertions: []record.Assertion{{Level: "fail"}, {Level: "warn"}}}
	s := record.Sample{Suite: "ants", Case: "a", Sample: 1, Outcome: record.Pass, Assertions: []record.Check{
		{I: 0, Outcome: record.Pass}, {I: 1, Outcome: record.Fail}, {I: 7, Outcome: record.Fail}, {I: -1, Outcome: record.Fail},
	}}
	run := read(t, record.Run{}, c, s, record.Summary{Complete: true})
	if got := run.Verdict(VerdictOptions{}); got != record.Pass {
		t.Errorf("a warning: %s", got)
	}
	if got := run.Verdict(VerdictOptions{FailOn: []string{FailOnWarnings}}); got != record.Fail {
		t.Errorf("a warning that fails: %s", got)
	}
	s.Assertions[1].Outcome = record.Pass
	run = read(t, record.Run{}, c, s, record.Summary{Complete: true})
	if got := run.Verdict(VerdictOptions{FailOn: []string{FailOnWarnings}}); got != record.Pass {
		t.Errorf("no warning: %s", got)
	}
}

// TestOutcome goes by what the record says that the run was told.
func TestOutcome(t *testing.T) {
	for _, test := range []struct {
		name      string
		cases     Outcomes
		failOn    []string
		maxErrors string
		want      string
	}{
		{"told nothing", Outcomes{Pass: 1, Fail: 1}, nil, "", record.Fail},
		{"failures do not matter", Outcomes{Pass: 1, Fail: 1}, []string{"gate", "any-drop"}, "", record.Pass},
		{"nothing matters", Outcomes{Pass: 1, Fail: 1}, []string{"none"}, "", record.Pass},
		{"errors are tolerated", Outcomes{Pass: 99, Error: 1}, nil, "1%", record.Pass},
		{"no more than were told", Outcomes{Pass: 98, Error: 2}, nil, "1", record.Errored},
		{"nonsense tolerates none", Outcomes{Pass: 99, Error: 1}, nil, "a few", record.Errored},
		{"nonsense changes nothing else", Outcomes{Pass: 1, Fail: 1}, []string{"error"}, "-3%", record.Pass},
	} {
		run := &Run{Header: record.Run{FailOn: test.failOn, MaxErrors: test.maxErrors}, Complete: true, Suites: []Suite{suiteOf(test.cases, false)}}
		run.Totals.Cases = test.cases
		if got := run.Outcome(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
