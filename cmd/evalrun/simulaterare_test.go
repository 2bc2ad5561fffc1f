package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// rareChange is a metric, lower being better, of which a share of the cases rises by
// much and all others fall by a little, so that the mean stays as it is. Where the
// share is 0 the mean falls.
type rareChange struct {
	cases       int
	share, fall float64
}

func (c rareChange) rise() float64 { return c.fall * (1 - c.share) / c.share }

func (c rareChange) String() string {
	if c.share == 0 {
		return fmt.Sprintf("all cases fall by %.0f %%", 100*c.fall)
	}
	return fmt.Sprintf("1 case in %.0f rises by %.0f %%, the others fall by %.0f %%", 1/c.share, 100*c.rise(), 100*c.fall)
}

// runs draws both runs.
func (c rareChange) runs(r *rand.Rand) (old, new []record.Line) {
	old, new = []record.Line{record.Run{Source: record.SourceAPI}}, []record.Line{record.Run{Source: record.SourceAPI}}
	for i := range c.cases {
		size, factor := 100+20*r.NormFloat64(), 1-c.fall
		if r.Float64() < c.share {
			factor = 1 + c.rise()
		}
		old = append(old, measuredCase(r, i, size)...)
		new = append(new, measuredCase(r, i, factor*size)...)
	}
	return append(old, record.Summary{Complete: true}), append(new, record.Summary{Complete: true})
}

// measuredCase is a case that passes, with a metric that chance moves a little.
func measuredCase(r *rand.Rand, i int, size float64) []record.Line {
	w := simulatedRuns{value: func(r *rand.Rand, _ bool) float64 { return math.Round(size + 5*r.NormFloat64()) }}
	lines, _ := w.lines(r, i, 1, draws(r, 1), false, nil, fmt.Sprint("question ", i))
	return lines
}

// improved counts, of so many comparisons, the shares in which the metric is
// IMPROVED, and in which it is so without a word of the cases that were not seen.
func (c rareChange) improved(t *testing.T, rounds int) (all, silent float64) {
	dir := inMemory(t)
	for i := range rounds {
		old, new := c.runs(rand.New(rand.NewPCG(uint64(i), 41)))
		base, now := save(t, filepath.Join(dir, "base.jsonl"), old), save(t, filepath.Join(dir, "new.jsonl"), new)
		out := viaEntry(t, "compare", base, now, "-o", "json")
		var found comparedJSON
		if err := json.Unmarshal(out, &found); err != nil {
			t.Fatal(err)
		}
		if found.Metrics["m"].Verdict == "IMPROVED" {
			all += 1 / float64(rounds)
			silent += share01(!strings.Contains(string(out), `"unseen"`)) / float64(rounds)
		}
	}
	return all, silent
}

// What very few cases do, and no case showed, is in no interval. So that a verdict
// that they could undo says so.
func TestRareChangesThroughTheCommand(t *testing.T) {
	rounds := roundsOr(slowtest.Size(5, 300))
	for _, c := range []rareChange{{30, .05, .1}, {60, .05, .1}, {100, .05, .1}, {30, .05, .05}, {100, .02, .03}, {100, .02, .1}, {50, 0, .1}, {30, 0, .4}, {100, 0, .1}} {
		all, silent := c.improved(t, rounds)
		t.Logf("| %d | %s | %.1f %% | %.1f %% |", c.cases, c, 100*all, 100*silent)
		if all == 0 && c.share == 0 {
			t.Errorf("%d cases, %s: none is IMPROVED", c.cases, c)
		}
		if most := .025 + 3*math.Sqrt(.025*.975/float64(rounds)); c.share > 0 && c.rise() < 2 && silent > most {
			t.Errorf("%d cases, %s: %.1f %% are IMPROVED without a warning", c.cases, c, 100*silent)
		}
	}
}
