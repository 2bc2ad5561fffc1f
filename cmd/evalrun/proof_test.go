package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// simulatedProof are the records of an older model and of settings of a newer one,
// the cheaper ones first. Nothing but the records and the command's JSON is used.
type simulatedProof struct {
	name    string
	cases   int
	rate    float64
	drops   []float64 // what each setting's rate lacks
	shared  bool      // the settings fail in the same cases
	samples int
}

// simulatedMargin is the drop that does not matter.
const simulatedMargin = .1

var simulatedProofs = []simulatedProof{
	{name: "3 settings, each worse by the margin", cases: 80, samples: 1, rate: .97, drops: []float64{.1, .1, .1}},
	{name: "3 settings, each worse by the margin, in the same cases", cases: 80, samples: 1, rate: .97, drops: []float64{.1, .1, .1}, shared: true},
	{name: "2 cheap settings worse by the margin, 1 as good", cases: 80, samples: 1, rate: .97, drops: []float64{.1, .1, 0}},
	{name: "2 of 3 far worse, 1 worse by the margin", cases: 40, samples: 2, rate: .9, drops: []float64{.4, .1, .4}},
	{name: "3 settings, all as good", cases: 80, samples: 1, rate: .97, drops: []float64{0, 0, 0}},
	{name: "the cheapest worse by 20 points, 2 as good", cases: 80, samples: 1, rate: .97, drops: []float64{.2, 0, 0}},
}

// write draws the records.
func (w simulatedProof) write(t testing.TB, dir string, r *rand.Rand) []string {
	lines := make([][]record.Line, 1+len(w.drops))
	for i := range lines {
		lines[i] = []record.Line{record.Run{Source: record.SourceAPI}}
	}
	for i := range w.cases {
		c := record.Case{Suite: "suite", Case: fmt.Sprint("case ", i), Times: w.samples, Need: w.samples}
		fate := draws(r, w.samples)
		for k := range lines {
			drop := 0.0
			if k > 0 {
				drop = w.drops[k-1]
			}
			if k == 0 || !w.shared || k == 1 {
				fate = draws(r, w.samples)
			}
			lines[k] = append(lines[k], w.asked(c, k, fate, w.rate-drop)...)
		}
	}
	var paths []string
	for k := range lines {
		paths = append(paths, save(t, filepath.Join(dir, fmt.Sprintf("side%d.jsonl", k)), append(lines[k], record.Summary{Complete: true})))
	}
	return paths
}

// asked are the lines of a case in the record of a side; a later one costs more.
func (w simulatedProof) asked(c record.Case, side int, fate []float64, rate float64) []record.Line {
	lines := []record.Line{c}
	usd := .01 * float64(1+side)
	for j, f := range fate {
		id := record.Identity{ID: c.ID(), Sample: j + 1, Turn: 1, Role: record.RoleAnswer}
		lines = append(lines, record.Exchange{
			Identity: id, Key: fmt.Sprint(c.Case, side), Request: json.RawMessage(fmt.Sprintf(`{"messages":%q}`, c.Case)), Response: json.RawMessage(`{}`),
			Measured: record.Measured{CostUSD: &usd, LatencyMS: 100},
		})
		s := record.Sample{Suite: c.Suite, Case: c.Case, Sample: j + 1, Outcome: record.Fail, CostUSD: &usd}
		if f < rate {
			s.Outcome = record.Pass
		}
		lines = append(lines, s)
	}
	return lines
}

// recommended are how often which setting was recommended, by its number from 0.
func (w simulatedProof) recommended(t testing.TB, rounds int) []float64 {
	var mu sync.Mutex
	var group sync.WaitGroup
	out := make([]float64, len(w.drops))
	for worker := range runtime.GOMAXPROCS(0) {
		dir := t.TempDir()
		group.Go(func() {
			for i := worker; i < rounds; i += runtime.GOMAXPROCS(0) {
				paths := w.write(t, dir, rand.New(rand.NewPCG(uint64(i), 37)))
				var found struct {
					Recommended string `json:"recommended"`
				}
				if err := json.Unmarshal(viaEntry(t, append([]string{"compare", "--margin", fmt.Sprint(simulatedMargin), "-o", "json"}, paths...)...), &found); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for k, path := range paths[1:] {
					out[k] += share01(path == found.Recommended) / float64(rounds)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return out
}

// A setting that is worse than the older model by the margin is recommended in 2.5 %
// of proofs at most, and what so many rounds leave to chance (three standard errors),
// however many settings there are and whatever the others are like.
func TestProofThroughTheCommand(t *testing.T) {
	rounds := roundsOr(slowtest.Size(20, 60))
	for i, w := range simulatedProofs {
		if slowtest.Full() || i%5 == 2 {
			w.hold(t, rounds, w.recommended(t, rounds))
		}
	}
}

func (w simulatedProof) hold(t *testing.T, rounds int, got []float64) {
	worse, good := 0.0, 0.0
	for k, drop := range w.drops {
		if drop > 0 {
			worse += got[k]
		} else {
			good += got[k]
		}
	}
	t.Logf("%-60s a worse one is recommended in %4.1f %%, one as good in %5.1f %%, the cheapest in %5.1f %%", w.name, 100*worse, 100*good, 100*got[0])
	if most := .025 + 3*math.Sqrt(.025*.975/float64(rounds)); worse > most {
		t.Errorf("%s: a worse setting is recommended in %.1f %%", w.name, 100*worse)
	}
	if good < .4 && w.drops[len(w.drops)-1] == 0 {
		t.Errorf("%s: one as good is recommended in %.0f %% only", w.name, 100*good)
	}
}
