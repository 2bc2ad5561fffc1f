package verdict

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/results/compare"
)

// ComparisonOptions say what fails a comparison, beside a regression.
type ComparisonOptions struct {
	Options
	// MaxNewlyFailing is how many cases may fail that passed before; below 0
	// there is no bound.
	MaxNewlyFailing int
	// Unmet gives the requirements over both sides that do not hold, or of which
	// that is not known; nil for none.
	Unmet func(compare.BothTotals) []Reason
}

// OfComparisons is the verdict of comparisons.
func OfComparisons(all []*compare.Comparison, opts ComparisonOptions) Verdict {
	var reasons []Reason
	for _, c := range all {
		for _, r := range opts.reasons(c) {
			if len(all) > 1 {
				r.Of = c.Base + " → " + c.New
			}
			reasons = append(reasons, r)
		}
	}
	return Verdict{Options: opts.Options, Found: compare.Worst(all)}.With(reasons...)
}

// Beyond gives the reasons of a run that was compared with its baselines.
func Beyond(all []*compare.Comparison, opts ComparisonOptions) []Reason {
	var out []Reason
	for _, c := range all {
		for _, r := range opts.reasons(c) {
			r.Text = comparedWith(c.Base) + r.Text
			out = append(out, r)
		}
	}
	return out
}

func comparedWith(base string) string { return "compared with " + base + ": " }

// reasons are why one comparison is no pass.
func (o ComparisonOptions) reasons(c *compare.Comparison) []Reason {
	var reasons []Reason
	add := func(kind Kind, exit int, format string, args ...any) {
		reasons = append(reasons, Reason{Kind: kind, Exit: exit, Text: fmt.Sprintf(format, args...)})
	}
	found := string(c.Verdict)
	if c.Verdict == compare.Regressed {
		add(Regressions, ExitFailed, "%s", found)
	}
	most := o.MaxNewlyFailing
	if o.fails(FailOnAnyDrop) && most < 0 {
		most = 0
	}
	if most >= 0 && c.Dropped > most {
		add(NewlyFailing, ExitFailed, "newly failing cases: %d, allowed: %d", c.Dropped, most)
	}
	if o.fails(FailOnWarnings) && len(c.Warnings) > 0 {
		add(Warnings, ExitFailed, "warnings of the comparison: %d", len(c.Warnings))
	}
	if o.Unmet != nil {
		reasons = append(reasons, o.Unmet(c.Totals)...)
	}
	switch {
	case c.Verdict == compare.Incomparable:
		add(NotComparable, ExitErrors, "%s", found)
	case c.Verdict == compare.Inconclusive && o.fails(FailOnInconclusive):
		add(Undecided, ExitInconclusive, "%s", found)
	}
	return reasons
}
