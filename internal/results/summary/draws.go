package summary

import (
	"hash/maphash"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Draws are cases that belong together, by what makes some of them one draw:
// they are variants of one case, share a cluster, or sent the same request.
type Draws struct {
	names, requests []uint64 // hashes; 0 for a request that is not known
	clusters        []uint64 // 0 for none; nil where no case has one
	came            []uint8  // indexes of outcomes
}

// Add adds a case. What it sent is known once AddAnswer was called with its
// answers.
func (d *Draws) Add(c *Case) {
	cluster := uint64(0)
	if c.Cluster != "" {
		cluster = maphash.String(textSeed, "cluster\x00"+c.Cluster)
	}
	d.add(maphash.String(textSeed, c.Suite+"\x00"+c.Case.Case), cluster, c.request, outcomeIndex(c.Outcome))
}

func (d *Draws) add(name, cluster, request uint64, came uint8) {
	if cluster != 0 && d.clusters == nil {
		d.clusters = make([]uint64, len(d.names), len(d.names)+1)
	}
	if d.clusters != nil {
		d.clusters = append(d.clusters, cluster)
	}
	d.names, d.requests, d.came = append(d.names, name), append(d.requests, request), append(d.came, came)
}

// join adds the cases of others that keep wants.
func (d *Draws) join(other *Draws, keep func(i int) bool) {
	for i := range other.names {
		if !keep(i) {
			continue
		}
		cluster := uint64(0)
		if other.clusters != nil {
			cluster = other.clusters[i]
		}
		d.add(other.names[i], cluster, other.requests[i], other.came[i])
	}
}

// SetDraws names the cases that the totals are of, for their rate.
func (t *Totals) SetDraws(d *Draws) { t.draws = d.rate(d.Units()) }

// rate is the interval of the cases' rate where some are one draw, of these
// units; nil where none are.
func (d *Draws) rate(units []int) *sharedDraws {
	if units == nil {
		return nil
	}
	var low, high []float64 // with errors as fails, and as passes
	var cluster []int
	for i, came := range d.came {
		if outcomes[came] == record.Skip {
			continue
		}
		pass := oneIf(outcomes[came] == record.Pass)
		low, high = append(low, pass), append(high, max(pass, oneIf(outcomes[came] == record.Errored)))
		cluster = append(cluster, units[i])
	}
	atLeast, atMost := stats.NewMean(low, cluster), stats.NewMean(high, cluster)
	if !atLeast.Known() || !atMost.Known() {
		return &sharedDraws{}
	}
	return &sharedDraws{&Interval{stats.ShareInterval(atLeast, alpha).Low, stats.ShareInterval(atMost, alpha).High}}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Units numbers the cases by their draws; nil where each is its own.
func (d *Draws) Units() []int {
	if !anyTwice(d.names) && !anyTwice(d.clusters) && !anyTwice(d.requests) {
		return nil
	}
	sets := stats.NewSets(len(d.names))
	for _, keys := range [][]uint64{d.names, d.clusters, d.requests} {
		first := make(map[uint64]int, len(keys))
		for i, key := range keys {
			other, known := first[key]
			switch {
			case key == 0:
			case known:
				sets.Join(i, other)
			default:
				first[key] = i
			}
		}
	}
	out := make([]int, len(d.names))
	for i := range out {
		out[i] = sets.Find(i)
	}
	return out
}

// anyTwice reports whether a hash other than 0 is there twice.
func anyTwice(hashes []uint64) bool {
	sorted := slices.Clone(hashes)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] != 0 && sorted[i] == sorted[i-1] {
			return true
		}
	}
	return false
}
