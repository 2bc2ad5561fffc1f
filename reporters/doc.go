// Package reporters holds what the reports share that commands need: how a
// table is shown, the line that ends every report, and the drawing of a trace.
//
// The reports are in packages of their own: runreport shows a run,
// comparereport comparisons, checkreport what a check found and judgereport how
// a judge agrees with people. Each is a function a format that writes to a
// writer.
//
// Every string of a record or a suite is treated as hostile. No report reads a
// file, the environment or the terminal: what depends on those is an option.
package reporters

import (
	"encoding/json"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/reporters/internal/trace"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// VerdictLine is the verdict in one line, safe to show, with an exit code that
// is not 0.
func VerdictLine(v verdict.Verdict) string { return verdicttext.Line(v) }

// DrawTrace draws the source of an expression with the value of every part
// below its own column. The trace is that of a record.Check. What is drawn is
// safe to show like safetext.Text. It is "" where there is no trace, and where
// the trace is not one of the source.
func DrawTrace(source string, steps json.RawMessage) string { return trace.Draw(source, steps) }
