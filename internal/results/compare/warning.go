package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// warn collects what to know before believing the comparison.
func (c *Comparison) warn(old, new *Side, p *pairing) {
	c.Warnings = []Warning{}
	c.warnOfRequests(p)
	c.warnOfTools(old, new)
	c.warnOfMissingAnswers(p)
	for _, side := range []*Side{old, new} {
		if side.header.ByOutcome {
			c.add("chosen", "%s holds cases that failed before (--failed): such pass more often when they are asked again, though nothing changed, so that there is no improvement to be seen", side.Name)
		}
	}
	for _, side := range []*Side{old, new} {
		if !side.Complete {
			c.add("incomplete", "%s is of a run that was cut short: the missing cases may differ from the others", side.Name)
		}
	}
	c.warnOfSources(old, new)
	c.warnOfBatches(old, new)
	c.warnOfQueues(old, new)
	c.warnOfLists(p)
	c.warnOfErrors(p)
	if p.byVerdict {
		c.add("stopped-early", "samples were ended early in %d of %d cases: all cases are compared by their verdicts, not by rates",
			countIf(p.pairs, func(q pair) bool { return q.old.stopped || q.new.stopped }), len(p.pairs))
	}
	uneven := func(q pair) bool { return q.old.times != q.new.times || q.old.required() != q.new.required() }
	if n := countIf(p.pairs, uneven); n > 0 {
		one := p.pairs[slices.IndexFunc(p.pairs, uneven)]
		c.add("repeats", "%d of %d cases have to pass another number of times than in the base, such as %d of %d instead of %d of %d: cases may be newly failing or newly passing because of that",
			n, len(p.pairs), one.new.required(), one.new.times, one.old.required(), one.old.times)
	}
	same := func(q pair) bool { return q.old.answer != 0 && q.old.answer == q.new.answer }
	if n := countIf(p.pairs, same); n > 0 {
		c.add("reused", "%d of %d cases have the same recorded answer on both sides (reused or replayed): they are no new evidence", n, len(p.pairs))
	}
	c.warnOfUnits()
	for _, name := range sortedKeys(c.Metrics) {
		if c.Metrics[name].mixed {
			c.add("metric", "cases disagree on which side of the metric %s is better; it has no verdict", name)
		}
	}
	c.warnOfMissing()
	c.warnOfUnseen()
	for _, name := range sortedKeys(c.redefined) {
		c.add("metric", "in %d of %d cases the expression of the metric %s changed; they are left out of the metric", c.redefined[name], len(p.pairs), name)
	}
	if len(p.aside) > 1 {
		c.add("axes", "several axes differ at once (%s): which of them made the difference is not known", strings.Join(slices.Sorted(maps.Keys(p.aside)), ", "))
	}
}

// warnOfMissing names the answers that lack a value of a metric.
func (c *Comparison) warnOfMissing() {
	for _, name := range sortedKeys(c.Metrics) {
		if m := c.Metrics[name]; m.Missing != (Missing{}) {
			c.add("missing", "the metric %s is compared over %d of %s; %s", name, m.Pairs, wording.Count(m.Of, "case"), m.Missing)
		}
	}
	for _, m := range c.lost {
		if m.missing == (Missing{}) {
			c.add("missing", "the metric %s cannot be compared: the baseline keeps no values of it, answer by answer; write it again with `evalrun baseline`", m.name)
			continue
		}
		c.add("missing", "the metric %s cannot be compared: %s", m.name, m.missing)
	}
}

// String says how many answers lack a value: no value in 10 new answers.
func (m Missing) String() string {
	switch {
	case m.New == 0:
		return "no value in " + wording.Count(m.Base, "base answer")
	case m.Base == 0:
		return "no value in " + wording.Count(m.New, "new answer")
	}
	return fmt.Sprintf("no value in %s and %s", wording.Count(m.Base, "base answer"), wording.Count(m.New, "new answer"))
}

// warnOfUnseen names the metrics whose verdict is of too few cases to show what would
// undo it. These are as large a share of all cases as those asked leave possible, and
// change by what may be expected of the metric. Nothing in the values of a run says
// whether there are such cases.
func (c *Comparison) warnOfUnseen() {
	for _, name := range sortedKeys(c.Metrics) {
		m := c.Metrics[name]
		if m.Difference > 0 || m.Verdict != Improved && m.Verdict != Regressed {
			continue
		}
		share := m.unseen(m.Level)
		if change := -m.Difference * (1 - share) / share; change < m.rise {
			c.add("unseen", "the metric %s is %s over %s, which need not show what 1 case in %.0f does: if it rose by %.4g in such cases, its mean did not change",
				name, m.Verdict, wording.Count(m.Pairs, "case"), 1/share, change)
		}
	}
}

// requestsOf counts the different requests of one side of pairs; none where one
// is not known.
func requestsOf(pairs []pair, side func(pair) *caseSamples) int {
	seen := map[uint64]bool{}
	for _, q := range pairs {
		request := side(q).fingerprint()
		if request == 0 {
			return 0
		}
		seen[request] = true
	}
	return len(seen)
}

// warnOfRequests says where cases no longer send what makes them differ.
func (c *Comparison) warnOfRequests(p *pairing) {
	before := requestsOf(p.pairs, func(q pair) *caseSamples { return q.old })
	after := requestsOf(p.pairs, func(q pair) *caseSamples { return q.new })
	if 0 < after && after < before {
		c.add("requests", "the same %s sent %d different requests in the base, and send %d now: a variable may no longer reach the request",
			wording.Count(len(p.pairs), "case"), before, after)
	}
}

// missingLevel is that of the test of whether answers are missing as often on
// either side.
const missingLevel = .01

// warnOfMissingAnswers says where one side lacks more answers than the other, by
// the cases of which it does.
func (c *Comparison) warnOfMissingAnswers(p *pairing) {
	more := map[int]float64{} // by independent draw
	all := slices.Concat(p.pairs, p.notComparable)
	numberDraws(all)
	for _, q := range all {
		if old, new := q.old.all(), q.new.all(); old > 0 && new > 0 {
			more[q.draw] += float64(q.new.error)/float64(new) - float64(q.old.error)/float64(old)
		}
	}
	up, down := 0, 0
	for _, share := range more {
		if share > 0 {
			up++
		}
		if share < 0 {
			down++
		}
	}
	if p := stats.McNemar(up, down); p < missingLevel {
		c.add("missing-answers", "answers are missing more often in one run than in the other: in %d cases more in the new run, in %d more in the base (p = %.2g); the interval holds whatever these answers would have been", up, down, p)
	}
}

// warnOfUnits says what a verdict is kept from by too few units, or by one that
// decides.
func (c *Comparison) warnOfUnits() {
	n := c.Overall.Units
	d := &c.Overall.difference
	if n > stats.FewestDegrees && n < fewUnits {
		c.add("few", "only %s: a single one moves the result by %.0f points", wording.Count(n, "independent case"), 100/float64(n))
	}
	switch {
	case c.Overall.Pairs == 0 || !d.unknown:
	case n > stats.FewestDegrees && d.largest > stats.LargestUnit:
		c.add("dominant", "one cluster holds %.0f %% of the cases: what it does decides the comparison, and a verdict takes %.0f %% at most", 100*d.largest, 100*stats.LargestUnit)
	case n <= stats.FewestDegrees:
		c.add("few", "only %s: a verdict takes %d or more", wording.Count(n, "independent case"), stats.FewestDegrees+1)
	default:
		c.add("unequal", "the clusters are too unequal for a verdict: they count as %.1f, expected %d or more", d.degrees+1, stats.FewestDegrees+1)
	}
}

// fewUnits is below what any interval here is held to.
const fewUnits = 20

func (c *Comparison) add(code, format string, args ...any) {
	c.Warnings = append(c.Warnings, Warning{Code: code, Message: fmt.Sprintf(format, args...)})
}

// warnOfSources warns of answers that are not the API's.
func (c *Comparison) warnOfSources(old, new *Side) {
	before, after := sourcesText(old), sourcesText(new)
	switch {
	case before == "" || after == "": // a side without answers
	case before != after:
		c.add("sources", "the answers come from different sources: %s, and %s in %s", before, after, new.Name)
	case before != record.SourceAPI:
		c.add("sources", "the answers come from: %s", before)
	}
}

// warnOfBatches says that how long answers took cannot be compared where those of a
// side came in batches.
func (c *Comparison) warnOfBatches(old, new *Side) {
	switch before, after := old.header.Batched > 0, new.header.Batched > 0; {
	case before && after:
		c.add("batch", "the answers of both runs came in Message Batches, which do not say how long each took: latency is not comparable")
	case before || after:
		name := new.Name
		if before {
			name = old.Name
		}
		c.add("batch", "answers of %s came in Message Batches, at their price, and do not say how long each took: latency is not comparable, nor is the cost", name)
	default:
		return
	}
	c.Latency = nil
}

// warnOfQueues reports a side whose answers waited in a queue that its latencies
// are not the model's.
func (c *Comparison) warnOfQueues(sides ...*Side) {
	for _, side := range sides {
		var worst *summary.Queue
		for _, q := range side.queues {
			if worst == nil || q.ManyP50 > worst.ManyP50 {
				worst = q
			}
		}
		if worst != nil {
			c.add("queued", "latencies of %s are those of a queue: half of the answers took up to %s with up to %d requests under way, and %s with %d or more",
				side.Name, worst.FewP50.Round(time.Millisecond), worst.Few, worst.ManyP50.Round(time.Millisecond), worst.Many)
		}
	}
}

func sourcesText(s *Side) string {
	return strings.Join(slices.Sorted(maps.Keys(s.header.Sources)), ", ")
}

func (c *Comparison) warnOfLists(p *pairing) {
	for _, list := range []struct {
		n    int
		what string
	}{
		{len(p.changed), "are another question than before"},
		{len(p.removed), "are in the base only"},
		{len(p.added), "are new"},
		{len(p.notComparable), "have a side without an answer to compare"},
	} {
		if list.n > len(p.pairs) {
			c.add("coverage", "%d cases %s, more than the %d that are compared", list.n, list.what, len(p.pairs))
		}
	}
}

func (c *Comparison) warnOfErrors(p *pairing) {
	errors := c.Overall.BaseRate.Errors + c.Overall.NewRate.Errors
	if errors == 0 || c.Overall.Pairs == 0 {
		return
	}
	if decide(c.Overall.difference.withoutMissing().interval(c.Alpha), c.Margin) != c.Overall.Verdict {
		c.add("errors", "%d samples have no answer, and could decide the verdict", errors)
	}
	for _, name := range sortedKeys(c.Metrics) {
		if m := c.Metrics[name]; m.Better != "" && !p.chosenByOutcome && m.decidedBy(m.difference.withoutMissing().interval(m.Level), c.Margin) != m.Verdict {
			c.add("errors", "%d samples have no answer, and could decide the verdict of the metric %s", errors, name)
		}
	}
}

func countIf[T any](list []T, holds func(T) bool) int {
	n := 0
	for _, x := range list {
		if holds(x) {
			n++
		}
	}
	return n
}
