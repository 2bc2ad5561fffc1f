package runreport

import (
	"fmt"
	"strings"
	"sync"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// leadsOf compares the variants of a record with each other once it is asked
// for, and only once: reports that are made together share it.
func leadsOf(run *summary.Run, f *record.File) func() ([]compare.Lead, error) {
	return sync.OnceValues(func() ([]compare.Lead, error) {
		if len(run.Variants) < 2 {
			return nil, nil
		}
		side, err := compare.Read("run", f)
		if err != nil {
			return nil, err
		}
		return compare.Leads(side, compare.Options{}), nil
	})
}

// leadTexts say for each axis which label has the highest pass rate and whether
// that may be noise, safe to show.
func (s Source) leadTexts() ([]string, error) {
	leads, err := s.leads()
	if err != nil {
		return nil, err
	}
	var texts []string
	for i := range leads {
		texts = append(texts, leadText(&leads[i], s.Run.Totals.Samples.Total() > s.Run.Totals.Cases.Total()))
	}
	return texts, nil
}

// leadText is a lead in a sentence: by model: opus wins with 97.5 % to 80.8 %
// of sonnet. Rates of repeated cases are those of their samples.
func leadText(l *compare.Lead, repeated bool) string {
	name := func(label string) string { return safetext.Cut(label, layout.MaxName) }
	best, second := l.Labels[0], l.Labels[1]
	numbersOf := fmt.Sprintf("%s points, %s interval %s to %s, adjusted %s, over %s", numbers.Signed(l.Difference), numbers.Level(l.Level),
		numbers.Points(l.Interval[0]), numbers.Points(l.Interval[1]), numbers.Equation("p", l.PAdjusted), numbers.Counted(l.Pairs, "pair"))
	if l.Units < l.Pairs {
		numbersOf += fmt.Sprintf(" (%s independent)", numbers.Grouped(int64(l.Units)))
	}
	if repeated {
		numbersOf = "of samples: " + numbersOf
	}
	head := "by " + name(l.Axis) + ": "
	if l.Winner != "" {
		return head + fmt.Sprintf("%s wins: %s passed, %s of %s (%s)", name(best.Label), numbers.PercentTenths(best.Rate), numbers.PercentTenths(second.Rate), name(second.Label), numbersOf)
	}
	if l.Pairs == 0 {
		return head + fmt.Sprintf("no winner: %s and %s share no case that both answered", name(best.Label), name(second.Label))
	}
	text := head + fmt.Sprintf("no winner: that %s passed %s and %s %s may be noise (%s, %s)", name(best.Label), numbers.PercentTenths(best.Rate),
		name(second.Label), numbers.PercentTenths(second.Rate), l.Verdict, numbersOf)
	if best.Rate == second.Rate {
		text = head + fmt.Sprintf("no winner: %s and %s both passed %s (%s, %s)", name(best.Label), name(second.Label), numbers.PercentTenths(best.Rate), l.Verdict, numbersOf)
	}
	var beaten []string
	for _, label := range l.Labels[1:] {
		if label.Beaten {
			beaten = append(beaten, name(label.Label))
		}
	}
	if len(beaten) > 0 {
		text += fmt.Sprintf("; %s passed more than %s", name(best.Label), strings.Join(beaten, ", "))
	}
	return text
}

// maxVariants is how many variants the table lists unless it is to list all.
const maxVariants = 20

// variantTotals are the totals of each variant: what it passed with the
// interval, what it cost and how long its answers took. It has no rows where
// there is one variant.
func variantTotals(run *summary.Run, opts rowOptions) layout.Grid {
	g := layout.Grid{Header: []string{"variant", "passed", "rate (95 %)", "p50", "cost"}, Align: tw.AlignRight, Wide: opts.wide}
	if len(run.Variants) < 2 {
		return g
	}
	short := shortOf(run)
	groups := variantGroups(run)
	listed := groups
	if !opts.all {
		listed = groups[:min(len(groups), maxVariants)]
	}
	for _, v := range listed {
		name := v.Name
		if !opts.wide {
			name = short[name]
		}
		cases := v.Totals.Cases
		g.Rows = append(g.Rows, layout.Row{
			Name:     chart.GroupName(name, layout.MaxLine),
			Cells:    []string{fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip), passRate(v.Totals), v.p50(), v.cost().String()},
			Outcomes: make([]string, 4),
		})
	}
	if more := len(groups) - len(listed); more > 0 {
		g.Notes = append(g.Notes, fmt.Sprintf("… and %s", numbers.Counted(more, "more variant")))
	}
	return g
}

// rowOptions is how rows are listed: all of them, and without being cut.
type rowOptions struct{ wide, all bool }
