package comparereport

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/page"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
	"github.com/evalrun/evalrun/reporters/internal/worddiff"
)

// comparisonPage is what web/compare.html shows. Its texts are safe to look
// at; the template makes them safe as HTML.
type comparisonPage struct {
	page.Assets
	Title    string
	Verdict  page.Verdict
	Reasons  string // of the verdict
	Meta     []string
	Overview *htmlEstimates // of several comparisons
	Proof    *htmlProof     // in its place, of settings; nil for none
	Sections []htmlComparison
	Charts   []chart.Chart
	comparisonGrid
}

// htmlComparison is the section of one comparison.
type htmlComparison struct {
	Index      int
	Several    bool // it is one of several
	Title      string
	Verdict    page.Verdict
	Sentences  []string
	Warnings   []string
	Tiles      []page.Tile
	Level      string
	Sides      []htmlSide
	Difference chart.Difference
	Moved      *htmlMoved
	Change     []htmlChange
	Suites     *htmlEstimates
	Categories *htmlEstimates
	Amounts    []htmlAmount
}

type (
	// htmlSide is a side: its rate over the pairs, and what its whole run
	// came to.
	htmlSide struct {
		Name, Role                      string
		Rate                            chart.Interval
		RateText                        string
		Passed, Failed, Errors, Latency string
		Input, Output, Cost             string
	}
	htmlChange struct {
		Field, Where string
		Diff         []htmlWords
	}
	htmlWords struct{ Kind, Text string }
	// htmlEstimates is a table of differences of pass rates.
	htmlEstimates struct {
		Title, Level string
		Rows         []htmlEstimate
		Note         string // "" for none
	}
	htmlEstimate struct {
		Name, Link       string
		Verdict          page.Verdict
		Picture          chart.Difference
		Text             string
		Pairs, Base, New string
		NewlyFailing     string
		NewlyPassing, P  string
	}
	htmlAmount struct {
		Name, Base, New, Change, Interval string
		Verdict                           page.Verdict
		Picture                           chart.Difference
	}
)

// newComparisonVerdict is a verdict as the page shows it.
func newComparisonVerdict(v compare.Verdict) page.Verdict {
	switch v {
	case compare.Regressed:
		return page.Verdict{Mark: "✗", Word: string(v), Class: "fail"}
	case compare.Improved, compare.NotWorse:
		return page.Verdict{Mark: "✓", Word: string(v), Class: "pass"}
	case compare.Incomparable:
		return page.Verdict{Mark: "!", Word: string(v), Class: "error"}
	}
	return page.Verdict{Mark: "?", Word: string(v), Class: "error"}
}

// newComparisonPage gives the page and its rows, in the grid's order.
func newComparisonPage(of Comparisons, data *comparisonData) (*comparisonPage, []comparisonRow, error) {
	all := of.All
	shown := &comparisonPage{
		Assets: page.NewAssets(false),
		Title:  comparisonTitle(all), Verdict: page.NewHead(of.Verdict), Reasons: safetext.Cut(verdicttext.Reasons(of.Verdict), verdicttext.MaxCells), Meta: comparisonMeta(all),
	}
	if len(all) > 1 {
		shown.Overview = newOverview(all)
	}
	rows, left := comparisonRows(all, page.MaxCases)
	for i, c := range all {
		shown.Sections = append(shown.Sections, newHTMLComparison(i, c, len(all) > 1))
	}
	var err error
	if shown.Charts, err = comparisonCharts(all); err != nil {
		return nil, nil, err
	}
	shown.comparisonGrid, err = newComparisonGrid(rows, len(all) > 1, data)
	shown.Left = left
	return shown, rows, err
}

// maxTitle bounds the name of a side in a title, in cells.
const maxTitle = 300

// sidesTitle names what is compared.
func sidesTitle(c *compare.Comparison) string {
	return safetext.Cut(c.Base, maxTitle) + " → " + safetext.Cut(c.New, maxTitle)
}

func comparisonTitle(all []*compare.Comparison) string {
	if len(all) == 1 {
		return sidesTitle(all[0])
	}
	return numbers.Counted(len(all), "comparison")
}

// comparisonMeta says which runs are compared.
func comparisonMeta(all []*compare.Comparison) []string {
	var meta []string
	seen := map[string]bool{}
	for _, c := range all {
		base, new := c.Sides()
		for _, side := range []*compare.Side{base, new} {
			if side == nil || side.Record() == nil {
				continue
			}
			run := side.Record().Run
			text := run.Started.UTC().Format("2006-01-02 15:04 UTC") + ", " + safetext.Cut(run.Tool, layout.MaxLine)
			if !seen[text] {
				seen[text] = true
				meta = append(meta, text)
			}
		}
	}
	return meta
}

func newHTMLComparison(i int, c *compare.Comparison, several bool) htmlComparison {
	h := htmlComparison{
		Index: i, Several: several, Title: sidesTitle(c), Verdict: newComparisonVerdict(c.Verdict), Level: numbers.Level(c.Alpha),
		Tiles: comparisonTiles(c), Sides: newHTMLSides(c), Moved: newMoved(c), Change: newHTMLChanges(c), Amounts: newHTMLAmounts(c),
	}
	for _, text := range append(summaryTexts(c), layout.NonEmpty(c.Advice)...) {
		h.Sentences = append(h.Sentences, safetext.Cut(text, layout.MaxLine))
	}
	for _, w := range c.Warnings {
		h.Warnings = append(h.Warnings, safetext.Cut(w.Message, layout.MaxLine))
	}
	if e := c.Overall; e.Pairs > 0 {
		reach := max(c.Margin, -e.Interval[0], e.Interval[1])
		h.Difference = chart.NewDifference(e.Difference, e.Interval, reach, c.Margin, differenceText(e))
		h.Difference.Colour(e.Verdict)
	}
	if len(c.Suites) > 1 {
		h.Suites = newEstimates("Suite", numbers.Level(c.Alpha), c.Suites, c.Margin)
	}
	if by := c.Categories; by != nil {
		h.Categories = newEstimates("By "+safetext.Cut(by.By, layout.MaxLine), numbers.Level(c.Alpha), named(by.Each), c.Margin)
		h.Categories.Note = categoriesNote
	}
	return h
}

func comparisonTiles(c *compare.Comparison) []page.Tile {
	e := c.Overall
	if e.Pairs == 0 {
		return []page.Tile{{Name: "Cases compared", Value: "0", Note: "nothing to compare"}}
	}
	over := "of " + numbers.Counted(e.Pairs, "case")
	if e.Units < e.Pairs {
		over += ", " + numbers.Grouped(int64(e.Units)) + " independent"
	}
	tiles := []page.Tile{
		{Name: "Difference", Value: numbers.Signed(e.Difference) + " points", Note: fmt.Sprintf("%s to %s, %s", numbers.Points(e.Interval[0]), numbers.Points(e.Interval[1]), numbers.Equation("p", e.PAdjusted))},
		{Name: "Newly failing", Value: numbers.Grouped(int64(e.NewlyFailing)), Note: fmt.Sprintf("newly passing %s, %s", numbers.Grouped(int64(e.NewlyPassing)), over)},
		{Name: "Errors", Value: numbers.Grouped(int64(e.BaseRate.Errors + e.NewRate.Errors)), Note: fmt.Sprintf("base %d, new %d", e.BaseRate.Errors, e.NewRate.Errors)},
	}
	for _, r := range amountRows(c) {
		if name, ok := tileNames[r.name]; ok {
			tiles = append(tiles, page.Tile{Name: name, Value: strings.Replace(r.change, numbers.NotSignificant, "no clear change", 1), Note: strings.Join(layout.NonEmpty(r.base+" → "+r.new, r.over), ", ")})
		}
	}
	return tiles
}

// tileNames are the amounts of the first screen; that of the tokens in is in
// the table.
var tileNames = map[string]string{"cost per sample": "Cost per sample", "latency": "Latency", "output tokens": "Tokens out"}

func newHTMLSides(c *compare.Comparison) []htmlSide {
	if c.Overall.Pairs == 0 {
		return nil
	}
	return []htmlSide{
		newHTMLSide(c.Base, "base", c.Overall.BaseRate, c.Totals.Base),
		newHTMLSide(c.New, "new", c.Overall.NewRate, c.Totals.New),
	}
}

func newHTMLSide(name, role string, r compare.Rate, t compare.Totals) htmlSide {
	side := htmlSide{
		Name: safetext.Cut(name, layout.MaxLine), Role: role, RateText: fmt.Sprintf("%s (%s–%s %%)", numbers.PercentTenths(r.Value), numbers.Points(r.Low), numbers.Points(r.High)),
		Rate: chart.NewInterval(fmt.Sprintf("%s: pass rate %s, interval %s to %s", role, numbers.PercentTenths(r.Value), numbers.PercentTenths(r.Low), numbers.PercentTenths(r.High)),
			r.Low, r.Value, r.High),
		Passed: fmt.Sprintf("%d/%d", t.Cases.Pass, t.Cases.Pass+t.Cases.Fail+t.Cases.Error),
		Failed: numbers.Grouped(int64(t.Cases.Fail)), Errors: numbers.Grouped(int64(t.Cases.Error)), Latency: "-",
		Input: "-", Output: "-", Cost: "-",
	}
	if r.Bounds != nil {
		side.RateText += fmt.Sprintf(", %s–%s %% depending on %s", numbers.Points(r.Bounds[0]), numbers.Points(r.Bounds[1]), numbers.Counted(r.Errors, "error"))
	}
	if t.LatencyMS != nil {
		side.Latency = numbers.Duration(record.Duration(*t.LatencyMS))
	}
	if t.InputTokens != nil && t.OutputTokens != nil {
		side.Input, side.Output = numbers.Grouped(int64(*t.InputTokens)), numbers.Grouped(int64(*t.OutputTokens))
	}
	if t.CostUSD != nil {
		side.Cost = numbers.Dollars(*t.CostUSD)
	}
	return side
}

// newHTMLChanges is what differs in the requests, each field with its values
// where all pairs that differ have the same.
func newHTMLChanges(c *compare.Comparison) []htmlChange {
	var out []htmlChange
	for _, change := range c.Change {
		h := htmlChange{Field: safetext.Cut(change.Field, layout.MaxName), Where: fmt.Sprintf("%s of %s", numbers.Grouped(int64(change.Pairs)), numbers.Counted(change.Of, "case"))}
		if change.Old != "" || change.New != "" {
			h.Diff = htmlDiff(change.Old, change.New)
			if change.Example != nil {
				h.Where += ", such as " + safetext.Cut(refLabel(*change.Example), layout.MaxLine)
			}
		}
		out = append(out, h)
	}
	return out
}

// htmlDiff is the word diff of two texts, safe to look at.
func htmlDiff(old, new string) []htmlWords {
	if old != "" && new != "" && !strings.ContainsFunc(old+new, unicode.IsSpace) {
		// A name, such as a model's, reads better whole.
		return []htmlWords{{"del", safetext.Text(old)}, {"", " "}, {"ins", safetext.Text(new)}}
	}
	var out []htmlWords
	for _, run := range worddiff.Compare(old, new) {
		out = append(out, htmlWords{map[worddiff.Kind]string{worddiff.Deleted: "del", worddiff.Inserted: "ins"}[run.Kind], safetext.Text(run.Text)})
	}
	return out
}

func newOverview(all []*compare.Comparison) *htmlEstimates {
	var rows []compare.Estimate
	for _, c := range all {
		e := c.Overall
		e.Name, e.Verdict = sidesTitle(c), c.Verdict
		rows = append(rows, e)
	}
	out := newEstimates("Comparison", numbers.Level(all[0].Alpha), rows, all[0].Margin)
	for i := range out.Rows {
		out.Rows[i].Link = sectionLink(i)
	}
	return out
}

func newEstimates(title, level string, rows []compare.Estimate, margin float64) *htmlEstimates {
	out := &htmlEstimates{Title: title, Level: level}
	reach := margin
	for _, e := range rows {
		if e.Pairs > 0 {
			reach = max(reach, -e.Interval[0], e.Interval[1])
		}
	}
	for _, e := range rows {
		row := htmlEstimate{Name: safetext.Cut(e.Name, layout.MaxLine), Verdict: newComparisonVerdict(e.Verdict), Pairs: numbers.Grouped(int64(e.Pairs))}
		if e.Pairs > 0 {
			row.Base, row.New, row.P = numbers.PercentTenths(e.BaseRate.Value), numbers.PercentTenths(e.NewRate.Value), numbers.Probability(e.PAdjusted)
			row.NewlyFailing, row.NewlyPassing = numbers.Grouped(int64(e.NewlyFailing)), numbers.Grouped(int64(e.NewlyPassing))
			row.Text = differenceText(e)
			row.Picture = chart.NewDifference(e.Difference, e.Interval, reach, margin, row.Text)
			row.Picture.Colour(e.Verdict)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// differenceText writes a difference with its interval: −10.5 (−17.1 to −3.9).
func differenceText(e compare.Estimate) string {
	return fmt.Sprintf("%s (%s to %s)", numbers.Signed(e.Difference), numbers.Points(e.Interval[0]), numbers.Points(e.Interval[1]))
}

// newHTMLAmounts are cost, latency, tokens and metrics, drawn as shares of the
// base.
func newHTMLAmounts(c *compare.Comparison) []htmlAmount {
	rows := amountRows(c)
	reach := .05
	for _, r := range rows {
		reach = max(reach, min(-r.share.interval[0], 1), min(r.share.interval[1], 1))
	}
	var out []htmlAmount
	for _, r := range rows {
		a := htmlAmount{Name: safetext.Cut(r.title(), layout.MaxLine), Base: r.base, New: r.new, Change: r.change, Interval: r.interval}
		if text, ok := strings.CutSuffix(r.change, " "+string(r.share.verdict)); ok && r.share.verdict != "" {
			a.Change, a.Verdict = text, newComparisonVerdict(r.share.verdict)
		}
		a.Picture = chart.NewDifference(r.share.difference, r.share.interval, reach, 0, r.interval)
		a.Picture.Colour(r.share.verdict)
		out = append(out, a)
	}
	return out
}

// sectionLink is the id of a comparison's section.
func sectionLink(i int) string { return fmt.Sprintf("comparison-%d", i) }
