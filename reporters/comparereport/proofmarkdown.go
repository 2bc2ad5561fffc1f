package comparereport

import (
	"io"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// proofMark is the first line of a proof, by which a bot finds its own comment.
const proofMark = "<!-- evalrun proof -->"

// ProofMarkdown writes a proof for the pull request that changes the model, under
// 65,536 characters.
func ProofMarkdown(w io.Writer, p Proof) error {
	m := comparisonMarkdown{of: p.comparisons()}
	m.line(proofMark)
	m.line("### %s %s\n", m.sign(), safetext.Markdown(safetext.Cut(p.recommendation(), layout.MaxLine)))
	m.writeSettings(p)
	m.line("%s\n", safetext.Markdown(p.levels()+" "+p.certainty()))
	for _, warning := range p.warnings() {
		m.line("> ⚠️ %s\n", safetext.Markdown(safetext.Cut(warning, layout.MaxLine)))
	}
	m.writeChangeUnderTest(p)
	for i := range p.Settings {
		m.writeChanges("lost with "+markdownCode(p.Settings[i].Name), p.Settings[i].Lost())
	}
	if p.Command != "" {
		m.line("Write it: %s %s\n", markdownCode(p.Command), safetext.Markdown(p.Next))
	} else if p.Next != "" {
		m.line("%s\n", safetext.Markdown(p.Next))
	}
	m.line("%s %s", m.sign(), safetext.Markdown(verdicttext.Line(p.Verdict)))
	_, err := io.WriteString(w, m.out.String())
	return err
}

func (m *comparisonMarkdown) writeSettings(p Proof) {
	row := func(name string, cells []string) {
		m.line("| %s | %s |", name, strings.ReplaceAll(strings.Join(cells, " | "), "<", "&lt;"))
	}
	row("setting", settingTitles)
	row(":--", append([]string{":--"}, slices.Repeat([]string{"--:"}, len(settingTitles)-1)...))
	row(markdownCode(p.Base), p.baseCells())
	for i := range p.Settings {
		s := &p.Settings[i]
		cells := settingCells(s)
		cells[0] = compareMarks[s.Verdict] + " " + cells[0]
		row(p.mark(s)+markdownCode(s.Name), cells)
	}
	m.line("")
}

// writeChangeUnderTest writes what the recommended setting, else the first, asks
// otherwise than the base.
func (m *comparisonMarkdown) writeChangeUnderTest(p Proof) {
	var of *compare.Comparison
	if s := p.Setting(p.Recommended); s != nil {
		of = s.Comparison
	} else if len(p.Settings) > 0 {
		of = p.Settings[0].Comparison
	}
	if of == nil || len(changeValues(of, compareWidth)) == 0 {
		return
	}
	m.line("<details><summary>%s</summary>\n\n%s\n\n</details>\n", safetext.Markdown(safetext.Cut(changeLine(of), layout.MaxLine)),
		safetext.Fence(strings.Join(changeValues(of, compareWidth), "\n"), 4*layout.MaxDetailLines, compareWidth))
}
