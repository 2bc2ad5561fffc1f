package verdict

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/results/summary"
)

// OfFiltered is what is said in place of a verdict where a report is of the
// cases alone that an expression chose: nothing of the run passed or failed by
// them.
func OfFiltered(run *summary.Run, filter string, all int) Verdict {
	return Verdict{Filter: filter}.With(Reason{Kind: Filtered, Exit: ExitErrors, Text: fmt.Sprintf(
		"%d of %d cases, by --where %s; the run has no verdict here", run.Totals.Cases.Total(), all, filter)})
}
