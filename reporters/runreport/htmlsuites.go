package runreport

import (
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// htmlSuite is a suite with who answers for it.
type htmlSuite struct {
	htmlGroup
	Owner string
}

// maxHTMLSuites is how many suites a page has a line of.
const maxHTMLSuites = 500

// newHTMLSuites are the suites of a run with several, those first in which a case
// did not pass.
func newHTMLSuites(run *summary.Run) []htmlSuite {
	if len(run.Suites) < 2 {
		return nil
	}
	listed := failedFirst(run.Suites)
	more := len(listed) - maxHTMLSuites
	var out []htmlSuite
	for _, s := range listed[:min(len(listed), maxHTMLSuites)] {
		of := newHTMLGroup(group{s.Name, s.Totals, s.Latency}, &answerTimes{})
		of.P50 = group{s.Name, s.Totals, s.Latency}.p50()
		out = append(out, htmlSuite{of, safetext.Cut(s.Owner, layout.MaxName)})
	}
	if more > 0 {
		out = append(out, htmlSuite{htmlGroup: htmlGroup{Name: "… and " + numbers.Counted(more, "more suite")}})
	}
	return out
}
