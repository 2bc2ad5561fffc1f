// Package work bounds what loading suites may cost, whatever they say. Suites can
// come from people who are not trusted, and few lines can make work without end:
// variants times rows, templates that fill in templates.
package work

import (
	"fmt"
	"math"

	"github.com/evalrun/evalrun/suite/internal/source"
)

// MaxSteps bounds the work of a whole load, in the steps of expressions.
const MaxSteps = 500_000_000

// What is done, in steps. What is kept for the whole run, programs,
// assertions and the cells of cases, counts more, for its memory.
const (
	CaseSteps    = 50
	CompileSteps = 1_000
	KeptSteps    = 250
	BytesPerStep = 256
)

// TooMuch is the message where a budget is exhausted.
var TooMuch = fmt.Sprintf("the suites take too much work: cases, templates and their expressions come to more than %d steps", MaxSteps)

// Budget is what a load may still do. It is not safe for concurrent use.
type Budget struct {
	left      int64
	exhausted bool
}

// New gives a budget of so many steps.
func New(steps int64) *Budget { return &Budget{left: steps} }

// Unbind lets all work through until the next Renew.
func (b *Budget) Unbind() { *b = Budget{left: math.MaxInt64} }

// Renew begins a pass over cases that the load has let through: their
// steps are within the bound, and a run must not end in the middle because it
// makes them once more. Work that the load refused stays refused.
func (b *Budget) Renew() {
	if !b.exhausted {
		b.left = MaxSteps
	}
}

// Spend takes so many steps from the budget, and reports whether they may be done.
func (b *Budget) Spend(steps int) bool {
	if b.exhausted || int64(steps) > b.left {
		b.exhausted = true
		return false
	}
	b.left -= int64(steps)
	return true
}

// Exhausted reports whether more was asked for than was left.
func (b *Budget) Exhausted() bool { return b.exhausted }

// ValueBytes is what a value counts besides its text.
const ValueBytes = 64

// Weigh gives what a value amounts to when it is written out, in bytes; from
// limit on it stops, and gives more than limit.
func Weigh(v *source.Value, limit int) int {
	total := ValueBytes + len(v.Text)
	if v.Blob != nil {
		total += len(v.Blob.Data)
	}
	for i := 0; i < len(v.Items) && total <= limit; i++ {
		total += Weigh(v.Items[i], limit-total)
	}
	for i := 0; i < len(v.Members) && total <= limit; i++ {
		m := &v.Members[i]
		total += len(m.Key) + Weigh(m.Value, limit-total)
	}
	return total
}
