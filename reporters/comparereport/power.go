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

// PowerTable writes what comparisons of runs like one find.
func PowerTable(w io.Writer, p *compare.Power, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	say := layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}
	st := layout.Style(opts.Colour)
	say.Writef("%s: %s × %s", st.Bold(safetext.Cut(p.Name, layout.MaxLine)),
		numbers.Counted(p.Cases, "case")+independent(p.Units, p.Cases), numbers.Counted(p.Samples, "sample"))
	if p.LeftOut > 0 {
		say.Writef("%s left out: no answer", numbers.Counted(p.LeftOut, "case"))
	}
	say.Write("")
	if p.Unknown != "" {
		say.Writef("false alarms, and the smallest change that would be found: unknown; %s", p.Unknown)
		return out.Flush()
	}
	for _, line := range powerLines(p) {
		say.Write(line)
	}
	if g := sizesGrid(p); len(g.Rows) > 0 {
		say.Write("")
		grids := []layout.Grid{g}
		layout.LayOut(grids, opts.Width)
		if err := grids[0].Write(out, st, say.LineWidth); err != nil {
			return err
		}
	}
	say.Write("")
	say.Write(powerAdvice(p))
	return out.Flush()
}

// powerLines are the false alarms, what is found, and how far that is known.
func powerLines(p *compare.Power) []string {
	f := p.FalseAlarms
	lines := []string{
		fmt.Sprintf("false REGRESSED: %s of %s of the same with the same", numbers.PercentTenths(f.Regressed), numbers.Counted(f.Rounds, "comparison")),
		fmt.Sprintf("false IMPROVED:  %s", numbers.PercentTenths(f.Improved)),
		fmt.Sprintf("a test that fails on any case that drops would be red in %s, over %.1f cases each", numbers.PercentTenths(f.AnyDrop), f.Dropped),
	}
	switch {
	case p.Smallest == nil:
		lines = append(lines, "smallest drop of the pass rate that is found 8 times in 10: none, not even of all of it")
	default:
		lines = append(lines, fmt.Sprintf("smallest drop of the pass rate that is found 8 times in 10: %s points", numbers.Points(*p.Smallest)))
	}
	lines = append(lines, fmt.Sprintf("a drop of %s points is found in %s", numbers.Points(p.Detect), numbers.Percent(*p.Found)))
	if p.Once {
		lines = append(lines, "every case was asked once: how much its answers differ is unknown, and taken to be as much as it can; `--repeat 5` shows it")
	}
	return lines
}

// independent says how many of the cases are draws of their own, where not
// all are.
func independent(units, cases int) string {
	if units == cases {
		return ""
	}
	return fmt.Sprintf(" (%s independent)", numbers.Grouped(int64(units)))
}

// sizesGrid lists the sizes of a run that were simulated.
func sizesGrid(p *compare.Power) layout.Grid {
	g := layout.Grid{Header: []string{"a drop of " + numbers.Points(p.Detect) + " points", "cases", "samples a case", "requests", "cost", "found"}, Align: tw.AlignRight}
	add := func(name string, size *compare.Size) {
		row := layout.Row{Name: name, Cells: []string{"-", "-", "-", "-", "-"}, Outcomes: make([]string, 5)}
		if size != nil {
			cost := "?"
			if size.CostUSD != nil {
				cost = fmt.Sprintf("$%.2f", *size.CostUSD)
			}
			row.Cells = []string{numbers.Grouped(int64(size.Cases)), numbers.Grouped(int64(size.Samples)), numbers.Grouped(int64(size.Requests)), cost, numbers.Percent(size.Found)}
		}
		g.Rows = append(g.Rows, row)
	}
	if len(p.Twice) == 0 {
		return g
	}
	add("twice the cases", &p.Twice[0])
	if len(p.Twice) > 1 {
		add("twice the samples", &p.Twice[1])
	}
	add("enough cases", p.MoreCases)
	if !p.Once {
		add("enough samples", p.MoreSamples)
	}
	return g
}

// powerAdvice says which buys more for the money.
func powerAdvice(p *compare.Power) string {
	cases, samples := p.MoreCases, p.MoreSamples
	switch {
	case len(p.Twice) == 0:
		return "No comparison of these has a verdict: add independent cases, 6 or more, of which none or no cluster is more than a quarter."
	case p.Detect < p.Margin && cases == nil:
		return fmt.Sprintf("So small a drop lies within the margin of %s points, and is no regression; `--margin %.3g` makes it one.", numbers.Points(p.Margin), p.Detect)
	case *p.Found >= p.Power:
		return "The run is large enough."
	case cases == nil && samples == nil:
		return "No number of cases or samples that was tried finds it: look for a larger drop, with --detect."
	case p.Once:
		return "Add cases; whether more samples of these would do shows a run with `--repeat 5`."
	case samples == nil:
		return "Add cases: no number of samples of these finds it."
	case cases == nil || samples.Requests < cases.Requests:
		return "Ask more often: more samples buy more than more cases."
	}
	return "Add cases: they buy more than more samples, not counting the work of writing them."
}
