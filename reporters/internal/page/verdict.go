package page

import (
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// Verdict is an outcome as the page shows it.
type Verdict struct{ Mark, Word, Class string }

// NewHead is what a run or comparisons came to.
func NewHead(v verdict.Verdict) Verdict {
	word := string(v.Found)
	if word == "" {
		word = verdicttext.Word(v)
		word = word[:1] + strings.ToLower(word[1:])
	}
	head := Verdict{"!", word, "error"}
	switch {
	case v.Exit() == verdict.ExitFailed:
		head.Mark, head.Class = "✗", "fail"
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0 && v.Found == compare.Inconclusive:
		head.Mark = "?"
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0:
		head.Mark, head.Class = "✓", "pass"
	}
	if v.Filter != "" && v.Found != "" {
		head.Word += " of the cases with " + safetext.Cut(v.Filter, layout.MaxLine)
	}
	if allow := v.Options.AllowFlag(); allow != "" {
		head.Word += " with " + safetext.Cut(allow, layout.MaxName)
	}
	return head
}

func NewOutcome(outcome string) Verdict {
	switch outcome {
	case record.Pass:
		return Verdict{"✓", "pass", "pass"}
	case record.Fail:
		return Verdict{"✗", "fail", "fail"}
	case record.Skip:
		return Verdict{"-", "skip", "skip"}
	case record.Errored:
		return Verdict{"!", "error", "error"}
	}
	return Verdict{"?", safetext.Cut(outcome, layout.MaxName), "error"}
}

type Tile struct{ Name, Value, Note string }

type Cell struct {
	Label   string
	Verdict Verdict
	Share   string
	// Answer is the beginning of what was answered, More that there is more of
	// it, and Facts are its score, latency and cost.
	Answer, Facts string
	More          bool
}
