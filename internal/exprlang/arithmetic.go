package exprlang

import (
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"time"

	"github.com/evalrun/evalrun/internal/decimals"
)

// intOf is a whole number of any of Go's types, but no duration.
func intOf(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case nil, float64, string, bool, Number, time.Duration:
		return 0, false
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return r.Int(), true
	case r.CanUint():
		return int64(r.Uint()), r.Uint() <= math.MaxInt64
	}
	return 0, false
}

// floatOf is a number of any type, but no duration.
func floatOf(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case Number:
		return v.float, true
	case float32:
		return float64(v), true
	}
	i, ok := intOf(v)
	return float64(i), ok
}

// add, subtract and multiply are the operators on numbers, durations and
// times; + joins texts too. What does not fit is an error: a whole number
// never wraps around.

func add(f *frame, a, b any) (any, error) {
	s, okS := a.(string)
	t, okT := b.(string)
	switch {
	case okS && okT:
		if err := f.build(len(s) + len(t)); err != nil {
			return nil, err
		}
		return s + t, nil
	case kindOf(a) == kindTime && kindOf(b) == kindDuration:
		return a.(time.Time).Add(b.(time.Duration)), nil
	case kindOf(a) == kindDuration && kindOf(b) == kindTime:
		return b.(time.Time).Add(a.(time.Duration)), nil
	}
	return sum(a, b)
}

// sum adds numbers or durations.
func sum(a, b any) (any, error) {
	return calculate("+", a, b, addInts, decimals.Add)
}

func subtract(_ *frame, a, b any) (any, error) {
	t, isTime := a.(time.Time)
	switch u := b.(type) {
	case time.Time:
		if isTime {
			return t.Sub(u), nil
		}
	case time.Duration:
		if isTime {
			return t.Add(-u), nil
		}
	}
	return calculate("-", a, b, subtractInts, decimals.Sub)
}

func multiply(_ *frame, a, b any) (any, error) {
	return calculate("*", a, b, multiplyInts, decimals.Mul)
}

func divide(_ *frame, a, b any) (any, error) {
	if kindOf(a) != kindOf(b) || kindOf(a) != kindNumber && kindOf(a) != kindDuration {
		return nil, errOperands
	}
	x, y, err := plainPair(a, b)
	switch {
	case err != nil:
		return nil, err
	case y == 0:
		return nil, &sentence{message: "division by zero"}
	}
	return finite("/", x, y, decimals.Div(x, y))
}

func power(_ *frame, a, b any) (any, error) {
	if kindOf(a) != kindNumber || kindOf(b) != kindNumber {
		return nil, errOperands
	}
	x, y, err := plainPair(a, b)
	if err != nil {
		return nil, err
	}
	return finite("**", x, y, math.Pow(x, y))
}

func modulo(_ *frame, a, b any) (any, error) {
	x, okX := intOf(a)
	y, okY := intOf(b)
	switch {
	case !okX || !okY:
		return nil, errOperands
	case y == 0:
		return nil, &sentence{message: "division by zero"}
	}
	return int(x % y), nil
}

// calculate applies an operation to two whole numbers, to two numbers, or to a
// duration and a duration or number. ok of whole is false where the result
// does not fit.
func calculate(sign string, a, b any, whole func(x, y int64) (z int64, ok bool), decimal func(x, y float64) float64) (any, error) {
	k, l := kindOf(a), kindOf(b)
	durations := k == kindDuration || l == kindDuration
	numbers := k == kindNumber || l == kindNumber
	switch {
	case !durations && !numbers, k != l && !(durations && numbers && sign == "*"):
		return nil, errOperands
	}
	i, okI := wholeOf(a)
	j, okJ := wholeOf(b)
	if okI && okJ {
		n, ok := whole(i, j)
		switch {
		case !ok:
			return nil, &sentence{message: fmt.Sprintf("%d %s %d does not fit into 64 bits", i, sign, j)}
		case durations:
			return time.Duration(n), nil
		}
		return int(n), nil
	}
	x, y, err := plainPair(a, b)
	if err != nil {
		return nil, err
	}
	f, err := finite(sign, x, y, decimal(x, y))
	if err != nil || !durations {
		return f, err
	}
	if math.Abs(f) >= math.MaxInt64 {
		return nil, &sentence{message: fmt.Sprintf("a duration of %s seconds is too long", FormatFloat(f/1e9))}
	}
	return time.Duration(f), nil
}

// wholeOf is a whole number, or a duration in nanoseconds.
func wholeOf(v any) (int64, bool) {
	if d, ok := v.(time.Duration); ok {
		return int64(d), true
	}
	return intOf(v)
}

// plainPair gives two numbers or durations to compute with.
func plainPair(a, b any) (x, y float64, err error) {
	if x, err = plain(a); err == nil {
		y, err = plain(b)
	}
	return x, y, err
}

// plain is a number to compute with; a duration is its nanoseconds.
func plain(v any) (float64, error) {
	switch v := v.(type) {
	case Number:
		return v.plain()
	case time.Duration:
		return float64(v), nil
	}
	f, _ := floatOf(v)
	return f, nil
}

// finite is a result that is a number.
func finite(sign string, x, y, result float64) (float64, error) {
	problem := "is not a number"
	switch {
	case math.IsInf(result, 0):
		problem = "is too large a number"
	case !math.IsNaN(result):
		return result, nil
	}
	return 0, &sentence{message: fmt.Sprintf("%s %s %s %s", Render(x, 40), sign, Render(y, 40), problem)}
}

func addInts(x, y int64) (int64, bool) {
	z := x + y
	return z, (z > x) == (y > 0)
}

func subtractInts(x, y int64) (int64, bool) {
	z := x - y
	return z, (z < x) == (y > 0)
}

func multiplyInts(x, y int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(x), magnitude(y))
	limit := uint64(math.MaxInt64)
	if (x < 0) != (y < 0) {
		limit++
	}
	return x * y, high == 0 && low <= limit
}

// magnitude is a number without its sign.
func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// negate is the operator -x on a number or duration.
func negate(v any) (any, error) {
	if i, ok := wholeOf(v); ok {
		if i == math.MinInt64 {
			return nil, &sentence{message: fmt.Sprintf("-(%d) does not fit into 64 bits", i)}
		}
		if _, isDuration := v.(time.Duration); isDuration {
			return time.Duration(-i), nil
		}
		return int(-i), nil
	}
	f, err := plain(v)
	return -f, err
}
