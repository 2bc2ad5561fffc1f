package runreport

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// comparisonsText writes how the answers of variants compared with each
// other, and how far their judge went by the place where an answer stood.
func comparisonsText(c summary.Comparisons) string {
	if c.Total() == 0 {
		return ""
	}
	return fmt.Sprintf("comparisons: %s; the judge went %s", recordtext.Votes(c), placeText(c))
}

// placeText is how often a judge preferred the same place, whichever answer
// stood in it; there is a comparison.
func placeText(c summary.Comparisons) string {
	return fmt.Sprintf("by place alone in %d of %d (%s)", c.ByPlace, c.Total(), numbers.Percent(float64(c.ByPlace)/float64(c.Total())))
}
