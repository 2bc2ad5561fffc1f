package reporters

import (
	"math"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
)

// costText writes what answers cost, "" where there is none: $0.0021, and what
// of it needs to be known: $0.0021 ($0 spent), at least $0.0021 (cost of 3
// answers unknown). A cost that is not known is never written as 0.
func costText(c summary.Cost) string {
	switch {
	case c.Known+c.Unknown == 0:
		return ""
	case c.Known == 0:
		return "cost unknown"
	}
	text := dollars(c.USD)
	var details []string
	if c.Judges > 0 {
		details = append(details, dollars(c.Judges)+" for judges")
	}
	if c.Spent < c.USD {
		details = append(details, dollars(c.Spent)+" spent")
	}
	if c.Unknown > 0 {
		text = "at least " + text
		details = append(details, "cost of "+counted(c.Unknown, "answer")+" unknown")
	}
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}

// dollars writes an amount to the cent, and below ten cents to two digits:
// $12.35, $0.31, $0.0021.
func dollars(usd float64) string {
	if usd == 0 {
		return "$0"
	}
	decimals := 2
	if usd > 0 && usd < 0.1 {
		decimals = 1 - int(math.Floor(math.Log10(usd)))
	}
	return "$" + strconv.FormatFloat(usd, 'f', decimals, 64)
}

// exact writes a number for programs, to a billionth: the last bits of a sum
// say nothing.
func exact(x float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 9, 64), "0"), ".")
}
