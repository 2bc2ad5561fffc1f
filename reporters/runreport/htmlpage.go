package runreport

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/page"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// htmlPage is what web/page.html shows. Its texts are safe to look at; the
// template makes them safe as HTML.
type htmlPage struct {
	page.Assets
	Live       bool
	Title      string
	Verdict    page.Verdict
	Reasons    string   // of the verdict
	Found      []string // by comparisons with earlier runs
	Incomplete bool
	Meta       []string
	htmlStatistics
	htmlGrid
	src  Source
	vars []string // of htmlGrid.Vars, as the record has them
	rows htmlRows
	err  error // of Rows
}

// htmlStatistics is the first screen: the run's numbers.
type htmlStatistics struct {
	Tiles      []page.Tile
	Suites     []htmlSuite // where there are several
	Owned      bool        // a suite names who answers for it
	GroupName  string
	Groups     []htmlGroup
	Leads      []string // who passes most, along each axis
	By         string   // of Categories; "" where there are none
	Categories []htmlGroup
	Classes    []htmlClasses
	Streamed   bool     // there are streamed answers
	Missing    []string // corrected rates, which samples lack a value of a metric, and what waited in a queue
	Gates      []htmlGate
	Charts     []chart.Chart
}

// htmlGrid is the cases.
type htmlGrid struct {
	Several  bool // there are several variants
	Repeated bool // there are cases that were asked several times
	Tags     []string
	Columns  []string
	Vars     []string // that have a column, safe to show
	Left     string   // which cases are listed, "" where all are
}

type htmlGroup struct {
	Name                   string
	Rate                   chart.Interval
	RateText               string
	Passed, Failed, Errors string
	P50, P95               string
	TTFT50, TTFT95, Speed  string
	Input, Output, Cost    string
}

type htmlGate struct {
	Verdict            page.Verdict
	Expr, Value, Suite string
}

// htmlGridRow is a case; the fields named Key are what it is sorted by.
type htmlGridRow struct {
	page.GridRow
	Vars                                    []page.Tile
	Passed, Latency, Tokens, Cost           string
	RateKey, LatencyKey, TokensKey, CostKey string
}

func newHTMLPage(src Source, found htmlFound, opts HTMLOptions) htmlPage {
	run := src.Run
	rows := newHTMLRows(run, opts.MaxCases)
	grid := newHTMLGrid(run, found)
	grid.Left = rows.left()
	return htmlPage{
		Assets: page.NewAssets(opts.Live), Live: opts.Live,
		Title: runTitle(run), Verdict: page.NewHead(src.Verdict), Reasons: safetext.Cut(verdicttext.Reasons(src.Verdict), verdicttext.MaxCells), Found: verdicttext.Found(src.Verdict), Incomplete: !run.Complete, Meta: runMeta(run),
		htmlStatistics: newHTMLStatistics(src, found), htmlGrid: grid, src: src, vars: found.vars, rows: rows,
	}
}

// runTitle names a run by its suites.
func runTitle(run *summary.Run) string {
	switch len(run.Suites) {
	case 0:
		return "no suites"
	case 1:
		return safetext.Cut(run.Suites[0].Name, maxJUnitMessage)
	}
	return fmt.Sprintf("%s and %d more", safetext.Cut(run.Suites[0].Name, maxJUnitMessage), len(run.Suites)-1)
}

func runMeta(run *summary.Run) []string {
	meta := []string{run.Header.Started.UTC().Format("2006-01-02 15:04 UTC"), safetext.Line(run.Header.Tool)}
	if run.Header.BaseURL != "" {
		meta = append(meta, safetext.Cut(run.Header.BaseURL, layout.MaxLine))
	}
	if sources := answerSources(run); sources != "" {
		meta = append(meta, "answers from: "+sources)
	}
	meta = append(meta, layout.NonEmpty(verdictTerms(run))...)
	return meta
}

func newHTMLStatistics(src Source, found htmlFound) htmlStatistics {
	run := src.Run
	groups := variantGroups(run)
	s := htmlStatistics{
		Tiles: runTiles(run, &found.times), GroupName: "Variant",
		Classes: newHTMLClasses(run), Streamed: len(found.times.ttfts) > 0, Charts: charts(run, found.times.latencies),
	}
	for i := range groups {
		s.Groups = append(s.Groups, newHTMLGroup(groups[i], found.byVariant[groups[i].Name]))
	}
	if len(groups) == 1 && groups[0].Name == "" {
		s.GroupName, s.Groups[0].Name = "Run", "all cases"
	}
	s.Suites, s.Owned = newHTMLSuites(run), ownersOf(run) != nil
	if src.By != nil {
		s.By = safetext.Cut(src.By.By, layout.MaxLine)
		for _, c := range src.By.groups {
			cases := c.Totals.Cases
			s.Categories = append(s.Categories, htmlGroup{
				Name: safetext.Cut(c.label(c.group.Name), layout.MaxLine), Rate: newRateInterval(c.Totals), RateText: passRate(c.Totals),
				Passed: fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip), Cost: c.cost().String(),
			})
		}
	}
	for i := range run.Suites {
		s.Missing = append(s.Missing, slices.Concat(correctedNotes(&run.Suites[i]), missingNotes(&run.Suites[i]), queueNotes(&run.Suites[i]))...)
	}
	for _, g := range src.gates() {
		s.Gates = append(s.Gates, htmlGate{page.NewOutcome(g.Outcome), safetext.Cut(g.Expr, layout.MaxLine), safetext.Cut(g.Value, layout.MaxLine), safetext.Cut(g.Suite, layout.MaxLine)})
	}
	return s
}

func runTiles(run *summary.Run, times *answerTimes) []page.Tile {
	cases, samples := run.Totals.Cases, run.Totals.Samples
	asked := cases.Total() - cases.Skip
	tiles := []page.Tile{
		{Name: "Cases passed", Value: fmt.Sprintf("%s of %s", numbers.Grouped(int64(cases.Pass)), numbers.Grouped(int64(asked))), Note: passRate(run.Totals)},
		{Name: "Failed", Value: numbers.Grouped(int64(cases.Fail)), Note: ""},
		{Name: "Errors", Value: numbers.Grouped(int64(cases.Error)), Note: ""},
	}
	if cases.Skip > 0 {
		tiles = append(tiles, page.Tile{Name: "Skipped", Value: numbers.Grouped(int64(cases.Skip)), Note: ""})
	}
	if samples.Total() > asked {
		tiles = append(tiles, page.Tile{Name: "Samples", Value: numbers.Grouped(int64(samples.Total())), Note: numbers.Grouped(int64(samples.Pass)) + " passed"})
	}
	tiles = append(tiles,
		page.Tile{Name: "Cost", Value: cost(run.Totals.Cost).String(), Note: ""},
		page.Tile{Name: "Latency p50", Value: chart.QuantileText(times.latencies, .5), Note: "p95 " + chart.QuantileText(times.latencies, .95)})
	if len(times.ttfts) > 0 {
		tiles = append(tiles,
			page.Tile{Name: "TTFT p50", Value: chart.QuantileText(times.ttfts, .5), Note: "p95 " + chart.QuantileText(times.ttfts, .95)},
			page.Tile{Name: "Tokens/s p50", Value: speedText(times.speeds, .5), Note: "p5 " + speedText(times.speeds, .05)})
	}
	tiles = append(tiles,
		page.Tile{Name: "Tokens", Value: allTokens(run.Totals).String(), Note: fmt.Sprintf("%s in, %s out", tokens(run.Totals.Input), tokens(run.Totals.Output))},
		page.Tile{Name: "Requests", Value: numbers.Grouped(int64(run.Totals.Requests)), Note: ""})
	if c := run.Totals.Comparisons; c.Total() > 0 {
		tiles = append(tiles, page.Tile{Name: "Answers compared", Value: recordtext.Votes(c), Note: placeText(c)})
	}
	if run.Wall > 0 {
		tiles = append(tiles, page.Tile{Name: "Took", Value: numbers.Duration(run.Wall), Note: ""})
	}
	return tiles
}

func newHTMLGroup(g group, times *answerTimes) htmlGroup {
	cases := g.Totals.Cases
	return htmlGroup{
		Name: chart.GroupName(g.Name, layout.MaxLine), Rate: newRateInterval(g.Totals), RateText: passRate(g.Totals),
		Passed: fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip), Failed: strconv.Itoa(cases.Fail), Errors: strconv.Itoa(cases.Error),
		P50: chart.QuantileText(times.latencies, .5), P95: chart.QuantileText(times.latencies, .95),
		TTFT50: chart.QuantileText(times.ttfts, .5), TTFT95: chart.QuantileText(times.ttfts, .95), Speed: speedText(times.speeds, .5),
		Input: tokens(g.Totals.Input).String(), Output: tokens(g.Totals.Output).String(), Cost: g.cost().String(),
	}
}

func speedText(perSecond []float64, q float64) string {
	if len(perSecond) == 0 {
		return "-"
	}
	return speed(chart.Quantile(perSecond, q))
}

func newHTMLGrid(run *summary.Run, found htmlFound) htmlGrid {
	grid := htmlGrid{Several: len(run.Variants) > 1, Repeated: run.Totals.Samples.Total() > run.Totals.Cases.Total(), Tags: slices.Sorted(maps.Keys(found.tags))}
	for _, name := range found.vars {
		grid.Vars = append(grid.Vars, safetext.Cut(name, layout.MaxName))
	}
	for _, v := range run.Variants {
		grid.Columns = append(grid.Columns, columnTitle(v.Name))
	}
	return grid
}

// Rows are the grid's, which are read as they are written. An error ends them
// and stays in err.
func (p *htmlPage) Rows() iter.Seq[htmlGridRow] {
	return func(yield func(htmlGridRow) bool) {
		var variants []string
		for _, v := range p.src.Run.Variants {
			variants = append(variants, v.Name)
		}
		i := 0
		for row, err := range p.rows.read(p.src) {
			var answers []cellAnswer
			for _, c := range row.cases {
				var answer cellAnswer
				if err == nil {
					answer, err = p.src.readCell(c)
				}
				answers = append(answers, answer)
			}
			if err != nil {
				p.err = err
				return
			}
			if !yield(newHTMLGridRow(i, row, answers, variants, p.vars)) {
				return
			}
			i++
		}
	}
}

// columnTitle names a variant's column.
func columnTitle(variant string) string {
	if variant == "" {
		return "Result"
	}
	return safetext.Cut(variant, layout.MaxLine)
}

func newHTMLGridRow(index int, row htmlRow, answers []cellAnswer, variants, vars []string) htmlGridRow {
	first := row.cases[0]
	out := htmlGridRow{GridRow: page.NewGridRow(index, first.Case.Case, safetext.Cut(suiteTitle(row.suite), layout.MaxLine))}
	var values []string
	for _, v := range recordtext.Vars(first.Vars) {
		values = append(values, safetext.Cut(v.Value, maxVarCell))
	}
	out.Describe(&first.Case, []string{first.Case.Case, row.suite.Name}, values...)
	var totals summary.Totals
	words := map[string]bool{}
	out.Cells = make([]page.Cell, len(variants))
	out.Vars = varCells(row, vars)
	for i, c := range row.cases {
		totals.Add(c.Totals)
		words[page.NewOutcome(c.Outcome).Class] = true
		v := slices.Index(variants, c.Variant)
		out.Cells[v] = newCell(c, answers[i])
	}
	out.Words = strings.Join(slices.Sorted(maps.Keys(rowWordsOf(words, row.cases))), " ")
	out.setNumbers(totals)
	return out
}

// rowWordsOf adds to the outcomes of a row what else it is chosen by.
func rowWordsOf(words map[string]bool, cases []*summary.Case) map[string]bool {
	if len(words) > 1 {
		words["differs"] = true
	}
	for _, c := range cases {
		samples := c.Totals.Samples
		if samples.Error > 0 {
			words["error"] = true
		}
		if samples.Pass > 0 && samples.Fail > 0 {
			words["mixed"] = true
		}
	}
	return words
}

// setNumbers sets what the row shows of its samples, and what it is sorted
// by.
func (r *htmlGridRow) setNumbers(totals summary.Totals) {
	samples := totals.Samples
	asked := samples.Total() - samples.Skip
	r.Passed, r.Latency, r.Cost, r.RateKey, r.LatencyKey = "-", "-", cost(totals.Cost).String(), "-1", "-1"
	if asked > 0 {
		r.Passed = fmt.Sprintf("%d/%d", samples.Pass, asked)
		r.RateKey = strconv.FormatFloat(float64(samples.Pass)/float64(asked), 'f', 6, 64)
	}
	if answered := samples.Pass + samples.Fail; answered > 0 && totals.Latency > 0 {
		mean := totals.Latency / time.Duration(answered)
		r.Latency, r.LatencyKey = numbers.Duration(mean), strconv.FormatInt(int64(mean/time.Microsecond), 10)
	}
	used := allTokens(totals)
	r.Tokens, r.TokensKey = used.String(), strconv.FormatInt(used.Sum, 10)
	r.CostKey = strconv.FormatFloat(totals.Cost.USD, 'f', 9, 64)
}
