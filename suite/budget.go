package suite

import "fmt"

// What a load may cost, whatever the suites say. Suites can come from people
// who are not trusted, and few lines can make work without end:
// variants times rows, templates that fill in templates.
const (
	// maxSteps bounds the work of a whole load, in the steps of expressions.
	maxSteps = 500_000_000
	// maxFilled bounds what the templates of one case are filled in to, in
	// bytes.
	maxFilled = 64 << 20
	// maxBody bounds the body of one request, in bytes. It is above the
	// API's own bound, whose error a case may expect.
	maxBody = 64 << 20
	// maxText bounds the body as JSON, but for the data of files, in bytes: it
	// is in one line of the record, with its answer.
	maxText = 40 << 20
)

// What is done, in steps. What is kept for the whole run, programs,
// assertions and the cells of cases, counts more, for its memory.
const (
	caseSteps    = 50
	compileSteps = 1_000
	keptSteps    = 250
	bytesPerStep = 256
)

var tooMuchWork = fmt.Sprintf("the suites take too much work: cases, templates and their expressions come to more than %d steps", maxSteps)

// budget is what a load may still do.
type budget struct {
	left      int64
	exhausted bool // more was asked for than was left
}

func newBudget() *budget { return &budget{left: maxSteps} }

// renew begins a pass over cases that the load has let through: their
// steps are within the bound, and a run must not end in the middle because it
// makes them once more. Work that the load refused stays
// refused.
func (b *budget) renew() {
	if !b.exhausted {
		b.left = maxSteps
	}
}

// spend takes so many steps from the budget, and reports whether they may be done.
func (b *budget) spend(steps int) bool {
	if b.exhausted || int64(steps) > b.left {
		b.exhausted = true
		return false
	}
	b.left -= int64(steps)
	return true
}

// valueBytes is what a value counts besides its text.
const valueBytes = 64

// weigh gives what a value amounts to when it is written out, in bytes; from
// limit on it stops, and gives more than limit.
func weigh(v *Value, limit int) int {
	total := valueBytes + len(v.Text)
	if v.Blob != nil {
		total += len(v.Blob.Data)
	}
	for i := 0; i < len(v.Items) && total <= limit; i++ {
		total += weigh(v.Items[i], limit-total)
	}
	for i := 0; i < len(v.Members) && total <= limit; i++ {
		m := &v.Members[i]
		total += len(m.Key) + weigh(m.Value, limit-total)
	}
	return total
}
