package assert

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// Metric is a compiled metric: a number that is measured of every sample. It
// never changes and is safe for concurrent use.
type Metric struct{ program *exprlang.Program }

// CompileMetric compiles a metric: an expression that gives a number. The
// error is an *Error.
func (c *Compiler) CompileMetric(expr string, scope *Scope) (*Metric, error) {
	program, err := c.program(expr, scope)
	if err != nil {
		return nil, err
	}
	t := program.Type()
	n := t.Nature()
	number := n.Deref(nil)
	if program.IsAny() || number.IsNumber() {
		return &Metric{program}, nil
	}
	e := &Error{Length: len(expr), Message: fmt.Sprintf("a metric gives a number, this gives %s", t)}
	if number.IsDuration() {
		e.Hint = fmt.Sprintf("(%s).Seconds() is a number", expr)
	}
	return nil, e
}

// Uses reports whether the expression uses a top-level name.
func (m *Metric) Uses(name string) bool { return m.program.Uses(name) }

// IsShare reports whether the metric lies between 0 and 1 whatever the answer
// is, as far as its expression says.
func (m *Metric) IsShare() bool { return m.program.IsShare(shares) }

// Value measures the metric. What is no finite number is an error of the
// metric, and so is what goes wrong inside of it.
func (m *Metric) Value(s *Subject) (float64, error) {
	v, err := m.program.Run(s.names(m.program))
	if err != nil {
		return 0, err
	}
	number, isNumber := exprlang.AsFloat(v)
	switch v := v.(type) {
	case time.Duration:
		return 0, fmt.Errorf("expected a number, found the duration %s; .Seconds() is a number", v)
	case nil:
		return 0, errors.New(cmp.Or(m.program.NilMeaning(), "expected a number, found nil"))
	}
	if !isNumber {
		return 0, fmt.Errorf("expected a number, found %s", exprlang.Render(v, whyWidth))
	}
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return 0, fmt.Errorf("expected a finite number, found %v", number)
	}
	return number, nil
}
