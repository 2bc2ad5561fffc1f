package reporters_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); see it with -update:\n%s", path, diff)
	}
}

// newRun is a complete run of the suites, with their totals.
func newRun(suites ...summary.Suite) *summary.Run {
	run := &summary.Run{
		Header:   record.Run{Started: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Source: "api", Tool: "evalrun 0.1.0"},
		Complete: true,
		Wall:     2100 * time.Millisecond,
		Suites:   suites,
	}
	for _, s := range suites {
		run.Totals = sum(run.Totals, s.Totals)
	}
	return run
}

func newSuite(name string, cases ...summary.Case) summary.Suite {
	s := summary.Suite{Name: name, Path: "suites/" + name + ".yaml"}
	for i := range cases {
		c := &cases[i]
		c.Suite, c.Path = s.Name, s.Path
		if c.Line == 0 {
			c.Line = 10 * (i + 1)
		}
		for j := range c.Assertions {
			if c.Assertions[j].At == "" {
				c.Assertions[j].At = fmt.Sprintf("%s:%d:7", s.Path, c.Line+j+1)
			}
		}
		s.Totals = sum(s.Totals, c.Totals)
	}
	s.Cases = cases
	return s
}

// newCase is a case with the outcome and the samples; each answered one took
// 772 ms and 12 + 6 tokens.
func newCase(name, outcome string, samples ...record.Sample) summary.Case {
	c := summary.Case{Outcome: outcome, Samples: samples}
	c.Case.Case, c.Times, c.Need = name, max(len(samples), 1), max(len(samples), 1)
	addOutcome(&c.Totals.Cases, outcome)
	for i := range samples {
		samples[i].Sample = i + 1
		addOutcome(&c.Totals.Samples, samples[i].Outcome)
		c.Totals.Requests++
		if samples[i].Error == nil {
			c.Totals.InputTokens += 12
			c.Totals.OutputTokens += 6
			c.Totals.Latency += 772 * time.Millisecond
		}
	}
	return c
}

// asserting gives the case assertions; a text after :: is the name, and one
// that begins with warn: has that level.
func asserting(c summary.Case, exprs ...string) summary.Case {
	for _, expr := range exprs {
		expr, warn := strings.CutPrefix(expr, "warn: ")
		a := record.Assertion{Level: "fail", Weight: 1}
		if warn {
			a.Level = "warn"
		}
		a.Expr, a.Name, _ = strings.Cut(expr, " # ")
		c.Assertions = append(c.Assertions, a)
	}
	return c
}

func variant(c summary.Case, name string) summary.Case {
	c.Variant = name
	return c
}

func passed() record.Sample { return record.Sample{Outcome: record.Pass} }

// failed is a sample whose assertions of the given indexes failed, each with
// its reason: "0: why".
func failed(checks ...string) record.Sample {
	s := record.Sample{Outcome: record.Fail}
	for _, check := range checks {
		index, why, _ := strings.Cut(check, ": ")
		i, err := strconv.Atoi(index)
		if err != nil {
			panic(err)
		}
		s.Assertions = append(s.Assertions, record.Check{I: i, Outcome: record.Fail, Why: why})
	}
	return s
}

func errored(status int, typ, message string) record.Sample {
	return record.Sample{Outcome: record.Errored, Error: &record.Error{Status: status, Type: typ, Message: message}}
}

func skipped(name, reason string) summary.Case {
	c := newCase(name, record.Skip)
	c.Skip = reason
	return c
}

func sum(a, b summary.Totals) summary.Totals {
	addOutcomes(&a.Cases, b.Cases)
	addOutcomes(&a.Samples, b.Samples)
	a.Requests += b.Requests
	a.InputTokens += b.InputTokens
	a.OutputTokens += b.OutputTokens
	a.Latency += b.Latency
	return a
}

func addOutcomes(a *summary.Outcomes, b summary.Outcomes) {
	a.Pass += b.Pass
	a.Fail += b.Fail
	a.Error += b.Error
	a.Skip += b.Skip
}

func addOutcome(o *summary.Outcomes, outcome string) {
	switch outcome {
	case record.Pass:
		o.Pass++
	case record.Fail:
		o.Fail++
	case record.Errored:
		o.Error++
	case record.Skip:
		o.Skip++
	}
}

// mixedRun has a bit of everything that a run may hold.
func mixedRun() *summary.Run {
	ten := []record.Sample{
		passed(), failed("0: usage.output_tokens = 212"), passed(), failed("0: usage.output_tokens = 240"),
		passed(), passed(), failed("0: usage.output_tokens = 240"), errored(529, "overloaded_error", "Overloaded"), passed(), passed(),
	}
	nine := make([]record.Sample, 10)
	for i := range nine {
		nine[i] = passed()
	}
	nine[3] = failed("0: text = \"Hi\"")
	lenient := asserting(newCase("allowed to fail once", record.Pass, nine...), `text contains "Hello"`)
	lenient.Need = 9
	warning := passed()
	warning.Assertions = []record.Check{{I: 1, Outcome: record.Fail, Why: "similarity(text, vars.reference) = 0.71"}}
	run := newRun(
		newSuite("ants",
			asserting(newCase("greeting", record.Pass, passed()), `stop_reason == "end_turn"`),
			asserting(newCase("multi-turn with a synthetic assistant turn that has a long name", record.Fail,
				failed("0: text = \"Bonjour, comment puis-je vous aider aujourd'hui ? Je suis à votre disposition.\"", "1: stop_reason = \"max_tokens\"")),
				`text contains "Hello" && usage.output_tokens < 50`, `stop_reason == "end_turn" # stopped by itself`),
			asserting(newCase("ten times", record.Fail, ten...), "usage.output_tokens < 50"),
			lenient,
		),
		newSuite("prefill",
			newCase("refused", record.Errored, errored(400, "invalid_request_error", "This model does not support assistant message prefill.")),
			asserting(newCase("close enough", record.Pass, warning), "len(text) > 0", "warn: similarity(text, vars.reference) > 0.8 # close to the reference"),
			skipped("vision", "the image has no licence yet"),
		),
	)
	return run
}
