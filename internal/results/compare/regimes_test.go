package compare

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// regime is what may be odd about two runs besides what a world says: how their
// answers are missing, ended, chosen, kept or merged. A nil regime is none.
type regime struct {
	name      string
	stopBoth  bool
	metric    *metricKind
	values    func(random *rand.Rand, passed bool) float64
	likeness  float64 // share of fates that a cluster shares, where it is not half
	clusterAt func(i int) int
	// bend changes the runs that were drawn.
	bend func(random *rand.Rand, w world, old, new []*caseSamples) (oldBent, newBent []*caseSamples)
	// failed says that the new run's cases were chosen by --failed.
	failed bool
	// metricOnly says that the difference of the rates is not what is simulated.
	metricOnly bool
}

func (r *regime) stopsBoth() bool { return r != nil && r.stopBoth }

func (r *regime) kind() *metricKind {
	if r == nil || r.metric == nil {
		return &metricKind{name: "length", better: "lower"}
	}
	return r.metric
}

func (r *regime) value(random *rand.Rand, passed bool) float64 {
	if r == nil || r.values == nil {
		return math.Round(100 + 20*random.NormFloat64())
	}
	return r.values(random, passed)
}

func (r *regime) alike() float64 {
	if r == nil || r.likeness == 0 {
		return .5
	}
	return r.likeness
}

func (r *regime) clusterOf(i, size int) int {
	if r == nil || r.clusterAt == nil {
		return i / size
	}
	return r.clusterAt(i)
}

var (
	scoreKind = &metricKind{name: "tone.score", better: "higher", share: true}
	// byOutcome is a metric that goes with the outcome, as the length of an answer
	// that gave up does.
	byOutcome = func(random *rand.Rand, passed bool) float64 {
		return math.Round(100 + 20*random.NormFloat64() + 60*oneIf(!passed))
	}
	// mostlyOne is a judge's score: most answers are given 1, few much less.
	mostlyOne = func(random *rand.Rand, _ bool) float64 {
		if random.Float64() < .06 {
			return .1
		}
		return 1
	}
	// skewed is a length that few answers have much of.
	skewed = func(random *rand.Rand, _ bool) float64 { return math.Round(100 * math.Exp(random.NormFloat64())) }
)

// newErrors takes a share of the new run's answers away, whatever they were.
func newErrors(share float64) func(*rand.Rand, world, []*caseSamples, []*caseSamples) ([]*caseSamples, []*caseSamples) {
	return func(random *rand.Rand, w world, old, new []*caseSamples) ([]*caseSamples, []*caseSamples) {
		w.regime, w.errors = &regime{stopBoth: true}, 0
		old, new = old[:0:0], new[:0:0]
		for i := range w.cases {
			before, after := w.unit(i, w.old), w.unit(i, w.new)
			w.ask(before, random, w.rate, nil, true)
			broken := w
			broken.errors = share
			broken.ask(after, random, w.rate-w.drop, nil, true)
			old, new = append(old, before), append(new, after)
		}
		return old, new
	}
}

// failsMissing takes the answers of a share of the new run's fails away.
func failsMissing(share float64) func(*rand.Rand, world, []*caseSamples, []*caseSamples) ([]*caseSamples, []*caseSamples) {
	return func(random *rand.Rand, _ world, old, new []*caseSamples) ([]*caseSamples, []*caseSamples) {
		for _, u := range new {
			for range u.fail {
				if random.Float64() < share {
					u.fail, u.error = u.fail-1, u.error+1
				}
			}
		}
		return old, new
	}
}

// fallen makes a share of the cases fail as a whole in the new run, and the
// others pass.
func fallen(share float64) func(*rand.Rand, world, []*caseSamples, []*caseSamples) ([]*caseSamples, []*caseSamples) {
	return func(random *rand.Rand, _ world, old, new []*caseSamples) ([]*caseSamples, []*caseSamples) {
		for _, u := range new {
			u.pass, u.fail = u.times, 0
			if random.Float64() < share {
				u.pass, u.fail = 0, u.times
			}
		}
		return old, new
	}
}

// asBaseline writes the base as a baseline and reads it again.
func asBaseline(_ *rand.Rand, _ world, old, new []*caseSamples) (oldBent, newBent []*caseSamples) {
	var text bytes.Buffer
	if err := (&Side{cases: old, Complete: true}).WriteBaseline(&text); err != nil {
		panic(err)
	}
	side, err := readBaseline("baseline", &text)
	if err != nil {
		panic(err)
	}
	return side.cases, new
}

// oneRequest makes that all cases of the new run send the same.
func oneRequest(_ *rand.Rand, _ world, old, new []*caseSamples) (oldBent, newBent []*caseSamples) {
	for i := range old {
		old[i].request, new[i].request = request{key: uint64(i + 2)}, request{key: 1}
	}
	return old, new
}

// failedAgain asks those that failed again, and takes only them.
func failedAgain(random *rand.Rand, w world, old, _ []*caseSamples) (oldBent, newBent []*caseSamples) {
	var again []*caseSamples
	for i, u := range old {
		if u.fail > 0 {
			after := w.unit(i, w.new)
			w.ask(after, random, w.rate, nil, false)
			again = append(again, after)
		}
	}
	return old, again
}

// regimes are everyday ways in which runs of which nothing changed, or of which
// something did, may seem to say another thing.
var regimes = []world{
	{cases: 30, old: 5, new: 5, rate: .8, spread: .1, stop: true, metric: true, regime: &regime{name: "a. full base, new run stopped early, a metric that goes with the outcome", values: byOutcome, metricOnly: true}},
	{cases: 60, old: 10, new: 10, rate: .8, spread: .1, stop: true, metric: true, regime: &regime{name: "a. the same", values: byOutcome, metricOnly: true}},
	{cases: 200, old: 10, new: 10, rate: .97, regime: &regime{name: "b. both stopped early, 1 % errors in the new run", bend: newErrors(.01), metricOnly: true}},
	{cases: 200, old: 10, new: 10, rate: .97, regime: &regime{name: "b. the same, 5 % errors", bend: newErrors(.05), metricOnly: true}},
	{cases: 60, old: 10, new: 1, rate: .9, metric: true, regime: &regime{name: "c. baseline of 10 samples against 1, a skewed metric", values: skewed, bend: asBaseline}},
	{cases: 60, old: 10, new: 1, rate: .9, metric: true, regime: &regime{name: "c. the same, a judge's score", metric: scoreKind, values: mostlyOne, bend: asBaseline}},
	{cases: 200, old: 1, new: 10, rate: .9, cluster: 10, regime: &regime{name: "d. clusters of 10, 1 sample against 10", likeness: 1}},
	{cases: 200, old: 1, new: 10, rate: .9, variants: 5, regime: &regime{name: "d. 5 variants a case, 1 sample against 10", likeness: 1}},
	{cases: 200, old: 1, new: 1, rate: .8, spread: .1, regime: &regime{name: "e. half of the new run's fails are errors", bend: failsMissing(.5)}},
	{cases: 200, old: 1, new: 1, rate: .8, spread: .1, drop: .1, regime: &regime{name: "e. the same, and a drop of 10 points", bend: failsMissing(.5)}},
	{cases: 200, old: 1, new: 1, rate: 1, drop: .4, regime: &regime{name: "f. 80 of 200 new answers are missing, all of them fails", bend: failsMissing(1)}},
	{cases: 40, old: 1, new: 1, rate: 1, drop: 1, regime: &regime{name: "g. all cases send one request, and all fail", bend: oneRequest}},
	{cases: 500, old: 1, new: 1, rate: 1, drop: .05, cluster: 10, regime: &regime{name: "h. one cluster holds 70 % of the cases, a drop of the margin", likeness: 1, clusterAt: func(i int) int { return max(0, i-349) / 10 }}},
	{cases: 300, old: 1, new: 1, rate: .85, regime: &regime{name: "i. what failed is asked again", bend: failedAgain, failed: true, metricOnly: true}},
	{cases: 30, old: 10, new: 10, rate: 1, drop: .06, regime: &regime{name: "6 % of the cases fall as a whole, the others pass always", bend: fallen(.06)}},
	{cases: 100, old: 10, new: 10, rate: 1, drop: .06, regime: &regime{name: "the same", bend: fallen(.06)}},
	{cases: 100, old: 1, new: 1, rate: .9, drop: .05, regime: &regime{name: "a drop of the margin"}},
	{cases: 300, old: 3, new: 3, rate: .9, spread: .05, drop: .05, suites: 6, metric: true, regime: &regime{name: "a drop of the margin, 6 suites, a metric"}},
	{cases: 200, old: 2, new: 2, rate: .9, drop: .05, cluster: 8, regime: &regime{name: "a drop of the margin, clusters of 8", likeness: 1}},
}

// tally is what so many comparisons came to.
type tally struct {
	regressed, improved, notWorse, covered, width float64
}

func (w world) tally(rounds int) tally {
	all := make([]tally, rounds)
	inParallel(rounds, func(i int) {
		opts := Options{}.withDefaults()
		old, new := w.runs(rand.New(rand.NewPCG(uint64(i), 11)))
		c, err := Compare(&Side{Name: "base", cases: old}, &Side{Name: "new", cases: new, header: header{ByOutcome: w.regime.failed}}, opts)
		if err != nil {
			panic(err)
		}
		iv := c.Overall.Interval
		all[i] = tally{
			regressed: oneIf(c.Verdict == Regressed), improved: oneIf(c.Verdict == Improved || c.anyMetric(Improved)), notWorse: oneIf(c.Verdict == NotWorse),
			covered: oneIf(iv[0] <= -w.drop+1e-12 && -w.drop-1e-12 <= iv[1]), width: iv[1] - iv[0],
		}
	})
	var sum tally
	n := float64(rounds)
	for _, one := range all {
		sum.regressed += one.regressed / n
		sum.improved += one.improved / n
		sum.notWorse += one.notWorse / n
		sum.covered += one.covered / n
		sum.width += one.width / n
	}
	return sum
}

func (c *Comparison) anyMetric(v Verdict) bool {
	for _, m := range c.Metrics {
		if m.Verdict == v {
			return true
		}
	}
	return false
}

// No regime has more false verdicts than the level of a direction, 2.5 %, and
// what so many rounds leave to chance.
func TestRegimes(t *testing.T) {
	n := 100
	if slowtest.Full() {
		n = 2000
	}
	slack := 4 * math.Sqrt(.025*.975/float64(n))
	rows := []string{"| regime | cases × samples | true difference | REGRESSED | IMPROVED | NOT WORSE | coverage | width |", "|:--|:--|--:|--:|--:|--:|--:|--:|"}
	for _, w := range regimes {
		got := w.tally(n)
		row := fmt.Sprintf("| %s | %d × %s | %.0f | %.1f %% | %.1f %% | %.1f %% |", w.regime.name, w.cases, strings.ReplaceAll(w.samplesOnly(), " and ", "/"), 0-100*w.drop, 100*got.regressed, 100*got.improved, 100*got.notWorse)
		if w.regime.metricOnly {
			row += " | |"
		} else {
			row += fmt.Sprintf(" %.1f %% | %.3f |", 100*got.covered, got.width)
		}
		rows = append(rows, row)
		if w.drop == 0 && got.regressed > .025+slack {
			t.Errorf("%s: %.1f %% are REGRESSED, want 2.5 %% at most", w.regime.name, 100*got.regressed)
		}
		if got.improved > .025+slack {
			t.Errorf("%s: %.1f %% are IMPROVED, want 2.5 %% at most", w.regime.name, 100*got.improved)
		}
		if w.drop >= .05 && got.notWorse > .025+slack {
			t.Errorf("%s: %.1f %% are NOT WORSE, want 2.5 %% at most", w.regime.name, 100*got.notWorse)
		}
	}
	holdTable(t, "regimes", rows)
}

func (w world) samplesOnly() string {
	if w.old != w.new {
		return fmt.Sprintf("%d/%d", w.old, w.new)
	}
	return fmt.Sprint(w.old)
}
