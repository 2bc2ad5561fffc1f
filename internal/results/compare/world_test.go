package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// world is a population of cases and what a change does to them, to compare
// two runs of it as often as one likes.
type world struct {
	cases, suites int
	old, new      int     // samples a case
	rate          float64 // mean probability to pass
	spread        float64 // of the cases' own rates
	cluster       int     // cases a cluster, half of whose samples come out alike
	variants      int     // variants a case, alike as those of a cluster
	drop          float64 // what the change takes from every case's rate
	shake         float64 // what it takes from every other case's and gives to the rest
	errors        float64 // share of samples without an answer
	stop          bool    // whether the new run ends samples early
	metric        bool    // whether there is a metric, which nothing changes
	regime        *regime // what else is odd about the runs; nil for nothing
}

func (w world) String() string {
	text := fmt.Sprintf("%d × %d", w.cases, w.old)
	if w.new != w.old {
		text += fmt.Sprintf(" and %d", w.new)
	}
	for _, part := range []struct {
		is   bool
		text string
	}{
		{w.suites > 1, fmt.Sprintf("%d suites", w.suites)},
		{w.metric, "a metric"},
		{w.cluster > 0, fmt.Sprintf("clusters of %d", w.cluster)},
		{w.variants > 0, fmt.Sprintf("%d variants a case", w.variants)},
		{w.shake > 0, fmt.Sprintf("half of the cases %.0f points up, half down", 100*w.shake)},
		{w.errors > 0, fmt.Sprintf("%g %% errors", 100*w.errors)},
		{w.stop, "ended early"},
	} {
		if part.is {
			text += ", " + part.text
		}
	}
	return text
}

// runs draws two runs.
func (w world) runs(random *rand.Rand) (old, new []*caseSamples) {
	var sharedOld, sharedNew []float64
	for i := range w.cases {
		if group := max(w.cluster, w.variants, 1); i%group == 0 && group > 1 {
			sharedOld, sharedNew = uniform(random, w.old), uniform(random, w.new)
		}
		own := min(1, max(0, w.rate+w.spread*random.NormFloat64()))
		before, after := w.unit(i, w.old), w.unit(i, w.new)
		w.ask(before, random, own, sharedOld, w.regime.stopsBoth())
		shake := w.shake
		if shake > 0 && random.IntN(2) == 0 {
			shake = -shake
		}
		w.ask(after, random, own-w.drop+shake, sharedNew, w.stop)
		old, new = append(old, before), append(new, after)
	}
	if w.regime != nil && w.regime.bend != nil {
		return w.regime.bend(random, w, old, new)
	}
	return old, new
}

func uniform(random *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = random.Float64()
	}
	return out
}

func (w world) unit(i, samples int) *caseSamples {
	times := int32(samples)
	u := &caseSamples{suiteVariant: &suiteVariant{suite: fmt.Sprint("suite ", i%max(w.suites, 1))}, name: fmt.Sprint("case ", i), counts: counts{times: times, need: times}}
	if w.cluster > 0 {
		u.cluster = fmt.Sprint("cluster ", w.regime.clusterOf(i, w.cluster))
	}
	if w.variants > 0 {
		u.name, u.variant = fmt.Sprint("case ", i/w.variants), fmt.Sprint("prompt=", i%w.variants)
	}
	return u
}

// ask draws the samples of a case; shared are the fates of its cluster.
func (w world) ask(u *caseSamples, random *rand.Rand, rate float64, shared []float64, stop bool) {
	if w.metric {
		u.metrics = []metricTotal{{metricKind: w.regime.kind()}}
	}
	for i := range u.times {
		if stop && u.decided() != "" {
			u.stopped = true
			return
		}
		fate := random.Float64()
		if shared != nil && random.Float64() < w.regime.alike() {
			fate = shared[i]
		}
		switch {
		case w.errors > 0 && random.Float64() < w.errors:
			u.error++
			continue
		case fate < rate:
			u.pass++
		default:
			u.fail++
		}
		if w.metric {
			passed := fate < rate
			u.metrics[0].addValue(w.regime.value(random, passed))
			if i < u.sure() {
				u.metrics[0].sure++
			}
		}
	}
}

// verdictOf compares as Compare does.
func verdictOf(old, new []*caseSamples) Verdict {
	opts := Options{}.withDefaults()
	p := newPairing(old, new, nil)
	c := newComparison("base", "new", p, opts)
	settle([]*Comparison{c}, []*pairing{p}, opts)
	return c.Verdict
}

// verdicts is the share of so many comparisons that come out as each verdict.
func (w world) verdicts(rounds int) map[Verdict]float64 {
	found := make([]Verdict, rounds)
	inParallel(rounds, func(i int) { found[i] = verdictOf(w.runs(rand.New(rand.NewPCG(uint64(i), 5)))) })
	shares := map[Verdict]float64{}
	for _, v := range found {
		shares[v] += 1 / float64(rounds)
	}
	return shares
}

// rounds is how many comparisons are simulated, and how far a share of 5 %
// may be from what it is by chance alone (four standard errors).
func rounds() (n int, slack float64) {
	n = 100
	if slowtest.Full() {
		n = 4000
	}
	return n, 4 * math.Sqrt(.05*.95/float64(n))
}

// statistics is the page that shows what is simulated.
const statistics = "../../../docs/statistics.md"

// holdTable holds a table of the page against what was simulated now, or with
// -update writes it. The fast part of a simulation is not what the page shows.
func holdTable(t *testing.T, name string, rows []string) {
	t.Helper()
	got := strings.Join(rows, "\n") + "\n"
	t.Logf("%s:\n%s", name, got)
	if !slowtest.Full() || runtime.GOARCH != "amd64" { // where a processor rounds otherwise, so may the last digit
		return
	}
	text, err := os.ReadFile(statistics)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), "<!-- "+name+" -->\n")
	want, after, end := strings.Cut(rest, "<!-- end -->")
	if !ok || !end {
		t.Fatalf("%s has no place for the table %s", statistics, name)
	}
	if want == got {
		return
	}
	if !*update {
		t.Errorf("%s shows another table; run this test with -update\n%s", statistics, want)
		return
	}
	page := before + "<!-- " + name + " -->\n" + got + "<!-- end -->" + after
	if err := os.WriteFile(statistics, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}
