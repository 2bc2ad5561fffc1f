package prices

import (
	"cmp"
	"errors"
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

// Sent is a request that is sent so many times, or Possible: perhaps not at
// all. MoreRequests says that others like it may follow.
type Sent struct {
	To                     Asked
	Request                tokens.Request
	Times                  int
	Possible, MoreRequests bool
}

// Estimate is what a number of requests to one model may cost.
type Estimate struct {
	Asked
	Requests int
	// Fewer says that some of them may turn out not to be sent; Input and Cost
	// are at least those of the others.
	Fewer bool
	// Input is the tokens of all their prompts together, Output the most that
	// all their answers have. Largest is the most tokens that one of them takes,
	// in and out, but for what Open says.
	Input   tokens.Estimate
	Output  float64
	Largest float64
	Cost    Range
	// Worst is the most that all of them cost in US dollars, by which a budget
	// is kept. Unbounded describes the first for which there is no such number
	// why, and Worst is that of the others; nil where there is none.
	Worst     float64
	Unbounded *Unbounded
	// Unknown says why Cost and Worst are not known, "" where they are.
	Unknown string
	// Cached says that parts of prompts are marked for the cache: Cost reaches
	// from all of it read to all of it written.
	Cached bool
	// Open says that there can be more tokens than these: as much as the server
	// reads or samples besides. MoreRequests says that there can be more
	// requests, as often as tools are used.
	Open, MoreRequests bool
}

// plus is both together.
func (e Estimate) plus(o *Estimate) Estimate {
	e.Requests += o.Requests
	e.Fewer = e.Fewer || o.Fewer
	e.Input = e.Input.Plus(o.Input)
	e.Output += o.Output
	e.Largest = max(e.Largest, o.Largest)
	e.Cost = e.Cost.plus(o.Cost)
	e.Worst += o.Worst
	e.Unbounded = cmp.Or(e.Unbounded, o.Unbounded)
	if e.Unknown == "" {
		e.Unknown = o.Unknown
	}
	e.Cached = e.Cached || o.Cached
	e.Open = e.Open || o.Open
	e.MoreRequests = e.MoreRequests || o.MoreRequests
	return e
}

// Merge is the estimates of lists that are sent together, those of one model and
// purpose as one, in their order.
func Merge(lists ...[]Estimate) []Estimate {
	var out []Estimate
	for _, e := range slices.Concat(lists...) {
		i := slices.IndexFunc(out, func(o Estimate) bool { return o.Asked == e.Asked })
		if i < 0 {
			out = append(out, e)
			continue
		}
		out[i] = out[i].plus(&e)
	}
	return out
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

// Add counts a request in.
func (e *Estimates) Add(s *Sent) {
	req, n := &s.Request, float64(s.Times)
	one := Estimate{
		Asked: s.To, Requests: s.Times, Output: req.MaxTokens * n, Largest: req.AtMost(), Cached: req.Cached, Open: req.More(), MoreRequests: s.MoreRequests,
		Input: tokens.Estimate{Low: req.Input.Low * n, Likely: req.Input.Likely * n, High: req.Input.High * n, Unread: req.Input.Unread * s.Times},
	}
	cost, err := e.table.between(s.To.Model, req, e.when)
	if err != nil {
		one.Unknown = err.Error()
	}
	one.Cost = cost.Times(s.Times)
	worst, err := e.table.Worst(s.To.Model, req, e.when)
	if !errors.As(err, &one.Unbounded) && err != nil {
		one.Unknown = err.Error()
	}
	one.Worst = worst * n
	if s.Possible {
		one.Fewer, one.Input.Low, one.Cost.Low = true, 0, 0
	}
	e.add(one)
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
