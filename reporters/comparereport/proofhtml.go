package comparereport

import (
	"io"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/page"
)

// htmlProof is what a page says of settings, above their comparisons.
type htmlProof struct {
	Recommendation, Levels, Next string
	Titles                       []string
	Rows                         []htmlSetting
}

type htmlSetting struct {
	Name, Link string
	Verdict    page.Verdict
	Cells      []htmlCell
}

type htmlCell struct{ Title, Text string }

// ProofHTML writes a proof as one page: the recommendation, the numbers of each
// setting, and its comparison with the base with all answers, as HTML does.
func ProofHTML(w io.Writer, p Proof) error {
	shown := &htmlProof{
		Recommendation: safetext.Cut(p.recommendation(), layout.MaxLine), Levels: p.levels() + " " + p.certainty(), Next: safetext.Cut(p.next("", ""), layout.MaxLine), Titles: settingTitles[1:],
	}
	shown.add(p.Base, "", page.Verdict{}, p.baseCells())
	for i := range p.Settings {
		s := &p.Settings[i]
		shown.add(p.mark(s)+s.Name, sectionLink(i), newComparisonVerdict(s.Verdict), settingCells(s))
	}
	return writeHTML(w, p.comparisons(), shown)
}

func (h *htmlProof) add(name, link string, v page.Verdict, cells []string) {
	row := htmlSetting{Name: safetext.Cut(name, layout.MaxLine), Link: link, Verdict: v}
	for i, cell := range cells[1:] {
		row.Cells = append(row.Cells, htmlCell{h.Titles[i], cell})
	}
	h.Rows = append(h.Rows, row)
}
