package prices

import (
	"time"

	"github.com/evalrun/evalrun/tokens"
)

// Estimate is what a number of requests to one model may cost.
type Estimate struct {
	Model    string
	Requests int
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
func (e *Estimates) Add(model string, req *tokens.Request, times int) {
	n := float64(times)
	one := Estimate{
		Model: model, Requests: times, Output: req.MaxTokens * n, Cached: req.Cached, Open: req.Open,
		Input: tokens.Estimate{Low: req.Input.Low * n, Likely: req.Input.Likely * n, High: req.Input.High * n, Unread: req.Input.Unread * times},
	}
	cost, err := e.table.Between(model, req, e.when)
	if err != nil {
		one.Unknown = err.Error()
	}
	one.Cost = cost.Times(times)
	for i := range e.models {
		if e.models[i].Model == model {
			e.models[i] = e.models[i].plus(&one)
			return
		}
	}
	e.models = append(e.models, one)
}

// Models are the sums so far, in the order in which the models came.
func (e *Estimates) Models() []Estimate { return e.models }
