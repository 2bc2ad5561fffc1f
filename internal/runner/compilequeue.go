package runner

import (
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/suite"
)

// maxQueued is how many cases wait for expressions to be compiled. A case holds
// what it shows, images too.
const maxQueued = 64

// compileQueue compiles the expressions of cases side by side, while further
// cases are made, and gives the cases in their order.
type compileQueue struct {
	cases  []queuedCase
	shapes map[*suite.Shape]*compilation // of the cases
}

// queuedCase is a case and what becomes of its expressions.
type queuedCase struct {
	*suite.Case
	*compilation
}

// compilation is the expressions of a shape. out may be read once done is closed.
type compilation struct {
	out  *compiled
	done chan struct{}
}

// add has the expressions of a case compiled, unless its shape is known.
func (q *compileQueue) add(c *suite.Case, plan *Plan) {
	of := q.shapes[c.Shape]
	switch known := plan.compiled[c.Shape]; {
	case of != nil:
	case known != nil:
		of = &compilation{out: known, done: make(chan struct{})}
		close(of.done)
	default:
		of = &compilation{done: make(chan struct{})}
		go func() {
			defer fault.Catch()
			defer close(of.done)
			of.out = plan.compileOnly(c)
		}()
	}
	q.shapes[c.Shape] = of
	q.cases = append(q.cases, queuedCase{c, of})
}

// ready takes the first case if its expressions are compiled, or waits for that
// where too many cases are queued.
func (q *compileQueue) ready() (queuedCase, bool) {
	if len(q.cases) == 0 {
		return queuedCase{}, false
	}
	if len(q.cases) <= maxQueued {
		select {
		case <-q.cases[0].done:
		default:
			return queuedCase{}, false
		}
	}
	return q.next()
}

// next takes the first case once its expressions are compiled; false where there
// is none.
func (q *compileQueue) next() (queuedCase, bool) {
	if len(q.cases) == 0 {
		return queuedCase{}, false
	}
	first := q.cases[0]
	<-first.done
	q.cases = q.cases[1:]
	delete(q.shapes, first.Shape) // the plan has it from now on
	return first, true
}
