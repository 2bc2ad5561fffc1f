package runreport

import (
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
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
	text := numbers.Dollars(c.USD)
	var details []string
	if c.Judges > 0 {
		details = append(details, numbers.Dollars(c.Judges)+" for judges")
	}
	if c.Spent < c.USD {
		details = append(details, numbers.Dollars(c.Spent)+" spent")
	}
	if c.Unknown > 0 {
		text = "at least " + text
		details = append(details, "cost of "+numbers.Counted(c.Unknown, "answer")+" unknown")
	}
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}
