package prices

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/cost/tokens"
)

// Asked is who is sent requests.
type Asked struct {
	Model string
	// Judge says that the requests are about answers, and not the cases' own.
	Judge bool
}

// Estimate is what a number of requests to one model may cost.
type Estimate struct {
	Asked
	Requests int
	// Fewer says that some of them may turn out not to be sent; Input and Cost
	// are at least those of the others.
	Fewer bool
	// Input is the tokens of all their prompts together, Output the most that
	// all their answers have.
	Input  tokens.Estimate
	Output float64
	Cost   Range
	// Unknown says why Cost is not known, "" where it is.
	Unknown string
	// Cached says that parts of prompts are marked for the cache: Cost reaches
	// from all of it read to all of it written.
	Cached bool
	// Open says that there can be more requests or tokens than these: as often
	// as tools are used, or as much as they read.
	Open bool
}

// plus is both together.
func (e Estimate) plus(o *Estimate) Estimate {
	e.Requests += o.Requests
	e.Fewer = e.Fewer || o.Fewer
	e.Input = e.Input.Plus(o.Input)
	e.Output += o.Output
	e.Cost = e.Cost.Plus(o.Cost)
	if e.Unknown == "" {
		e.Unknown = o.Unknown
	}
	e.Cached = e.Cached || o.Cached
	e.Open = e.Open || o.Open
	return e
}

// Total is all estimates together. Where the cost of some is unknown, its Cost
// is that of the others.
func Total(estimates []Estimate) Estimate {
	var sum Estimate
	for i := range estimates {
		sum = sum.plus(&estimates[i])
	}
	return sum
}

// Estimates adds requests up by their model. The zero value is not usable.
type Estimates struct {
	table  *Table
	when   time.Time
	models []Estimate
}

// NewEstimates makes an empty sum at a table's prices of a time.
func NewEstimates(table *Table, when time.Time) *Estimates {
	return &Estimates{table: table, when: when}
}

// Add counts a request in that is sent so many times.
func (e *Estimates) Add(of Asked, req *tokens.Request, times int) {
	e.add(e.estimate(of, req, times))
}

// AddPossible counts a request in that is sent so many times or not at all.
func (e *Estimates) AddPossible(of Asked, req *tokens.Request, times int) {
	one := e.estimate(of, req, times)
	one.Fewer, one.Input.Low, one.Cost.Low = true, 0, 0
	e.add(one)
}

func (e *Estimates) estimate(of Asked, req *tokens.Request, times int) Estimate {
	n := float64(times)
	one := Estimate{
		Asked: of, Requests: times, Output: req.MaxTokens * n, Cached: req.Cached, Open: req.Open,
		Input: tokens.Estimate{Low: req.Input.Low * n, Likely: req.Input.Likely * n, High: req.Input.High * n, Unread: req.Input.Unread * times},
	}
	cost, err := e.table.Between(of.Model, req, e.when)
	if err != nil {
		one.Unknown = err.Error()
	}
	one.Cost = cost.Times(times)
	return one
}

func (e *Estimates) add(one Estimate) {
	for i := range e.models {
		if e.models[i].Asked == one.Asked {
			e.models[i] = e.models[i].plus(&one)
			return
		}
	}
	e.models = append(e.models, one)
}

// Models are the sums so far, in the order in which the models came, judges
// last.
func (e *Estimates) Models() []Estimate {
	out := slices.Clone(e.models)
	slices.SortStableFunc(out, func(a, b Estimate) int {
		switch {
		case a.Judge == b.Judge:
			return 0
		case b.Judge:
			return -1
		}
		return 1
	})
	return out
}
