package comparereport

import (
	"bufio"
	"fmt"
	"io"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// NoiseTable writes what comparing a run with itself came to.
func NoiseTable(w io.Writer, n *compare.Noise, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	say := layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}
	st := layout.Style(opts.Colour)
	share := func(rounds int) string {
		return fmt.Sprintf("%s of %s", numbers.PercentTenths(float64(rounds)/float64(max(n.Rounds, 1))), numbers.Counted(n.Rounds, "comparison"))
	}
	say.Writef("%s, compared with itself", st.Bold("A/A: "+safetext.Cut(n.Name, layout.MaxLine)))
	say.Writef("%s, split at random into two halves", numbers.Counted(n.Cases, "case")+independent(n.Units, n.Cases))
	if n.LeftOut > 0 {
		say.Writef("%s left out: fewer than two answered samples, or ended early", numbers.Counted(n.LeftOut, "case"))
	}
	if n.Blind {
		say.Writef("so few are independent that no comparison can find anything: p is never below %g", n.Alpha)
	}
	say.Write("")
	say.Writef("false REGRESSED: %s", share(n.Regressed))
	say.Writef("false IMPROVED:  %s", share(n.Improved))
	say.Writef("a test that fails on any case that drops would be red in %s, over %.1f cases each", share(n.AnyDrop), n.Dropped)
	say.Writef("the difference between the halves is chance: ±%s points (standard deviation)", numbers.Points(n.Spread))
	return out.Flush()
}

// independent says how many of the cases are draws of their own, where not
// all are.
func independent(units, cases int) string {
	if units == cases {
		return ""
	}
	return fmt.Sprintf(" (%s independent)", numbers.Grouped(int64(units)))
}

// PlanTable writes how large a run must be.
func PlanTable(w io.Writer, p *compare.Plan, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	say := layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}
	st := layout.Style(opts.Colour)
	say.Writef("%s", st.Bold(fmt.Sprintf("to find a difference of %s points in %s (p < %g, %g %% power)",
		numbers.Points(p.Detect), safetext.Cut(p.Name, layout.MaxLine), p.Alpha, 100*p.Power)))
	shows := "no difference: they are too few"
	if p.Visible != nil {
		shows = fmt.Sprintf("a difference of %s points", numbers.Points(*p.Visible))
	}
	say.Writef("now: %s × %s; two such runs show %s",
		numbers.Counted(p.Cases, "case")+independent(p.Units, p.Cases), numbers.Counted(p.Samples, "sample"), shows)
	say.Writef("%s", varianceText(p))
	say.Write("")
	g := layout.Grid{Header: []string{"", "cases", "samples a case", "requests a run", "cost a run"}, Align: tw.AlignRight}
	add := func(name string, way *compare.Way) {
		if way == nil {
			g.Rows = append(g.Rows, layout.Row{Name: name, Cells: []string{"no number would do", "", "", ""}, Outcomes: make([]string, 4)})
			return
		}
		cost := "?"
		if way.CostUSD != nil {
			cost = fmt.Sprintf("$%.2f", *way.CostUSD)
		}
		cells := []string{numbers.Grouped(int64(way.Cases)), numbers.Grouped(int64(way.Samples)), numbers.Grouped(int64(way.Requests)), cost}
		g.Rows = append(g.Rows, layout.Row{Name: name, Cells: cells, Outcomes: make([]string, 4)})
	}
	add("more cases", p.MoreCases)
	if p.Repeated {
		add("more samples", p.MoreSamples)
	}
	for i := range p.Others {
		add("", &p.Others[i])
	}
	grids := []layout.Grid{g}
	layout.LayOut(grids, opts.Width)
	if err := grids[0].Write(out, st, say.LineWidth); err != nil {
		return err
	}
	say.Write("")
	say.Writef("%s", cheaperText(p))
	return out.Flush()
}

// varianceText says which variance the sizes are computed from.
func varianceText(p *compare.Plan) string {
	if !p.Repeated {
		return "every case was asked once: how much of the variance is noise of the answers is unknown; --repeat 5 measures it, and this is the larger estimate"
	}
	text := fmt.Sprintf("variance: %.4f between cases, %.4f within a case", p.Between, p.Within)
	if !p.Measured {
		text += "; between two runs the cases' rates are taken to be correlated by one half (`plan BASE NEW` measures it)"
	}
	return text
}

// cheaperText says which buys more for the money.
func cheaperText(p *compare.Plan) string {
	switch {
	case p.MoreCases == nil:
		return "no number of cases would do"
	case p.MoreCases.Requests <= p.Cases*p.Samples:
		return "the run is large enough"
	case !p.Repeated:
		return "more cases are needed"
	case p.MoreSamples == nil:
		return "more cases are needed: no number of samples of these would do"
	case p.MoreSamples.Requests < p.MoreCases.Requests:
		return "more samples are cheaper than more cases"
	}
	return "more cases are cheaper than more samples, not counting the work of writing them"
}
