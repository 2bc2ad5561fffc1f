package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// simulatedRuns are two runs of a population of cases, as records, which the
// command compares. Nothing but the records and the command's JSON is used.
type simulatedRuns struct {
	name          string
	cases, suites int
	old, new      int     // samples a case
	rate, spread  float64 // the mean of the cases' own rates, and how they differ
	drop          float64 // what the new run's rates lack
	falls         float64 // share of the cases that fail as a whole in the new run
	group         func(i int) int
	variants      int
	newErrors     func(r *rand.Rand, passed bool) bool
	stopOld       bool
	stopNew       bool
	value         func(r *rand.Rand, passed bool) float64
	share         bool // the metric lies between 0 and 1, and more is better
	oneRequest    bool
	failed        bool                // the new run is of what failed in the base
	baseline      bool                // the base is a baseline file
	metricOnly    bool                // the pass rates' difference is not what is simulated
	baseGroups    bool                // the base alone names the groups
	dropOf        func(i int) float64 // of a case; drop is their mean then
	unasked       float64             // share of the cases failing in the new run that it did not come to ask
}

func byOutcome(r *rand.Rand, passed bool) float64 {
	if passed {
		return math.Round(100 + 20*r.NormFloat64())
	}
	return math.Round(160 + 20*r.NormFloat64())
}

func longTail(r *rand.Rand, _ bool) float64 { return math.Round(100 * math.Exp(r.NormFloat64())) }

func mostlyOne(r *rand.Rand, _ bool) float64 {
	if r.Float64() < .06 {
		return .1
	}
	return 1
}

func tens(i int) int { return i / 10 }

// simulations are the regimes of issues, and what is near them.
var simulations = []simulatedRuns{
	{name: "100 × 1", cases: 100, old: 1, new: 1, rate: .9},
	{name: "20 × 1", cases: 20, old: 1, new: 1, rate: .7},
	{name: "8 × 1", cases: 8, old: 1, new: 1, rate: .6},
	{name: "60 × 1 and 5", cases: 60, old: 1, new: 5, rate: .8, spread: .2},
	{name: "all pass", cases: 60, old: 2, new: 2, rate: 1},
	{name: "4 suites, a metric", cases: 80, suites: 4, old: 2, new: 2, rate: .85, spread: .1, value: longTail},
	{name: "a drop of the margin", cases: 100, old: 1, new: 1, rate: .9, drop: .05},
	{name: "a drop of the margin, 4 suites", cases: 120, suites: 4, old: 2, new: 2, rate: .9, drop: .05},
	{name: "6 % of the cases fail as a whole", cases: 100, old: 3, new: 3, rate: 1, falls: .06},
	{name: "a. full base, new run stopped early, a metric by outcome", cases: 30, old: 5, new: 5, rate: .8, spread: .1, stopNew: true, value: byOutcome, metricOnly: true},
	{name: "b. both stopped early, 5 % errors in the new run", cases: 100, old: 5, new: 5, rate: .95, stopOld: true, stopNew: true, newErrors: func(r *rand.Rand, _ bool) bool { return r.Float64() < .05 }, metricOnly: true},
	{name: "c. a baseline of 5 samples against 1, a long tail", cases: 60, old: 5, new: 1, rate: .9, value: longTail, baseline: true},
	{name: "c. a baseline of 5 samples against 1, a judge's score", cases: 60, old: 5, new: 1, rate: .9, value: mostlyOne, share: true, baseline: true},
	{name: "d. clusters of 10, 1 sample against 5", cases: 200, old: 1, new: 5, rate: .9, group: tens},
	{name: "d. 5 variants, 1 sample against 5", cases: 100, old: 1, new: 5, rate: .9, variants: 5},
	{name: "unequal clusters", cases: 120, old: 2, new: 2, rate: .8, spread: .2, group: func(i int) int { return int(math.Sqrt(float64(3 * i))) }},
	{name: "e. half of the new fails are errors", cases: 100, old: 1, new: 1, rate: .8, newErrors: func(r *rand.Rand, passed bool) bool { return !passed && r.Float64() < .5 }},
	{name: "e. the same, a drop of 10 points", cases: 100, old: 1, new: 1, rate: .8, drop: .1, newErrors: func(r *rand.Rand, passed bool) bool { return !passed && r.Float64() < .5 }},
	{name: "f. all new fails are missing, 40 %", cases: 100, old: 1, new: 1, rate: 1, drop: .4, newErrors: func(_ *rand.Rand, passed bool) bool { return !passed }},
	{name: "g. one request, and all fail", cases: 40, old: 1, new: 1, rate: 1, drop: 1, oneRequest: true},
	{name: "h. one cluster holds 70 % of 500 cases, a drop of the margin", cases: 500, old: 1, new: 1, rate: 1, drop: .05, group: func(i int) int { return max(0, i-349) / 10 }},
	{name: "i. what failed is asked again", cases: 150, old: 1, new: 1, rate: .85, failed: true, metricOnly: true},
}

// write draws both runs and writes their records.
func (w simulatedRuns) write(t testing.TB, dir string, r *rand.Rand) (base, now string) {
	old, new := w.runs(r)
	return save(t, filepath.Join(dir, "base.jsonl"), old), save(t, filepath.Join(dir, "new.jsonl"), new)
}

// runs draws both runs.
func (w simulatedRuns) runs(r *rand.Rand) (old, new []record.Line) {
	old, new = []record.Line{record.Run{Source: record.SourceAPI}}, []record.Line{record.Run{Source: record.SourceAPI}}
	if w.failed {
		run := record.Run{Source: record.SourceAPI}
		run.Choice = &record.Choice{By: []string{"--failed"}}
		new[0] = run
	}
	var fates [2][]float64 // of a group, which its cases share
	group := -1
	for i := range w.cases {
		own := min(1, max(0, w.rate+w.spread*r.NormFloat64()))
		if g := w.groupOf(i); g != group {
			group, fates = g, [2][]float64{draws(r, w.old), draws(r, w.new)}
		}
		if g := w.groupOf(i); g < 0 {
			fates = [2][]float64{draws(r, w.old), draws(r, w.new)}
		}
		lines, failed := w.lines(r, i, own, fates[0], w.stopOld, nil, fmt.Sprint("question ", i))
		old = append(old, lines...)
		if w.failed && !failed {
			continue
		}
		after, request := own-w.dropIn(i), fmt.Sprint("question ", i)
		if r.Float64() < w.falls {
			after = 0
		}
		if w.oneRequest {
			request = "question"
		}
		if w.failed {
			fates[1] = draws(r, w.new)
		}
		lines, failed = w.lines(r, i, after, fates[1], w.stopNew, w.newErrors, request)
		if failed && r.Float64() < w.unasked {
			continue
		}
		new = append(new, w.withoutGroup(lines)...)
	}
	old = append(old, record.Summary{Complete: true})
	if w.unasked == 0 {
		new = append(new, record.Summary{Complete: true})
	}
	return old, new
}

// dropIn is what the new run's rate of a case lacks.
func (w simulatedRuns) dropIn(i int) float64 {
	if w.dropOf != nil {
		return w.dropOf(i)
	}
	return w.drop
}

// withoutGroup takes the cluster from a case of the new run where the base alone
// names it.
func (w simulatedRuns) withoutGroup(lines []record.Line) []record.Line {
	if w.baseGroups {
		c := lines[0].(record.Case)
		c.Cluster = ""
		lines[0] = c
	}
	return lines
}

// groupOf is the number of the group whose fates a case shares; below 0 for
// none.
func (w simulatedRuns) groupOf(i int) int {
	switch {
	case w.group != nil:
		return w.group(i)
	case w.variants > 0:
		return i / w.variants
	}
	return -1
}

func draws(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = r.Float64()
	}
	return out
}

// lines are a case with its samples, of which one passes where its fate is below
// the rate.
func (w simulatedRuns) lines(r *rand.Rand, i int, rate float64, fates []float64, stop bool, errors func(*rand.Rand, bool) bool, request string) (lines []record.Line, failed bool) {
	c := record.Case{Suite: fmt.Sprint("suite ", i%max(1, w.suites)), Case: fmt.Sprint("case ", i), Times: len(fates), Need: len(fates)}
	if w.group != nil {
		c.Cluster = fmt.Sprint("cluster ", w.group(i))
	}
	if w.variants > 0 {
		c.Case, c.Variant = fmt.Sprint("case ", i/w.variants), fmt.Sprint("prompt=", i%w.variants)
		c.Axes = map[string]string{"prompt": fmt.Sprint(i % w.variants)}
	}
	if w.value != nil {
		c.Metrics = map[string]record.Metric{"m": {Expr: "m", Better: "lower"}}
		if w.share {
			c.Metrics = map[string]record.Metric{"m": {Expr: "m", Better: "higher", Share: true}}
		}
	}
	lines = append(lines, c, record.Exchange{
		Identity: record.Identity{ID: c.ID(), Sample: 1, Turn: 1, Role: record.RoleAnswer}, Key: request,
		Request: json.RawMessage(fmt.Sprintf(`{"messages":%q}`, request)), Response: json.RawMessage(`{}`),
	})
	for j, fate := range fates {
		passed := fate < rate
		s := record.Sample{Suite: c.Suite, Case: c.Case, Variant: c.Variant, Sample: j + 1, Outcome: record.Fail}
		switch {
		case errors != nil && errors(r, passed):
			s.Outcome = record.Errored
		case passed:
			s.Outcome = record.Pass
		}
		if w.value != nil && s.Outcome != record.Errored {
			s.Metrics = map[string]float64{"m": w.value(r, passed)}
		}
		lines = append(lines, s)
		failed = failed || s.Outcome == record.Fail
		if stop && s.Outcome == record.Fail {
			break
		}
	}
	return lines, failed
}

// save writes a record.
func save(t testing.TB, path string, lines []record.Line) string {
	w, err := record.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if err := w.Append(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// comparedJSON is what a comparison's JSON says.
type comparedJSON struct {
	Verdict string `json:"verdict"`
	Overall struct {
		Interval [2]*float64 `json:"interval"`
	} `json:"overall"`
	Metrics map[string]struct {
		Verdict string `json:"verdict"`
	} `json:"metrics"`
}

// viaEntry runs the command's entry function.
func viaEntry(t testing.TB, args ...string) []byte {
	var out, stderr bytes.Buffer
	if code := run(args, bytes.NewReader(nil), &out, &stderr); code > 1 && code != 3 {
		t.Fatalf("%v: exit code %d: %s", args, code, &stderr)
	}
	return out.Bytes()
}

// byProcess runs the command as a process of its own.
func byProcess(t testing.TB, args ...string) []byte {
	cmd := exec.Command("evalrun", args...)
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() > 1 && cmd.ProcessState.ExitCode() != 3 {
		t.Fatalf("%v: %v", args, err)
	}
	return out
}

// shares are how often what was comparedJSON.
type shares struct{ regressed, improved, notWorse, covered, width float64 }

// simulate compares so many runs.
func (w simulatedRuns) simulate(t testing.TB, rounds int, command func(testing.TB, ...string) []byte) shares {
	var mu sync.Mutex
	var sum shares
	var group sync.WaitGroup
	n := float64(rounds)
	for worker := range runtime.GOMAXPROCS(0) {
		dir := inMemory(t)
		group.Go(func() {
			for i := worker; i < rounds; i += runtime.GOMAXPROCS(0) {
				base, now := w.write(t, dir, rand.New(rand.NewPCG(uint64(i), 31)))
				if w.baseline {
					file := filepath.Join(dir, "baseline.json")
					command(t, "baseline", base, "-o", file)
					base = file
				}
				var c comparedJSON
				if err := json.Unmarshal(command(t, "compare", base, now, "-o", "json"), &c); err != nil {
					t.Error(err)
					return
				}
				improved := c.Verdict == "IMPROVED" || c.Metrics["m"].Verdict == "IMPROVED"
				low, high := *c.Overall.Interval[0], *c.Overall.Interval[1]
				truth := -w.drop - w.falls*w.rate
				mu.Lock()
				sum.regressed += share01(c.Verdict == "REGRESSED") / n
				sum.improved += share01(improved) / n
				sum.notWorse += share01(c.Verdict == "NOT WORSE") / n
				sum.covered += share01(low <= truth+1e-12 && truth-1e-12 <= high) / n
				sum.width += (high - low) / n
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return sum
}

// inMemory is a directory for records that are gone at once, which need no disk where
// there is one in memory.
func inMemory(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "evalrun")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func share01(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// No verdict of the command is false more often than the level of a direction,
// 2.5 %, and what so many rounds leave to chance (three standard errors); and the
// interval of the pass rates holds the true difference in 93 %.
func TestVerdictsThroughTheCommand(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // records are small, and gone at once
	processes := slowtest.Size(0, 40)
	for i, w := range slices.Concat(simulations, moreSimulations) {
		if !slowtest.Full() && i%4 != 0 {
			continue
		}
		rounds := w.rounds()
		w.hold(t, rounds, w.simulate(t, rounds, viaEntry))
	}
	if processes > 0 {
		simulations[0].hold(t, processes, simulations[0].simulate(t, processes, byProcess))
	}
}

// rounds is how many comparisons there are: as many as EVALRUN_ROUNDS says, and else
// fewer of those that take long, so that all regimes take about 40 seconds of a
// processor. docs/statistics.md has the figures of more.
func (w simulatedRuns) rounds() int {
	if !slowtest.Full() {
		return roundsOr(24)
	}
	return roundsOr(min(2000, max(40, 20_000/(w.cases*(w.old+w.new)))))
}

// roundsOr is how many rounds EVALRUN_ROUNDS asks for, and n where it asks for none.
func roundsOr(n int) int {
	if asked, err := strconv.Atoi(os.Getenv("EVALRUN_ROUNDS")); err == nil && asked > 0 {
		return asked
	}
	return n
}

func (w simulatedRuns) hold(t *testing.T, rounds int, got shares) {
	t.Logf("%-60s REGRESSED %4.1f %%, IMPROVED %4.1f %%, NOT WORSE %4.1f %%, coverage %5.1f %%, width %.3f", w.name, 100*got.regressed, 100*got.improved, 100*got.notWorse, 100*got.covered, got.width)
	most := .025 + 3*math.Sqrt(.025*.975/float64(rounds))
	changed := w.drop > 0 || w.falls > 0
	if !changed && got.regressed > most {
		t.Errorf("%s: %.1f %% are REGRESSED", w.name, 100*got.regressed)
	}
	if got.improved > most {
		t.Errorf("%s: %.1f %% are IMPROVED", w.name, 100*got.improved)
	}
	if changed && got.notWorse > most {
		t.Errorf("%s: %.1f %% are NOT WORSE", w.name, 100*got.notWorse)
	}
	if least := .93 - 3*math.Sqrt(.93*.07/float64(rounds)); !w.metricOnly && got.covered < least {
		t.Errorf("%s: the interval holds the difference in %.1f %%", w.name, 100*got.covered)
	}
}
