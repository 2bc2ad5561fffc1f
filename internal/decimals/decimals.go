// Package decimals adds numbers up as the decimals that they are written as, so
// that 0.1 + 0.2 is 0.3 and the mean of three times 0.7 is 0.7. A float64 means
// the shortest decimal that is nearest to it, which is the one that it was
// read from wherever that has up to 15 digits. A result is the float64 nearest to
// the exact one: it compares with a bound as the exact one would, but for what no
// float64 tells apart.
package decimals

import (
	"math"
	"math/big"
	"strconv"
	"sync"
)

// Sum is an exact sum. The zero value is 0.
type Sum struct {
	// The sum is mantissa·10^exp, or with wide wide·10^exp.
	mantissa int64
	exp      int
	wide     *big.Int
	// beyond is the sum of what is not finite; 0 where all is.
	beyond float64
}

// Add adds a number.
func (s *Sum) Add(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		s.beyond += x
		return
	}
	mantissa, exp := digits(x)
	if mantissa != 0 {
		s.add(mantissa, exp)
	}
}

// AddTimes adds the product of two numbers.
func (s *Sum) AddTimes(x, y float64) {
	if beyond := x * y; math.IsNaN(x+y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
		s.beyond += beyond
		return
	}
	a, expA := digits(x)
	b, expB := digits(y)
	if a == 0 || b == 0 {
		return
	}
	if product := a * b; product/b == a {
		s.add(product, expA+expB)
		return
	}
	s.addWide(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), expA+expB)
}

// Over is the sum divided by n, which is not 0: a mean.
func (s *Sum) Over(n int) float64 {
	var by Sum
	by.add(int64(n), 0)
	return s.Ratio(&by)
}

// Float is the sum.
func (s *Sum) Float() float64 { return s.Over(1) }

// Ratio is the sum divided by another, which is not 0.
func (s *Sum) Ratio(by *Sum) float64 {
	if s.beyond != 0 || by.beyond != 0 || math.IsNaN(s.beyond+by.beyond) {
		return (s.float() + s.beyond) / (by.float() + by.beyond)
	}
	if a, ok := s.small(); ok {
		if b, ok := by.small(); ok {
			if x, ok := divide(a, b, s.exp-by.exp); ok {
				return x
			}
		}
	}
	a, b := s.rat(), by.rat()
	x, _ := a.Quo(a, b).Float64()
	return x
}

// Mean is the mean of numbers; 0 of none.
func Mean(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	var sum Sum
	for _, x := range list {
		sum.Add(x)
	}
	return sum.Over(len(list))
}

// Add is a + b. As all that computes with two numbers it takes them for
// decimals where these and the result have few digits, so that it takes no
// longer than is worth it, and else for what they are in binary.
func Add(a, b float64) float64 {
	var sum Sum
	if sum.addShort(a) && sum.addShort(b) {
		if x, ok := sum.short(); ok {
			return x
		}
	}
	return a + b
}

// Sub is a - b, as Add.
func Sub(a, b float64) float64 { return Add(a, -b) }

// Mul is a · b, as Add.
func Mul(a, b float64) float64 {
	x, expX, okX := shortDigits(a)
	y, expY, okY := shortDigits(b)
	if okX && okY && (y == 0 || x*y/y == x) {
		product := Sum{mantissa: x * y, exp: expX + expY}
		if p, ok := product.short(); ok {
			return p
		}
	}
	return a * b
}

// Div is a / b, as Add; b is not 0.
func Div(a, b float64) float64 {
	x, expX, okX := shortDigits(a)
	y, expY, okY := shortDigits(b)
	if okX && okY {
		if q, ok := divide(float64(x), float64(y), expX-expY); ok {
			return q
		}
	}
	return a / b
}

// shortDigits are the digits of a number where they are up to 15, as many as
// every decimal keeps that is read as a float64.
func shortDigits(x float64) (mantissa int64, exp int, ok bool) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, 0, false
	}
	mantissa, exp = digits(x)
	return mantissa, exp, -1e15 < mantissa && mantissa < 1e15
}

// addShort adds a number of few digits; it reports false for others.
func (s *Sum) addShort(x float64) bool {
	mantissa, exp, ok := shortDigits(x)
	return ok && s.addNarrow(mantissa, exp)
}

// short is a sum of few digits.
func (s *Sum) short() (float64, bool) {
	whole, ok := s.small()
	if !ok {
		return 0, false
	}
	return divide(whole, 1, s.exp)
}

// maxExact is what float64s are all whole numbers up to.
const maxExact = 1 << 53

// digits are a finite number as mantissa·10^exp.
func digits(x float64) (mantissa int64, exp int) {
	if x == math.Trunc(x) && math.Abs(x) <= maxExact {
		return int64(x), 0
	}
	// A decimal of up to 15 digits that x is nearest to is the shortest one.
	for i, scale := range [...]float64{1e1, 1e2, 1e3, 1e4, 1e5, 1e6} {
		if whole := math.Round(x * scale); math.Abs(whole) < 1e15 && whole/scale == x {
			return int64(whole), -1 - i
		}
	}
	var room [32]byte
	negative := false
	text := strconv.AppendFloat(room[:0], x, 'e', -1, 64)
	for i, c := range text {
		switch {
		case c == '-':
			negative = true
		case c == '.':
		case c == 'e':
			at, err := strconv.Atoi(string(text[i+1:]))
			if err != nil {
				panic("decimals: strconv wrote " + string(text))
			}
			if negative {
				mantissa = -mantissa
			}
			return mantissa, exp + at
		default:
			mantissa = 10*mantissa + int64(c-'0')
			if i > 0 && (i > 1 || !negative) { // behind the point
				exp--
			}
		}
	}
	return mantissa, exp
}

// add adds mantissa·10^exp.
func (s *Sum) add(mantissa int64, exp int) {
	if s.wide == nil && s.addNarrow(mantissa, exp) {
		return
	}
	s.addWide(big.NewInt(mantissa), exp)
}

// addWide adds m·10^exp, and changes m.
func (s *Sum) addWide(m *big.Int, exp int) {
	s.widen()
	if exp < s.exp {
		s.wide.Mul(s.wide, power(s.exp-exp))
		s.exp = exp
	} else {
		m.Mul(m, power(exp-s.exp))
	}
	s.wide.Add(s.wide, m)
}

// addNarrow is add within 64 bits; it reports false where these are too few.
func (s *Sum) addNarrow(mantissa int64, exp int) bool {
	if s.mantissa == 0 {
		s.exp = exp
	}
	least := min(exp, s.exp)
	a, okA := times(s.mantissa, s.exp-least)
	b, okB := times(mantissa, exp-least)
	sum := a + b
	if !okA || !okB || (a < 0) == (b < 0) && (sum < 0) != (a < 0) {
		return false
	}
	s.mantissa, s.exp = sum, least
	return true
}

// times is m·10^n; it reports false where 64 bits are too few.
func times(m int64, n int) (int64, bool) {
	for range n {
		if m > math.MaxInt64/10 || m < math.MinInt64/10 {
			return 0, false
		}
		m *= 10
	}
	return m, true
}

// widen goes on with as many bits as it takes.
func (s *Sum) widen() {
	if s.wide == nil {
		s.wide = big.NewInt(s.mantissa)
	}
}

// small is the sum's whole number where a float64 holds it.
func (s *Sum) small() (float64, bool) {
	ok := s.wide == nil && -maxExact <= s.mantissa && s.mantissa <= maxExact
	return float64(s.mantissa), ok
}

// divide is a/b·10^exp, where one division of float64s gives the nearest one.
func divide(a, b float64, exp int) (float64, bool) {
	const exactPower = 22 // a float64 holds 10^22, and the next ones not
	if exp < -exactPower || exp > exactPower {
		return 0, false
	}
	scale := math.Pow10(max(exp, -exp))
	if exp > 0 {
		a *= scale
	} else {
		b *= scale
	}
	return a / b, math.Abs(a) <= maxExact && math.Abs(b) <= maxExact
}

func (s *Sum) rat() *big.Rat {
	s.widen()
	r := new(big.Rat).SetInt(s.wide)
	if s.exp < 0 {
		return r.Quo(r, new(big.Rat).SetInt(power(-s.exp)))
	}
	return r.Mul(r, new(big.Rat).SetInt(power(s.exp)))
}

func (s *Sum) float() float64 {
	x, _ := s.rat().Float64()
	return x
}

// power is 10^n, which must not be changed.
func power(n int) *big.Int {
	if known := powers(); n < len(known) {
		return known[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// powers are the first powers of ten.
var powers = sync.OnceValue(func() []*big.Int {
	list := []*big.Int{big.NewInt(1)}
	for range 40 {
		list = append(list, new(big.Int).Mul(list[len(list)-1], big.NewInt(10)))
	}
	return list
})
