package exprlang

import "fmt"

const (
	// maxSteps bounds the work of one run. A step is one turn of a predicate,
	// or the comparison of some hundred bytes.
	maxSteps = 1_000_000
	// maxBytes bounds what one run builds: strings, lists and maps.
	maxBytes = 16 << 20
	// maxElements bounds the elements of all lists and maps that one run
	// builds. It is expr-lang's own memory budget.
	maxElements = 1_000_000

	bytesPerStep = 256
)

var (
	errSteps = &sentence{message: fmt.Sprintf("the expression was stopped: it takes more than %d steps", maxSteps)}
	errBytes = &sentence{message: fmt.Sprintf("the expression was stopped: it builds more than %d MiB", maxBytes>>20)}
	errDepth = &sentence{message: fmt.Sprintf("the expression was stopped: a value nests more than %d levels deep", maxNesting)}
	errCount = fmt.Sprintf("the expression was stopped: it builds more than %d list elements", maxElements)
)

// frame is the state of one run: the values of the names and what is left of
// the budgets. Compiled expressions reach it as the name $env.
type frame struct {
	values map[string]any
	steps  int
	bytes  int
	record *record // nil but in a traced run
	taken  *int    // gets the steps when the run is over; may be nil
}

// work takes steps from the budget.
func (f *frame) work(steps int) error {
	f.steps += steps
	if f.steps > maxSteps || f.steps < 0 {
		return errSteps
	}
	return nil
}

// hash charges for looking a text up, which nearly always is a short one.
func (f *frame) hash(text string) error {
	if len(text) < bytesPerStep {
		return nil
	}
	return f.work(len(text) / bytesPerStep)
}

// cellsPerStep is how many pairs of small values are compared in one step,
// bytesPerCell how many bytes of two texts are in the time of such a pair.
const (
	cellsPerStep = 32
	bytesPerCell = 64
)

// product charges the work of a function that compares every one of n values
// with every one of m.
func (f *frame) product(n, m int) error {
	if n > 0 && m > maxSteps*cellsPerStep/n {
		return errSteps
	}
	return f.work(1 + n*m/cellsPerStep)
}

// cells is what a value amounts to that is compared with others.
func cells(v any) int {
	m := measure{left: maxSteps * bytesPerStep}
	m.value(v, maxNesting)
	return (maxSteps*bytesPerStep - m.left) / bytesPerCell
}

// build takes bytes from the budget.
func (f *frame) build(bytes int) error {
	f.bytes += bytes
	if f.bytes > maxBytes || bytes < 0 || f.bytes < 0 {
		return errBytes
	}
	return nil
}

// walk charges the work of looking at all of a value, which may hold one list
// many times over.
func (f *frame) walk(v any) error {
	m := measure{left: (maxSteps - f.steps) * bytesPerStep}
	if !m.value(v, maxNesting) {
		return m.exceeded(errSteps)
	}
	return f.work((maxSteps - f.steps) - m.left/bytesPerStep)
}

// walkAll walks all arguments of a function.
func (f *frame) walkAll(args []any) error {
	for _, arg := range args {
		if err := f.walk(arg); err != nil {
			return err
		}
	}
	return nil
}

// grow charges what a function has built.
func (f *frame) grow(v any) error {
	m := measure{left: maxBytes - f.bytes}
	if !m.value(v, maxNesting) {
		return m.exceeded(errBytes)
	}
	f.bytes = maxBytes - m.left
	return nil
}

// written charges for a value as JSON, each part indented by so many bytes a
// level.
func (f *frame) written(v any, indent int) error {
	m := measure{left: maxBytes - f.bytes, indent: indent}
	if !m.value(v, maxNesting) {
		return m.exceeded(errBytes)
	}
	return nil
}

// exceeded is the budget that a value was too large for.
func (m *measure) exceeded(budget error) error {
	if m.deep {
		return errDepth
	}
	return budget
}
