package numbers

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Grouped writes n with a comma between thousands: 1,234,567.
func Grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(digits) - 3; i > first; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Counted writes a number of things: 1 case, 2 cases.
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Grouped(int64(n)) + " " + thing + "s"
}

// Duration writes d as people read it, to three digits or the second:
// 772 ms, 1.2 s, 2 m 05 s.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-d)
	case d > 0 && d < time.Millisecond:
		return "<1 ms"
	case d < 999500*time.Microsecond:
		return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%s m %02d s", Grouped(int64(d/time.Minute)), d%time.Minute/time.Second)
}

// Number writes a mean with four digits.
func Number(x float64) string {
	switch {
	case math.IsInf(x, 0):
		return "?"
	case math.Abs(x) >= 1000 && math.Abs(x) < 1e12:
		return strings.Replace(Grouped(int64(math.Round(x))), "-", "−", 1)
	}
	return strings.Replace(fmt.Sprintf("%.4g", x), "-", "−", 1)
}

// Dollars writes an amount to the cent, and below ten cents to two digits:
// $12.35, $0.31, $0.0021.
func Dollars(usd float64) string {
	if usd == 0 {
		return "$0"
	}
	decimals := 2
	if usd > 0 && usd < 0.1 {
		decimals = 1 - int(math.Floor(math.Log10(usd)))
	}
	return "$" + strconv.FormatFloat(usd, 'f', decimals, 64)
}
