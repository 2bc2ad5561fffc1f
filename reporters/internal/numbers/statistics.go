package numbers

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// NotSignificant is written for a difference that may be chance.
const NotSignificant = "~"

// PercentTenths writes a share as a percentage: 82.0 %.
func PercentTenths(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

// Points writes a difference of shares in percentage points: −10.5.
func Points(difference float64) string {
	text := fmt.Sprintf("%.1f", 100*difference)
	if text == "-0.0" {
		text = "0.0"
	}
	return strings.Replace(text, "-", "−", 1)
}

// Signed is points with a plus sign where the difference is above 0.
func Signed(difference float64) string {
	text := Points(difference)
	if text != "0.0" && !strings.HasPrefix(text, "−") {
		return "+" + text
	}
	return text
}

// Probability writes a p-value: 0.002, or < 0.001.
func Probability(p float64) string {
	switch {
	case p < 0.001:
		return "< 0.001"
	case p < 0.0995:
		return fmt.Sprintf("%.3f", p)
	}
	return fmt.Sprintf("%.2f", p)
}

// Equation writes p = 0.002 or p < 0.001.
func Equation(name string, p float64) string {
	text := Probability(p)
	if strings.HasPrefix(text, "<") {
		return name + " " + text
	}
	return name + " = " + text
}

// Level names the level of an interval: 95 %.
func Level(alpha float64) string { return fmt.Sprintf("%.4g %%", 100*(1-alpha)) }

// Range writes an interval, its ends as exactly as three digits of its width
// are: 0.002 to 0.998.
func Range(low, high float64) string {
	width := high - low
	if !(width > 1e-3 && width < 1e3) {
		return Number(low) + " to " + Number(high)
	}
	unit := math.Pow10(max(0, 2-int(math.Floor(math.Log10(width)))))
	return Number(math.Round(low*unit)/unit) + " to " + Number(math.Round(high*unit)/unit)
}

// Percent writes a share without decimals: 85 %. Only none is 0 % and only
// all is 100 %.
func Percent(share float64) string { return percentDigits(share) + " %" }

// PercentRange writes two shares without decimals: 71–93 %.
func PercentRange(low, high float64) string { return percentDigits(low) + "–" + Percent(high) }

func percentDigits(share float64) string {
	switch n := int(share*100 + 0.5); {
	case n == 0 && share > 0:
		return "<1"
	case n == 100 && share < 1:
		return ">99"
	default:
		return strconv.Itoa(n)
	}
}
