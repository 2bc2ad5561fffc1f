package comparereport

import (
	"bufio"
	"io"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/prove"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// ProofTable writes a proof for a person at a terminal: the recommendation, the
// numbers of each setting and the cases that it loses.
func ProofTable(w io.Writer, p Proof, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	t := comparisonTable{Sentences: layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}, of: p.comparisons(), opts: opts, style: layout.Style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = layout.DefaultWidth
	}
	t.text(p.recommendation())
	if err := t.writeSettings(p); err != nil {
		return err
	}
	t.text(p.levels() + " " + p.certainty())
	for _, warning := range p.warnings() {
		t.Write(t.style.Yellow("warning:") + " " + safetext.Cut(warning, layout.MaxLine))
	}
	for i := range p.Settings {
		t.writeChanges("lost with "+safetext.Cut(p.Settings[i].Name, layout.MaxName), p.Settings[i].Lost(), false)
	}
	t.line("")
	t.text(p.next("`", "`"))
	t.Write(t.style.Bold(t.colour(verdicttext.Line(p.Verdict))))
	return out.Flush()
}

// writeSettings writes the numbers: verdicts and rates, then what they cost.
func (t *comparisonTable) writeSettings(p Proof) error {
	rates, took := pickColumns(0, 1, 2, 3, 4), pickColumns(5, 6, 7, 8)
	for _, pick := range []func([]string) []string{rates, took} {
		g := layout.Grid{Header: append([]string{"setting"}, pick(settingTitles)...), Align: tw.AlignRight}
		add := func(name string, cells []string) {
			g.Rows = append(g.Rows, layout.Row{Name: name, Cells: pick(cells), Outcomes: make([]string, len(pick(cells)))})
		}
		add(p.Base, p.baseCells())
		for i := range p.Settings {
			add(p.mark(&p.Settings[i])+p.Settings[i].Name, settingCells(&p.Settings[i]))
		}
		if err := t.writeGrid(g); err != nil {
			return err
		}
	}
	t.line("")
	return nil
}

// mark shows the setting that is recommended.
func (p Proof) mark(s *prove.Setting) string {
	if p.Recommended != "" && s.Name == p.Recommended {
		return "→ "
	}
	return ""
}

func pickColumns(columns ...int) func([]string) []string {
	return func(cells []string) []string {
		var out []string
		for _, i := range columns {
			out = append(out, cells[i])
		}
		return out
	}
}
