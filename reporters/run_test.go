package reporters_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/reporters/runreport"
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

// testSuite is a suite as its record will have it.
type testSuite struct {
	name, path string
	cases      []testCase
}

// testCase is a case of a suite with its samples.
type testCase struct {
	record.Case
	samples []record.Sample
}

// newRun is the record of a complete run of the suites.
func newRun(t testing.TB, suites ...testSuite) runreport.Source {
	t.Helper()
	return source(t, append(runLines(suites...), record.Summary{Complete: true, WallMS: 2100})...)
}

// runLines are the lines of the suites' record, but for the last.
func runLines(suites ...testSuite) []record.Line {
	run := record.Run{Started: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Source: "api", Tool: "evalrun 0.1.0"}
	var lines []record.Line
	for _, s := range suites {
		run.Suites = append(run.Suites, record.Suite{Name: s.name, Path: s.path})
		for _, c := range s.cases {
			lines = append(lines, c.lines()...)
		}
	}
	return append([]record.Line{run}, lines...)
}

func newSuite(name string, cases ...testCase) testSuite {
	s := testSuite{name: name, path: "suites/" + name + ".yaml", cases: cases}
	for i := range cases {
		c := &cases[i]
		c.Suite, c.Path = s.name, s.path
		if c.Line == 0 {
			c.Line = 10 * (i + 1)
		}
		for j := range c.Assertions {
			if c.Assertions[j].At == "" {
				c.Assertions[j].At = fmt.Sprintf("%s:%d:7", s.path, c.Line+j+1)
			}
		}
	}
	return s
}

// newCase is a case with the samples, all of which must pass; each answered
// one says Hello!, took 772 ms and 12 + 6 tokens and cost 0.0021 dollars.
func newCase(name string, samples ...record.Sample) testCase {
	c := testCase{samples: samples}
	c.Case.Case, c.Times, c.Need = name, max(len(samples), 1), max(len(samples), 1)
	return c
}

// lines are the lines of a record of the case.
func (c testCase) lines() []record.Line {
	lines := []record.Line{c.Case}
	for i, s := range c.samples {
		s.Suite, s.Case, s.Variant, s.Sample = c.Suite, c.Case.Case, c.Variant, i+1
		e := record.Exchange{
			Identity: recordtest.Answer(c.ID(), s.Sample), Key: fmt.Sprint("sha256:", c.ID(), i),
			Measured: record.Measured{LatencyMS: 772}, Error: s.Error,
		}
		if s.Error == nil {
			cost := 0.0021
			e.Usage, e.CostUSD = json.RawMessage(`{"input_tokens":12,"output_tokens":6}`), &cost
			e.Response = json.RawMessage(`{"model":"claude-opus-4-6","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn"}`)
		}
		lines = append(lines, e, s)
	}
	return lines
}

// asserting gives the case assertions; a text after :: is the name, and one
// that begins with warn: has that level.
func asserting(c testCase, exprs ...string) testCase {
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

func variant(c testCase, name string) testCase {
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

func skipped(name, reason string) testCase {
	c := newCase(name)
	c.Skip = reason
	return c
}

// mixedRun has a bit of everything that a run may hold.
func mixedRun(t testing.TB) runreport.Source { return newRun(t, mixedSuites()...) }

func mixedSuites() []testSuite {
	ten := []record.Sample{
		passed(), failed("0: usage.output_tokens = 212"), passed(), failed("0: usage.output_tokens = 240"),
		passed(), passed(), failed("0: usage.output_tokens = 240"), errored(529, "overloaded_error", "Overloaded"), passed(), passed(),
	}
	nine := make([]record.Sample, 10)
	for i := range nine {
		nine[i] = passed()
	}
	nine[3] = failed("0: text = \"Hi\"")
	lenient := asserting(newCase("allowed to fail once", nine...), `text contains "Hello"`)
	lenient.Need = 9
	warning := passed()
	warning.Assertions = []record.Check{{I: 1, Outcome: record.Fail, Why: "similarity(text, vars.reference) = 0.71"}}
	return []testSuite{
		newSuite("ants",
			asserting(newCase("greeting", passed()), `stop_reason == "end_turn"`),
			asserting(newCase("multi-turn with a synthetic assistant turn that has a long name",
				failed("0: text = \"Bonjour, comment puis-je vous aider aujourd'hui ? Je suis à votre disposition.\"", "1: stop_reason = \"max_tokens\"")),
				`text contains "Hello" && usage.output_tokens < 50`, `stop_reason == "end_turn" # stopped by itself`),
			asserting(newCase("ten times", ten...), "usage.output_tokens < 50"),
			lenient,
		),
		newSuite("prefill",
			newCase("refused", errored(400, "invalid_request_error", "This model does not support assistant message prefill.")),
			asserting(newCase("close enough", warning), "len(text) > 0", "warn: similarity(text, vars.reference) > 0.8 # close to the reference"),
			skipped("vision", "the image has no licence yet"),
		),
	}
}
