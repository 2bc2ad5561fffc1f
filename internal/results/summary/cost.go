package summary

import (
	"math"

	"github.com/evalrun/evalrun/record"
)

// Cost is what answers cost, in US dollars. Where Unknown is not 0 the sums
// are lower bounds: a cost that is not known is never counted as nothing.
type Cost struct {
	// USD is the sum of all costs that are known; Judges is the part of it
	// that is of judges' answers.
	USD, Judges float64
	// Spent is what was paid for in this run: USD without what a record
	// answered.
	Spent float64
	// Known and Unknown count the answers by whether their cost is known.
	Known, Unknown int
}

// maxCost is the most that one answer can cost: some ten million times what
// the dearest does. A record that says more is wrong.
const maxCost = 1e9

// addAnswer counts an answer in.
func (c *Cost) addAnswer(e *record.Exchange) {
	if e.CostUSD == nil || *e.CostUSD > maxCost {
		c.Unknown++
		return
	}
	c.Known++
	c.USD = AddUSD(c.USD, *e.CostUSD)
	if !e.IsAnswer() {
		c.Judges = AddUSD(c.Judges, *e.CostUSD)
	}
	if !e.Reused {
		c.Spent = AddUSD(c.Spent, *e.CostUSD)
	}
}

// AddUSD is the sum of two amounts of US dollars, to 12 decimals: a sum of
// prices of tokens is exact, and compares as such with a bound.
func AddUSD(a, b float64) float64 { return math.Round((a+b)*1e12) / 1e12 }

func (c *Cost) add(other Cost) {
	c.USD = AddUSD(c.USD, other.USD)
	c.Judges = AddUSD(c.Judges, other.Judges)
	c.Spent = AddUSD(c.Spent, other.Spent)
	c.Known += other.Known
	c.Unknown += other.Unknown
}
