package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// judgedRuns are runs whose answers a judge and people decide about, as records
// and sheets, which the command corrects. Nothing but these and the command's JSON
// is used.
type judgedRuns struct {
	name       string
	cases      int
	samples    []int // of the cases in turn
	rate       float64
	wrongPass  float64 // how often the judge passes what people fail
	wrongFail  float64 // how often it fails what they pass
	group      int     // cases of a cluster, which are alike; 0 for none
	alike      float64 // share of the draws that those of a group, or of a case, share
	pick, next int
	unlabelled float64 // share of the picked answers that people fail which have no label

}

var judgedSimulations = []judgedRuns{
	{name: "300 × 1, pick 30", cases: 300, rate: .8, wrongPass: .2, wrongFail: .1, pick: 30},
	{name: "300 × 1, pick 100", cases: 300, rate: .8, wrongPass: .2, wrongFail: .1, pick: 100},
	{name: "300 × 1, pick 300", cases: 300, rate: .8, wrongPass: .2, wrongFail: .1, pick: 300},
	{name: "1000 × 1, pick 100, the judge passes half of the fails", cases: 1000, rate: .7, wrongPass: .5, wrongFail: .05, pick: 100},
	{name: "1000 × 1, pick 300, the same", cases: 1000, rate: .7, wrongPass: .5, wrongFail: .05, pick: 300},
	{name: "300 × 1, rare fails, pick 30", cases: 300, rate: .97, wrongPass: .4, wrongFail: .01, pick: 30},
	{name: "300 × 1, rare fails, pick 100", cases: 300, rate: .97, wrongPass: .4, wrongFail: .01, pick: 100},
	{name: "300 × 1, a judge without a mistake, pick 30", cases: 300, rate: .9, pick: 30},
	{name: "300 × 1, a judge by chance, pick 100", cases: 300, rate: .6, wrongPass: .5, wrongFail: .5, pick: 100},
	{name: "300 × 1, clusters of 5, pick 100", cases: 300, rate: .8, wrongPass: .3, wrongFail: .1, group: 5, alike: .7, pick: 100},
	{name: "300 × 1, clusters of 5 all alike, pick 300", cases: 300, rate: .8, wrongPass: .3, wrongFail: .1, group: 5, alike: 1, pick: 300},
	{name: "300 × 1, clusters of 20, pick 100", cases: 300, rate: .8, wrongPass: .3, wrongFail: .1, group: 20, alike: .5, pick: 100},
	{name: "300 × 1, clusters of 20, pick 30", cases: 300, rate: .8, wrongPass: .3, wrongFail: .1, group: 20, alike: .5, pick: 30},
	{name: "60 × 5, pick 100", cases: 60, samples: []int{5}, rate: .8, wrongPass: .3, wrongFail: .1, alike: .6, pick: 100},
	{name: "60 × 5, pick 300", cases: 60, samples: []int{5}, rate: .9, wrongPass: .3, wrongFail: .05, alike: .8, pick: 300},
	{name: "100 × 1 and 5, pick 100", cases: 100, samples: []int{1, 5}, rate: .8, wrongPass: .3, wrongFail: .1, alike: .6, pick: 100},
	{name: "300 × 1, pick 50 and next 50", cases: 300, rate: .9, wrongPass: .3, wrongFail: .05, pick: 50, next: 50},
	{name: "100 × 1 and 5, pick 50 and next 50", cases: 100, samples: []int{1, 5}, rate: .9, wrongPass: .3, wrongFail: .05, alike: .6, pick: 50, next: 50},
	{name: "300 × 1, pick 100, a third of the fails without a label", cases: 300, rate: .8, wrongPass: .2, wrongFail: .1, pick: 100, unlabelled: .33},
	{name: "8 × 1, all labelled", cases: 8, rate: .7, wrongPass: .2, wrongFail: .2, pick: 30},
}

// write draws what people and the judge say, by case and sample, and writes the
// record.
func (w judgedRuns) write(t *testing.T, dir string, r *rand.Rand) (path string, people map[string]bool) {
	gates := []string{
		fmt.Sprintf("metrics.kind.corrected_low > %g", w.rate), fmt.Sprintf("metrics.kind.corrected_high < %g", w.rate),
	}
	lines := []record.Line{record.Run{Source: record.SourceAPI, Suites: []record.Suite{{Name: "suite", Gates: gates}}}}
	people = map[string]bool{}
	var shared [2]float64 // of a group, or of a case
	for i := range w.cases {
		if w.group == 0 || i%w.group == 0 {
			shared = [2]float64{r.Float64(), r.Float64()}
		}
		times := 1
		if w.samples != nil {
			times = w.samples[i%len(w.samples)]
		}
		c := record.Case{
			Suite: "suite", Case: fmt.Sprint("case ", i), Times: times, Need: times,
			Assertions: []record.Assertion{{Name: "kind", Level: record.LevelFail, Weight: 1, Rubric: "Is it kind?", Judge: "judge", Votes: 1}},
			Metrics:    map[string]record.Metric{"kind.score": {Better: "higher"}},
		}
		if w.group > 0 {
			c.Cluster = fmt.Sprint("cluster ", i/w.group)
		}
		lines = append(lines, c)
		for s := 1; s <= times; s++ {
			fate := [2]float64{r.Float64(), r.Float64()}
			for j := range fate {
				if r.Float64() < w.alike {
					fate[j] = shared[j]
				}
			}
			pass := fate[0] < w.rate
			judge := pass != (fate[1] < map[bool]float64{true: w.wrongFail, false: w.wrongPass}[pass])
			people[fmt.Sprint(c.Case, "#", s)] = pass
			lines = append(lines, w.sample(c, s, judge)...)
		}
	}
	return save(t, filepath.Join(dir, "run.jsonl"), lines), people
}

func (w judgedRuns) sample(c record.Case, sample int, pass bool) []record.Line {
	score, outcome := share01(pass), record.Fail
	if pass {
		outcome = record.Pass
	}
	return []record.Line{
		record.Exchange{
			Identity: record.Identity{ID: c.ID(), Sample: sample, Turn: 1, Role: record.RoleAnswer}, Key: c.Case,
			Request: json.RawMessage(`{}`), Response: json.RawMessage(fmt.Sprintf(`{"id":"%s %d"}`, c.Case, sample)),
		},
		record.Sample{
			Suite: c.Suite, Case: c.Case, Sample: sample, Outcome: outcome, Metrics: map[string]float64{"kind.score": score},
			Assertions: []record.Check{{Outcome: outcome, Score: &score, Votes: []record.Vote{{Pass: pass, Score: score}}}},
		},
	}
}

// label fills in a sheet.
func (w judgedRuns) label(t *testing.T, r *rand.Rand, path string, people map[string]bool) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	at := func(name string) int { return slices.Index(rows[0], name) }
	for _, row := range rows[1:] {
		pass := people[row[at("case")]+"#"+row[at("sample")]]
		if !pass && r.Float64() < w.unlabelled {
			continue
		}
		row[at("pass")] = map[bool]string{true: "pass", false: "fail"}[pass]
	}
	var text strings.Builder
	out := csv.NewWriter(&text)
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	writeText(t, path, text.String())
}

// correctedJSON is a rate as `evalrun judge` reports it.
type correctedJSON struct {
	Rubrics []struct {
		Corrected struct {
			Rate *struct{ Value, Low, High float64 }
			Why  string
		}
	}
	Gates []struct{ Outcome string }
}

// corrections are how often what was said.
type corrections struct{ known, covered, below, above, width, gateLow, gateHigh float64 }

func (w judgedRuns) simulate(t *testing.T, rounds int) corrections {
	var mu sync.Mutex
	var sum corrections
	var group sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		dir := t.TempDir()
		group.Go(func() {
			for i := worker; i < rounds; i += runtime.GOMAXPROCS(0) {
				got := w.once(t, dir, rand.New(rand.NewPCG(uint64(i), 32)), i)
				mu.Lock()
				sum.take(w, got)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	n := float64(rounds)
	if sum.known > 0 {
		sum.covered, sum.width = sum.covered/sum.known, sum.width/sum.known
	}
	sum.known, sum.below, sum.above, sum.gateLow, sum.gateHigh = sum.known/n, sum.below/n, sum.above/n, sum.gateLow/n, sum.gateHigh/n
	return sum
}

func (c *corrections) take(w judgedRuns, got correctedJSON) {
	c.gateLow += share01(got.Gates[0].Outcome == record.Pass)
	c.gateHigh += share01(got.Gates[1].Outcome == record.Pass)
	if rate := got.Rubrics[0].Corrected.Rate; rate != nil {
		c.known++
		c.covered += share01(rate.Low <= w.rate && w.rate <= rate.High)
		c.width += rate.High - rate.Low
	}
}

// once picks, labels and corrects.
func (w judgedRuns) once(t *testing.T, dir string, r *rand.Rand, round int) (got correctedJSON) {
	run, people := w.write(t, dir, r)
	sheet, more := filepath.Join(dir, "sheet.csv"), filepath.Join(dir, "more.csv")
	os.Remove(sheet)
	viaEntry(t, "judge", run, "--pick", fmt.Sprint(w.pick), "--seed", fmt.Sprint(round+1), "-o", sheet)
	w.label(t, r, sheet, people)
	args := []string{"judge", run, "--labels", sheet, "-o", "json"}
	if w.next > 0 {
		os.Remove(more)
		viaEntry(t, "judge", run, "--labels", sheet, "--next", fmt.Sprint(w.next), "--seed", fmt.Sprint(round+1), "-o", more)
		w.label(t, r, more, people)
		args = append(args, "--labels", more)
	}
	if err := json.Unmarshal(viaEntry(t, args...), &got); err != nil {
		t.Error(err)
	}
	return got
}

// The corrected rate is what people would pass, in 93 % of runs and more, and a
// gate over its lower end passes what is not so good in 2.5 % at most, but for what
// so many rounds leave to chance (three standard errors).
func TestCorrectedRatesThroughTheCommand(t *testing.T) {
	rounds := roundsOr(slowtest.Size(8, 18))
	for i, w := range judgedSimulations {
		if !slowtest.Full() && i%5 != 0 {
			continue
		}
		got := w.simulate(t, rounds)
		t.Logf("%-60s known %5.1f %%, coverage %5.1f %%, width %.3f, gates %.1f %% and %.1f %%", w.name, 100*got.known, 100*got.covered, got.width, 100*got.gateLow, 100*got.gateHigh)
		if most := .025 + 3*math.Sqrt(.025*.975/float64(rounds)); got.gateLow > most || got.gateHigh > most {
			t.Errorf("%s: gates pass in %.1f and %.1f %%", w.name, 100*got.gateLow, 100*got.gateHigh)
		}
		if least := .93 - 3*math.Sqrt(.93*.07/(float64(rounds)*got.known+1)); got.covered < least && got.known > 0 {
			t.Errorf("%s: the interval holds the rate in %.1f %%", w.name, 100*got.covered)
		}
	}
}
