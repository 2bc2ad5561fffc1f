package reporters

import (
	"bufio"
	"fmt"
	"io"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/compare"
	"github.com/evalrun/evalrun/internal/safetext"
)

// NoiseTable writes what comparing a run with itself came to.
func NoiseTable(w io.Writer, n *compare.Noise, opts TableOptions) error {
	out := bufio.NewWriter(w)
	st := style(opts.Colour)
	share := func(rounds int) string {
		return fmt.Sprintf("%s of %s", percentOf(float64(rounds)/float64(max(n.Rounds, 1))), counted(n.Rounds, "comparison"))
	}
	out.WriteString(st.bold("A/A: "+safetext.Cut(n.Name, maxLine)) + ", compared with itself\n")
	fmt.Fprintf(out, "%s, split at random into two halves\n", counted(n.Cases, "case")+independent(n.Units, n.Cases))
	if n.LeftOut > 0 {
		fmt.Fprintf(out, "%s left out: fewer than two answered samples, or ended early\n", counted(n.LeftOut, "case"))
	}
	if n.Blind {
		fmt.Fprintf(out, "so few are independent that no comparison can find anything: p is never below %g\n", n.Alpha)
	}
	fmt.Fprintf(out, "\nfalse REGRESSED: %s\n", share(n.Regressed))
	fmt.Fprintf(out, "false IMPROVED:  %s\n", share(n.Improved))
	fmt.Fprintf(out, "a test that fails on any case that drops would be red in %s, over %.1f cases each\n", share(n.AnyDrop), n.Dropped)
	fmt.Fprintf(out, "the difference between the halves is chance: ±%s points (standard deviation)\n", points(n.Spread))
	return out.Flush()
}

// independent says how many of the cases are draws of their own, where not
// all are.
func independent(units, cases int) string {
	if units == cases {
		return ""
	}
	return fmt.Sprintf(" (%s independent)", grouped(int64(units)))
}

// PlanTable writes how large a run must be.
func PlanTable(w io.Writer, p *compare.Plan, opts TableOptions) error {
	out := bufio.NewWriter(w)
	st := style(opts.Colour)
	fmt.Fprintf(out, "%s\n", st.bold(fmt.Sprintf("to find a difference of %s points in %s (p < %g, %g %% power)",
		points(p.Detect), safetext.Cut(p.Name, maxLine), p.Alpha, 100*p.Power)))
	shows := "no difference: they are too few"
	if p.Visible != nil {
		shows = fmt.Sprintf("a difference of %s points", points(*p.Visible))
	}
	fmt.Fprintf(out, "now: %s × %s; two such runs show %s\n",
		counted(p.Cases, "case")+independent(p.Units, p.Cases), counted(p.Samples, "sample"), shows)
	out.WriteString(varianceText(p) + "\n\n")
	g := grid{header: []string{"", "cases", "samples a case", "requests a run", "cost a run"}, align: tw.AlignRight}
	add := func(name string, way *compare.Way) {
		if way == nil {
			g.rows = append(g.rows, gridRow{name, []string{"no number would do", "", "", ""}, make([]string, 4)})
			return
		}
		cost := "?"
		if way.CostUSD != nil {
			cost = fmt.Sprintf("$%.2f", *way.CostUSD)
		}
		cells := []string{grouped(int64(way.Cases)), grouped(int64(way.Samples)), grouped(int64(way.Requests)), cost}
		g.rows = append(g.rows, gridRow{name, cells, make([]string, 4)})
	}
	add("more cases", p.MoreCases)
	if p.Repeated {
		add("more samples", p.MoreSamples)
	}
	for i := range p.Others {
		add("", &p.Others[i])
	}
	grids := []grid{g}
	layOut(grids, opts.Width)
	if err := grids[0].write(out, st); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n", cheaperText(p))
	return out.Flush()
}

// varianceText says what the plan stands on.
func varianceText(p *compare.Plan) string {
	if !p.Repeated {
		return "every case was asked once: how much of the variance is noise of the answers is unknown; --repeat 5 tells, and this is the larger estimate"
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
