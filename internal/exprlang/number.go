package exprlang

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/wording"
)

// Number is a number of data that an int or a float64 would change: its
// spelling, as of 19.90 or 1e3, or its value, as of 12345678901234567891. All
// other numbers of data are ints and float64s.
type Number struct {
	text  string  // in the syntax of JSON
	float float64 // the nearest one; an infinity where there is none
}

// exactFloats is where float64s begin to leave out whole numbers. From there
// on numbers are compared by their digits.
const exactFloats = 1 << 53

// maxIntLength is the length of the longest int, in decimals.
const maxIntLength = len("-9223372036854775808")

// NewNumber is the value of a number that is spelled as JSON spells them: an
// int where it is whole and fits, a float64 where that is spelled the same,
// else a Number. -0 is no int.
func NewNumber(text string) any {
	if len(text) <= maxIntLength {
		if i, err := strconv.Atoi(text); err == nil && text != "-0" {
			return i
		}
	}
	f, _ := strconv.ParseFloat(text, 64)
	if math.Abs(f) < exactFloats && FormatFloat(f) == text {
		return f
	}
	return Number{text, f}
}

// String is the number as it was written.
func (n Number) String() string { return n.text }

// MarshalJSON writes the number as it was written.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.text), nil }

// JSON is the number for readers of JSON that know no Number: its digits from
// 2⁵³ on, else the nearest float64.
func (n Number) JSON() any {
	if math.Abs(n.float) < exactFloats || len(n.text) > maxDigits {
		return n.float
	}
	return json.Number(n.text)
}

// maxDigits bounds the digits that a number is taken apart for by others.
const maxDigits = 400

// plain is the number to compute with. It is an error where that would take
// digits away: a float64 keeps fifteen.
func (n Number) plain() (float64, error) {
	const kept = 15
	switch {
	case math.Abs(n.float) < exactFloats:
		return n.float, nil
	case math.IsInf(n.float, 0):
		return 0, &sentence{message: wording.Start(n.text, 40) + " is too large a number to compute with: it can only be compared"}
	}
	if d := decimalOf(n); len(d.digits) > kept && compareDecimals(d, decimalOf(n.float)) != 0 {
		return 0, &sentence{message: wording.Start(n.text, 40) + " has more digits than can be computed with: it can only be compared"}
	}
	return n.float, nil
}

// isNumeral reports whether a text is a number as JSON spells it.
func isNumeral(text string) bool {
	rest := strings.TrimPrefix(text, "-")
	whole := leadingDigits(rest)
	if whole == 0 || whole > 1 && rest[0] == '0' {
		return false
	}
	rest = rest[whole:]
	if strings.HasPrefix(rest, ".") {
		fraction := leadingDigits(rest[1:])
		if fraction == 0 {
			return false
		}
		rest = rest[1+fraction:]
	}
	if rest == "" {
		return true
	}
	exponent := strings.TrimPrefix(strings.TrimPrefix(rest, "e"), "E")
	if len(exponent) != len(rest)-1 {
		return false
	}
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return exponent != "" && leadingDigits(exponent) == len(exponent)
}

// leadingDigits counts the digits that a text begins with.
func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// AsFloat is the float64 that is nearest to a number of an expression; ok is
// false for other values.
func AsFloat(v any) (f float64, ok bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case Number:
		return v.float, true
	}
	return floatOf(v)
}

// Order compares two numbers by their values, exactly: order is below 0 where
// a is less, above 0 where it is more. ok is false where one of them is no
// number.
func Order(a, b any) (order int, ok bool) {
	if kindOf(a) != kindNumber || kindOf(b) != kindNumber {
		return 0, false
	}
	return compareNumbers(a, b)
}

// compareNumbers orders two numbers by their values, exactly: a float64 is the
// number that it is, a Number from 2⁵³ on that of its digits. ok is false
// where one is not a number (NaN).
func compareNumbers(a, b any) (order int, ok bool) {
	if i, isInt := a.(int); isInt {
		if j, isInt := b.(int); isInt {
			return compareInts(i, j), true
		}
	}
	x, _ := AsFloat(a)
	y, _ := AsFloat(b)
	switch {
	case x < y:
		return -1, true // rounding never changes the order
	case x > y:
		return 1, true
	case x != y:
		return 0, false
	case math.Abs(x) < exactFloats:
		return 0, true
	}
	return compareDecimals(decimalOf(a), decimalOf(b)), true
}

func compareInts(i, j int) int {
	switch {
	case i < j:
		return -1
	case i > j:
		return 1
	}
	return 0
}

// decimal is a number that is not 0 by its digits: 0.digits × 10^power. The
// first digit and the last are not 0.
type decimal struct {
	negative bool
	digits   string
	power    int
}

// decimalOf takes a number apart, whatever its length.
func decimalOf(v any) decimal {
	switch v := v.(type) {
	case Number:
		return parseDecimal(v.text)
	case float64:
		if math.IsInf(v, 0) {
			return decimal{v < 0, "1", math.MaxInt}
		}
		return parseDecimal(strconv.FormatFloat(v, 'f', 0, 64)) // all digits: from 2⁵³ on it is whole
	}
	i, _ := intOf(v)
	return parseDecimal(strconv.FormatInt(i, 10))
}

func parseDecimal(text string) decimal {
	text, negative := strings.CutPrefix(text, "-")
	mantissa, exponent := text, ""
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		mantissa, exponent = text[:e], text[e+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	power, _ := strconv.Atoi(exponent) // the largest int where it is larger
	digits := strings.TrimLeft(whole+fraction, "0")
	zeros := len(whole) + len(fraction) - len(digits)
	return decimal{negative, strings.TrimRight(digits, "0"), addCapped(power, len(whole)-zeros)}
}

// addCapped adds a length to an exponent that may be as large as an int.
func addCapped(power, length int) int {
	const most = math.MaxInt / 2
	return min(max(power, -most), most) + length
}

// compareDecimals orders two numbers that are not 0.
func compareDecimals(a, b decimal) int {
	switch {
	case a.negative != b.negative && a.negative:
		return -1
	case a.negative != b.negative:
		return 1
	case a.negative:
		a, b = b, a
	}
	if a.power != b.power {
		return compareInts(a.power, b.power)
	}
	return strings.Compare(a.digits, b.digits)
}
