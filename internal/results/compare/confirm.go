package compare

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Confirmation is what came of asking cases that dropped anew, so many times on
// both sides. Only these answers are tested: that the cases were chosen by how they
// came out before does not make a drop more likely among them.
type Confirmation struct {
	// Times is how often a case was asked on either side.
	Times int `json:"times"`
	// Level is the share of confirmations that are false where nothing changed: that
	// of any in the run.
	Level float64 `json:"level"`
	// Cases were asked, Confirmed of them are confirmed, and NotAsked dropped and were
	// not asked, each with the reason.
	Cases     []Confirmed `json:"cases"`
	Confirmed int         `json:"confirmed"`
	NotAsked  []CaseRef   `json:"not_asked"`
}

// Confirmed is a case that was asked anew. PAdjusted is the exact p-value of the
// drop, adjusted by Holm's procedure for all that were asked.
type Confirmed struct {
	CaseRef
	Old       Tally   `json:"old"`
	New       Tally   `json:"new"`
	PValue    float64 `json:"p_value"`
	PAdjusted float64 `json:"p_adjusted"`
	Confirmed bool    `json:"confirmed"`
}

// maxConfirmed bounds how many cases are asked anew.
const maxConfirmed = 20

// FewestToConfirm is how many times a case must be asked on either side so that
// one that always passed and always fails now is confirmed, at alpha in both
// directions.
func FewestToConfirm(alpha float64) int {
	n := 1
	for stats.FisherDrop(n, n, 0, n) > alpha/2 {
		n++
	}
	return n
}

// Choose gives the cases of a comparison that are worth asking so many times anew:
// those that fell most, as many as could all be confirmed.
func (c *Comparison) Choose(times int) (chosen, left []CaseChange) {
	dropped := slices.DeleteFunc(slices.Clone(c.Regressed), func(d CaseChange) bool { return d.Difference >= 0 })
	most := min(maxConfirmed, int(c.Alpha/2/stats.FisherDrop(times, times, 0, times)*(1+1e-9)))
	n := min(most, len(dropped))
	return dropped[:n], dropped[n:]
}

// OldID and NewID name the case on either side.
func (c *CaseChange) OldID() record.ID { return c.pair.old.id() }

// NewID names the case on the new side.
func (c *CaseChange) NewID() record.ID { return c.pair.new.id() }

// Confirm tests the cases that were asked anew, of which the two sides hold
// nothing else; they are nil where none could be asked. A case whose answers are missing is tested as if these spoke
// against a drop.
func (c *Comparison) Confirm(base, new *Side, times int, notAsked []CaseRef, opts Options) {
	opts = opts.withDefaults()
	found := &Confirmation{Times: times, Level: opts.Alpha / 2, Cases: []Confirmed{}, NotAsked: append([]CaseRef{}, notAsked...)}
	p := &pairing{}
	if base != nil && new != nil {
		p = newPairing(base.cases, new.cases, judgeAnew(base, new, opts.Judge))
	}
	var values []float64
	for _, q := range slices.Concat(p.pairs, p.notComparable) {
		one := Confirmed{CaseRef: refOf(q.new), Old: tallyOf(q.old), New: tallyOf(q.new)}
		old, new := &q.old.counts, &q.new.counts
		one.PValue = stats.FisherDrop(int(old.pass), old.all(), int(new.pass+new.error), new.all())
		values = append(values, one.PValue)
		found.Cases = append(found.Cases, one)
	}
	for i, adjusted := range stats.Holm(values) {
		one := &found.Cases[i]
		one.PAdjusted, one.Confirmed = adjusted, adjusted <= found.Level
		found.Confirmed += int(oneIf(one.Confirmed))
	}
	for _, q := range p.changed {
		ref := refOf(q.new)
		ref.Reason = q.reason()
		found.NotAsked = append(found.NotAsked, ref)
	}
	slices.SortFunc(found.Cases, func(a, b Confirmed) int { return compareRefs(a.CaseRef, b.CaseRef) })
	c.confirmedBy(found)
}

// confirmedBy takes what was found into the comparison: a drop that is confirmed is
// a regression, and one that is not is no newly failing case to fail a run by.
func (c *Comparison) confirmedBy(found *Confirmation) {
	c.Confirmation = found
	if found.Confirmed > 0 {
		c.Verdict = Regressed
	}
	for i := range c.Regressed {
		d := &c.Regressed[i]
		k := slices.IndexFunc(found.Cases, func(one Confirmed) bool { return compareRefs(one.CaseRef, d.CaseRef) == 0 })
		if k < 0 {
			continue
		}
		d.Anew = &found.Cases[k]
		if d.Flipped && !d.Anew.Confirmed {
			c.Dropped--
		}
	}
}

// String says what became of the case.
func (c *Confirmed) String() string {
	word := "not confirmed"
	if c.Confirmed {
		word = "confirmed"
	}
	return fmt.Sprintf("%s: %d/%d → %d/%d asked anew", word, c.Old.Pass, c.Old.Pass+c.Old.Fail+c.Old.Error, c.New.Pass, c.New.Pass+c.New.Fail+c.New.Error)
}
