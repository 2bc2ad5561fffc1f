package reporters

import (
	"bufio"
	"fmt"
	"io"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
)

// NoiseTable writes what comparing a run with itself came to.
func NoiseTable(w io.Writer, n *compare.Noise, opts TableOptions) error {
	out := bufio.NewWriter(w)
	say := sentences{out, opts.sentenceWidth()}
	st := style(opts.Colour)
	share := func(rounds int) string {
		return fmt.Sprintf("%s of %s", percentOf(float64(rounds)/float64(max(n.Rounds, 1))), counted(n.Rounds, "comparison"))
	}
	say.sentencef("%s, compared with itself", st.bold("A/A: "+safetext.Cut(n.Name, maxLine)))
	say.sentencef("%s, split at random into two halves", counted(n.Cases, "case")+independent(n.Units, n.Cases))
	if n.LeftOut > 0 {
		say.sentencef("%s left out: fewer than two answered samples, or ended early", counted(n.LeftOut, "case"))
	}
	if n.Blind {
		say.sentencef("so few are independent that no comparison can find anything: p is never below %g", n.Alpha)
	}
	say.sentence("")
	say.sentencef("false REGRESSED: %s", share(n.Regressed))
	say.sentencef("false IMPROVED:  %s", share(n.Improved))
	say.sentencef("a test that fails on any case that drops would be red in %s, over %.1f cases each", share(n.AnyDrop), n.Dropped)
	say.sentencef("the difference between the halves is chance: ±%s points (standard deviation)", points(n.Spread))
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
	say := sentences{out, opts.sentenceWidth()}
	st := style(opts.Colour)
	say.sentencef("%s", st.bold(fmt.Sprintf("to find a difference of %s points in %s (p < %g, %g %% power)",
		points(p.Detect), safetext.Cut(p.Name, maxLine), p.Alpha, 100*p.Power)))
	shows := "no difference: they are too few"
	if p.Visible != nil {
		shows = fmt.Sprintf("a difference of %s points", points(*p.Visible))
	}
	say.sentencef("now: %s × %s; two such runs show %s",
		counted(p.Cases, "case")+independent(p.Units, p.Cases), counted(p.Samples, "sample"), shows)
	say.sentencef("%s", varianceText(p))
	say.sentence("")
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
	if err := grids[0].write(out, st, say.sentenceWidth); err != nil {
		return err
	}
	say.sentence("")
	say.sentencef("%s", cheaperText(p))
	return out.Flush()
}

// varianceText says what the plan stands on.
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
