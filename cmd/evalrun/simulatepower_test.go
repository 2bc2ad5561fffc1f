package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// powers are drops that the command and the tests of textbooks are to find.
var powers = []simulatedRuns{
	{cases: 50, old: 1, new: 1, rate: .9, drop: .2},
	{cases: 100, old: 1, new: 1, rate: .9, drop: .1},
	{cases: 200, old: 1, new: 1, rate: .8, drop: .1},
	{cases: 50, old: 3, new: 3, rate: .9, spread: .1, drop: .1},
	{cases: 100, old: 3, new: 3, rate: .8, spread: .2, drop: .1},
	{cases: 100, old: 5, new: 5, rate: .9, spread: .1, drop: .05},
}

// found is how often a drop is found: by McNemar's exact test over the first answer
// of each case, by a paired t over the cases' shares, and by the command.
type found struct{ mcnemar, paired, command float64 }

// shown are what both runs of a comparison show of the cases.
type shown struct {
	first, share [2][]float64
}

// read takes the samples of a run's lines.
func (s *shown) read(side int, lines []record.Line) {
	passed, n := 0.0, 0.0
	end := func() {
		if n > 0 {
			s.share[side] = append(s.share[side], passed/n)
		}
		passed, n = 0, 0
	}
	for _, line := range lines {
		switch line := line.(type) {
		case record.Case:
			end()
		case record.Sample:
			pass := share01(line.Outcome == record.Pass)
			if line.Sample == 1 {
				s.first[side] = append(s.first[side], pass)
			}
			passed, n = passed+pass, n+1
		}
	}
	end()
}

// mcnemar reports whether the exact test finds a drop at 5 % in both directions.
func (s *shown) mcnemar() bool {
	up, down := 0, 0
	for i := range s.first[0] {
		switch d := s.first[1][i] - s.first[0][i]; {
		case d > 0:
			up++
		case d < 0:
			down++
		}
	}
	if down <= up {
		return false
	}
	return distuv.Binomial{N: float64(up + down), P: .5}.CDF(float64(up)) <= .025
}

// paired reports whether a paired t finds a drop at 5 % in both directions.
func (s *shown) paired() bool {
	n, sum, squares := float64(len(s.share[0])), 0.0, 0.0
	for i := range s.share[0] {
		d := s.share[1][i] - s.share[0][i]
		sum, squares = sum+d, squares+d*d
	}
	mean := sum / n
	variance := (squares - n*mean*mean) / (n - 1)
	if variance <= 0 {
		return mean < 0
	}
	return distuv.StudentsT{Sigma: 1, Nu: n - 1}.CDF(mean/math.Sqrt(variance/n)) <= .025
}

func (w simulatedRuns) found(t *testing.T, rounds int) found {
	var mu sync.Mutex
	var sum found
	var group sync.WaitGroup
	n := float64(rounds)
	for worker := range runtime.GOMAXPROCS(0) {
		dir := inMemory(t)
		group.Go(func() {
			for i := worker; i < rounds; i += runtime.GOMAXPROCS(0) {
				old, new := w.runs(rand.New(rand.NewPCG(uint64(i), 37)))
				var s shown
				s.read(0, old)
				s.read(1, new)
				base, now := save(t, filepath.Join(dir, "base.jsonl"), old), save(t, filepath.Join(dir, "new.jsonl"), new)
				var c comparedJSON
				if err := json.Unmarshal(viaEntry(t, "compare", base, now, "-o", "json"), &c); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				sum.mcnemar += share01(s.mcnemar()) / n
				sum.paired += share01(s.paired()) / n
				sum.command += share01(c.Verdict == "REGRESSED") / n
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return sum
}

// The command finds a drop about as often as the tests of textbooks do, which keep
// to their level in fewer regimes.
func TestPowerThroughTheCommand(t *testing.T) {
	rounds, all := slowtest.Size(40, 400), powers
	if !slowtest.Full() {
		all = powers[1:2]
	}
	rows := []string{"| cases × samples | pass rate | drop | McNemar's exact test | a paired t | the verdict |", "|:--|--:|--:|--:|--:|--:|"}
	for _, w := range all {
		got := w.found(t, rounds)
		rows = append(rows, fmt.Sprintf("| %d × %d | %g | %.0f points | %.0f %% | %.0f %% | %.0f %% |", w.cases, w.old, w.rate, 100*w.drop, 100*got.mcnemar, 100*got.paired, 100*got.command))
		if slack := 4 * math.Sqrt(.25/float64(rounds)); got.command < got.mcnemar-slack || got.command < got.paired-.12-slack {
			t.Errorf("%s", rows[len(rows)-1])
		}
	}
	t.Log("\n" + strings.Join(rows, "\n"))
	if slowtest.Full() && runtime.GOARCH == "amd64" {
		holdTable(t, "power through the command", strings.Join(rows, "\n")+"\n")
	}
}

// holdTable holds a table of docs/statistics.md against what was simulated now, or
// with -update writes it.
func holdTable(t *testing.T, name, got string) {
	t.Helper()
	const path = "../../docs/statistics.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "<!-- "+name+" -->\n")
	want, after, end := strings.Cut(rest, "<!-- end -->")
	switch {
	case !ok || !end:
		t.Fatalf("%s has no place for the table %s", path, name)
	case want == got:
	case *update:
		if err := os.WriteFile(path, []byte(before+"<!-- "+name+" -->\n"+got+"<!-- end -->"+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s shows another table; run this test with -update\n%s", path, want)
	}
}

// All cases together may be NOT WORSE where a suite, or a metric, is not: the whole
// is REGRESSED then, and fails.
func TestNotWorseOnlyIfNothingRegressed(t *testing.T) {
	for name, one := range map[string]struct {
		suite  string // of the last 20 of 1,000 cases
		fail   bool   // they fail now
		metric float64
		want   string
	}{
		"nothing changed":     {"a", false, 100, "NOT WORSE"},
		"a suite regressed":   {"b", true, 100, "REGRESSED"},
		"no suite of its own": {"a", true, 100, "NOT WORSE"},
		"a metric regressed":  {"a", false, 140, "REGRESSED"},
	} {
		run := func(now bool) []record.Line {
			lines := []record.Line{record.Run{Source: record.SourceAPI}}
			for i := range 1000 {
				c := record.Case{Suite: "a", Case: fmt.Sprint("case ", i), Times: 1, Need: 1, Metrics: map[string]record.Metric{"m": {Expr: "m", Better: "lower"}}}
				s := record.Sample{Sample: 1, Outcome: record.Pass, Metrics: map[string]float64{"m": 100 + float64(i*7%11)}}
				if i >= 980 {
					c.Suite = one.suite
					if now && one.fail {
						s.Outcome = record.Fail
					}
				}
				if now {
					s.Metrics["m"] += one.metric - 100 + float64(i*5%3) - 1
				}
				s.Suite, s.Case = c.Suite, c.Case
				lines = append(lines, c, s)
			}
			return append(lines, record.Summary{Complete: true})
		}
		dir := t.TempDir()
		base, now := save(t, filepath.Join(dir, "base.jsonl"), run(false)), save(t, filepath.Join(dir, "new.jsonl"), run(true))
		var c struct {
			comparedJSON
			ExitCode int `json:"exit_code"`
			Overall  struct {
				Verdict string `json:"verdict"`
			} `json:"overall"`
		}
		if err := json.Unmarshal(viaEntry(t, "compare", base, now, "-o", "json"), &c); err != nil {
			t.Fatal(err)
		}
		if c.Verdict != one.want || c.Overall.Verdict != "NOT WORSE" || (c.ExitCode == 1) != (one.want == "REGRESSED") {
			t.Errorf("%s: %s, all cases together %s, exit code %d; want %s", name, c.Verdict, c.Overall.Verdict, c.ExitCode, one.want)
		}
	}
}
