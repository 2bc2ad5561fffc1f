package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// untilDecided are regimes of runs that end once they are decided.
var untilDecided = []simulatedRuns{
	{name: "100 × 1", cases: 100, old: 1, new: 1, rate: .9},
	{name: "half of the new fails are errors", cases: 100, old: 1, new: 1, rate: .8, newErrors: halfOfFails},
	{name: "the same, a drop of 10 points", cases: 100, old: 1, new: 1, rate: .8, drop: .1, newErrors: halfOfFails},
	{name: "clusters of 5, half of the new fails are errors", cases: 150, old: 2, new: 2, rate: .8, newErrors: halfOfFails, group: func(i int) int { return i / 5 }},
	{name: "unequal clusters", cases: 120, old: 2, new: 2, rate: .8, spread: .2, group: func(i int) int { return int(math.Sqrt(float64(3 * i))) }},
	{name: "unequal clusters, a drop of the margin", cases: 120, old: 2, new: 2, rate: .9, drop: .05, group: func(i int) int { return int(math.Sqrt(float64(3 * i))) }},
	{name: "a cluster of 24 % alone falls, by the margin in all", cases: 250, old: 1, new: 1, rate: 1, drop: .05, dropOf: first60, group: func(i int) int { return max(0, i-59) }},
	{name: "2 clusters of 5 % alone fall, by the margin in all", cases: 240, old: 1, new: 1, rate: 1, drop: .05, dropOf: first24, group: two12},
	{name: "6 % of the cases fail as a whole", cases: 100, old: 3, new: 3, rate: 1, falls: .06},
	{name: "5 variants, 1 sample against 5", cases: 100, old: 1, new: 5, rate: .9, variants: 5},
	{name: "3 variants in clusters of 9, errors by outcome", cases: 180, old: 2, new: 2, rate: .8, variants: 3, group: func(i int) int { return i / 9 }, newErrors: halfOfFails},
	{name: "a drop of the margin, 4 suites", cases: 120, suites: 4, old: 2, new: 2, rate: .9, drop: .05},
}

// looks are the lines of a run at each look at which it may end, as the runner
// spreads them: cases in an order drawn at random, and those of one draw together.
func (w simulatedRuns) looks(r *rand.Rand, lines []record.Line) [compare.Looks][]record.Line {
	groups := w.drawn(lines)
	r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	squares := 0
	for _, g := range groups {
		squares += g.cases * g.cases
	}
	var at [compare.Looks][]record.Line
	before, first := 0, 1
	for _, g := range groups {
		part := min(compare.Looks, 1+(2*before+g.cases)*compare.Looks/(2*w.cases))
		before += g.cases
		for look := part; look <= compare.Looks; look++ {
			at[look-1] = append(at[look-1], g.lines...)
		}
		if 100*g.cases > w.cases && g.cases*w.cases > 2*squares {
			first = max(first, part)
		}
	}
	clear(at[:first-1])
	return at
}

// draw are cases that share their fates, with their lines.
type draw struct {
	cases int
	lines []record.Line
}

func (w simulatedRuns) drawn(lines []record.Line) []draw {
	var out []draw
	last, i := -1, -1
	for _, line := range lines {
		if _, is := line.(record.Case); is {
			if i++; w.groupOf(i) < 0 || w.groupOf(i) != last {
				out, last = append(out, draw{}), w.groupOf(i)
			}
			out[len(out)-1].cases++
		}
		out[len(out)-1].lines = append(out[len(out)-1].lines, line)
	}
	return out
}

// until is what a run came to that ends once it is decided.
func (w simulatedRuns) until(t *testing.T, dir string, r *rand.Rand) (verdict string) {
	old, new := w.runs(r)
	base := save(t, filepath.Join(dir, "base.jsonl"), old)
	for i, lines := range w.looks(r, new[1:len(new)-1]) {
		if lines == nil {
			continue
		}
		run := record.Run{Source: record.SourceAPI}
		run.Stop = &record.Stop{Reason: record.StopDecided, Cases: w.cases}
		now := save(t, filepath.Join(dir, "new.jsonl"), slices.Concat([]record.Line{run}, lines, []record.Line{record.Summary{Complete: true, Look: i + 1}}))
		var found comparedJSON
		if err := json.Unmarshal(viaEntry(t, "compare", base, now, "-o", "json"), &found); err != nil {
			t.Fatal(err)
		}
		if verdict = found.Verdict; verdict != "INCONCLUSIVE" && verdict != "NOT COMPARABLE" {
			break
		}
	}
	return verdict
}

// A run that ends once it is decided has no more false verdicts than one that asks
// all cases, whatever is missing or alike.
func TestUntilDecidedThroughTheCommand(t *testing.T) {
	rounds := roundsOr(slowtest.Size(4, 200))
	most := .025 + 3*math.Sqrt(.025*.975/float64(rounds))
	for _, w := range untilDecided {
		t.Run(w.name, func(t *testing.T) {
			dir, n := inMemory(t), map[string]float64{}
			for i := range rounds {
				n[w.until(t, dir, rand.New(rand.NewPCG(uint64(i), 43)))] += 1 / float64(rounds)
			}
			t.Logf("| %s | %d × %d | %.0f | %.1f %% | %.1f %% | %.1f %% |", w.name, w.cases, w.new, -100*(w.drop+w.falls*w.rate), 100*n["REGRESSED"], 100*n["IMPROVED"], 100*n["NOT WORSE"])
			changed := w.drop > 0 || w.falls > 0
			if n["IMPROVED"] > most || !changed && n["REGRESSED"] > most || changed && n["NOT WORSE"] > most {
				t.Errorf("%s: %v", w.name, n)
			}
		})
	}
}
