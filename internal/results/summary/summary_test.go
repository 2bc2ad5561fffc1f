package summary

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// open makes a record of the lines and opens it.
func open(t testing.TB, lines ...record.Line) *record.File {
	t.Helper()
	return recordtest.Open(t, lines...)
}

func read(t testing.TB, lines ...record.Line) *Run {
	t.Helper()
	run, err := Read(open(t, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// samples gives the case and its samples, one a letter: p, f, e, s.
func samples(suite, name string, times, need int, outcomes string) []record.Line {
	lines := []record.Line{record.Case{Suite: suite, Path: suite + ".yaml", Case: name, Times: times, Need: need}}
	words := map[rune]string{'p': record.Pass, 'f': record.Fail, 'e': record.Errored, 's': record.Skip}
	for i, letter := range outcomes {
		lines = append(lines, record.Sample{Suite: suite, Case: name, Sample: i + 1, Outcome: words[letter]})
	}
	return lines
}

func TestTheOutcomeOfACase(t *testing.T) {
	for _, test := range []struct {
		times, need int
		samples     string
		want        string
	}{
		{1, 1, "p", record.Pass},
		{1, 1, "f", record.Fail},
		{1, 1, "e", record.Errored},
		{1, 1, "", record.Errored},
		{1, 1, "s", record.Skip},
		{10, 9, "pppppppppp", record.Pass},
		{10, 9, "fppppppppp", record.Pass},
		{10, 9, "ff", record.Fail}, // verdicts: decided at 2 samples
		{10, 9, "f", record.Errored},
		{10, 9, "ppppppppp", record.Pass}, // --stop-early
		{10, 9, "ppppppppe", record.Errored},
		{10, 9, "ppppppppee", record.Errored},
		{10, 9, "pppppppfep", record.Errored},
		{10, 9, "ppppppppff", record.Fail},
		{10, 9, "pppppppppe", record.Pass},
		{10, 10, "pppppppppe", record.Errored},
		{10, 10, "eeeeeeeeef", record.Fail},
		{3, 1, "ff", record.Errored},
		{3, 1, "fff", record.Fail},
		{3, 1, "ffp", record.Pass},
		// What no suite can say.
		{0, 0, "p", record.Pass},
		{0, 0, "f", record.Fail},
		{2, 5, "pp", record.Pass},
		{2, 5, "pf", record.Fail},
		{2, -1, "p", record.Errored},
	} {
		run := read(t, append([]record.Line{record.Run{}}, samples("ants", "a", test.times, test.need, test.samples)...)...)
		if got := run.Suites[0].Mark(0).Outcome; got != test.want {
			t.Errorf("%d of %d with %q: %s, want %s", test.need, test.times, test.samples, got, test.want)
		}
	}
}

// TestDecideNeverChangesItsMind holds that what is decided early is what all
// samples would have decided.
func TestDecideNeverChangesItsMind(t *testing.T) {
	const times = 6
	for need := 1; need <= times; need++ {
		for draw := range 1 << times {
			pass, fail, decided := 0, 0, ""
			for i := range times {
				if draw>>i&1 == 1 {
					pass++
				} else {
					fail++
				}
				now := Decide(times, need, pass, fail)
				if decided != "" && now != decided {
					t.Fatalf("need %d, draw %06b: %s became %s", need, draw, decided, now)
				}
				decided = now
			}
			if want := map[bool]string{true: record.Pass, false: record.Fail}[pass >= need]; decided != want {
				t.Fatalf("need %d, draw %06b: %q, want %s", need, draw, decided, want)
			}
		}
	}
}

func exchange(suite, name string, sample, turn int) record.Exchange {
	return record.Exchange{
		Identity: record.Identity{ID: record.ID{Suite: suite, Case: name}, Sample: sample, Turn: turn, Role: record.RoleAnswer},
		Key:      fmt.Sprint(name, sample, turn), Response: json.RawMessage(`{}`),
		Measured: record.Measured{
			Usage: json.RawMessage(`{"input_tokens":12,"output_tokens":6,"cache_read_input_tokens":100}`), LatencyMS: 250.5,
		},
	}
}

func usd(amount float64) *float64 { return &amount }

func TestTotals(t *testing.T) {
	failed := exchange("ants", "a", 2, 1)
	failed.Response, failed.Usage, failed.Error = nil, nil, &record.Error{Status: 529, Type: "overloaded_error"}
	reused := exchange("ants", "a", 2, 1)
	reused.Reused, reused.Source = true, "documentation"
	judge := exchange("bees", "b", 1, 1)
	judge.Role, judge.Vote = "judge", 1
	judge.CostUSD, reused.CostUSD = usd(0.25), usd(0.5)
	odd := exchange("bees", "b", 1, 1)
	odd.Usage = json.RawMessage(`{"input_tokens":"many"}`)

	lines := []record.Line{record.Run{Source: "fake", Suites: []record.Suite{{Name: "bees", Path: "b.yaml"}, {Name: "cats", Path: "c.yaml"}}}}
	lines = append(lines, samples("ants", "a", 2, 2, "pe")...)
	lines = append(lines, exchange("ants", "a", 1, 1), exchange("ants", "a", 1, 2), failed, reused)
	lines = append(lines, samples("bees", "b", 1, 1, "f")...)
	lines = append(lines, odd, judge)
	lines = append(lines, samples("bees", "c", 1, 1, "p")...)
	lines = append(lines, record.Case{Suite: "bees", Case: "d", Skip: "later"})
	lines = append(lines, record.Summary{Complete: true, WallMS: 1500})
	f := open(t, lines...)
	run, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}

	var names []string
	for _, s := range run.Suites {
		line := s.Name + " " + s.Path + ":"
		for i := range s.Len() {
			c, err := s.Case(f, i)
			if err != nil {
				t.Fatal(err)
			}
			line += " " + c.Case.Case + "=" + c.Outcome
		}
		names = append(names, line)
	}
	want := []string{"bees b.yaml: b=fail c=pass d=skip", "cats c.yaml:", "ants ants.yaml: a=error"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("suites (-want +got):\n%s", diff)
	}
	wantBees := Totals{
		Cases: Outcomes{Pass: 1, Fail: 1, Skip: 1}, Samples: Outcomes{Pass: 1, Fail: 1},
		// A judge's tokens and time are none of the model's; odd says no tokens.
		Requests: 2, Input: Tokens{Unknown: 1}, Output: Tokens{Unknown: 1}, Latency: 250500 * time.Microsecond,
		Cost: Cost{USD: 0.25, Judges: 0.25, Spent: 0.25, Known: 1, Unknown: 1},
	}
	if diff := cmp.Diff(wantBees, run.Suites[0].Totals, cmpopts.IgnoreUnexported(Totals{})); diff != "" {
		t.Errorf("bees (-want +got):\n%s", diff)
	}
	wantAll := Totals{
		Cases: Outcomes{Pass: 1, Fail: 1, Error: 1, Skip: 1}, Samples: Outcomes{Pass: 2, Fail: 1, Error: 1},
		// The error was sent, and what took its place was not.
		Requests: 5, Input: Tokens{3 * 12, 3, 1}, Output: Tokens{3 * 6, 3, 1}, Latency: 4 * 250500 * time.Microsecond,
		Cost: Cost{USD: 0.75, Judges: 0.25, Spent: 0.25, Known: 2, Unknown: 3},
	}
	wantLatency := Latency{Answers: 3, Mean: 250500 * time.Microsecond, P50: 250500 * time.Microsecond, P95: 250500 * time.Microsecond, Max: 250500 * time.Microsecond}
	if all := append(run.Suites[0].Variants, run.Suites[2].Variants...); all[0].Latency.Answers != 1 || all[1].Latency.Answers != 3 {
		t.Errorf("the judge's answer has a latency: %+v", all)
	}
	if diff := cmp.Diff(wantLatency, run.Suites[2].Latency); diff != "" {
		t.Errorf("latency (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantAll, run.Totals, cmpopts.IgnoreUnexported(Totals{})); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"fake": 4, "documentation": 1}, run.Sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if !run.Complete || run.Wall != 1500*time.Millisecond {
		t.Errorf("complete %t, wall %v", run.Complete, run.Wall)
	}
}

func TestARunCutShort(t *testing.T) {
	lines := append([]record.Line{record.Run{}}, samples("ants", "a", 1, 1, "p")...)
	lines = append(lines, samples("ants", "b", 1, 1, "")...)
	run := read(t, lines...)
	if run.Complete || run.Wall != 0 || run.Totals.Cases != (Outcomes{Pass: 1, Error: 1}) {
		t.Errorf("complete %t, wall %v, cases %+v", run.Complete, run.Wall, run.Totals.Cases)
	}
}

func TestAHostileRecordIsSummedUp(t *testing.T) {
	long := exchange("ants", "a", 1, 1)
	long.LatencyMS = 1e300
	dear, dearer := exchange("ants", "a", 1, 2), exchange("ants", "a", 1, 3)
	dear.CostUSD, dearer.CostUSD = usd(1e10), usd(1e99)
	run := read(t, append(append([]record.Line{record.Run{}}, samples("ants", "a", -7, 3, "p")...), long, dear, dearer)...)
	if run.Totals.Latency < 0 || run.Totals.Cases.Pass != 1 {
		t.Errorf("latency %v, cases %+v", run.Totals.Latency, run.Totals.Cases)
	}
	if diff := cmp.Diff(Cost{Unknown: 3}, run.Totals.Cost); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
}

// BenchmarkRead sums up a record of cases with one answer each.
func BenchmarkRead(b *testing.B) {
	const n = 10_000
	lines := []record.Line{record.Run{}}
	for i := range n {
		name := fmt.Sprint(i)
		e := exchange("ants", name, 1, 1)
		e.Response = json.RawMessage(`{"content":[{"type":"text","text":"` + strings.Repeat("ant ", 250) + `"}]}`)
		lines = append(append(lines, samples("ants", name, 1, 1, "p")...), e)
	}
	f := open(b, lines...)
	for b.Loop() {
		if _, err := Read(f); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/case")
}
