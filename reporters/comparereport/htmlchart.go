package comparereport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// htmlMoved counts the cases by what became of them, as one bar of 600 by 20.
type (
	htmlMoved struct {
		Label string
		Parts []movedPart
	}
	movedPart struct{ Class, X, Width, Text string }
)

// newMoved is nil where there are no cases.
func newMoved(c *compare.Comparison) *htmlMoved {
	counts := map[compare.State]int{}
	rows := c.Rows()
	for _, row := range rows {
		counts[row.State]++
	}
	if len(rows) == 0 {
		return nil
	}
	m := &htmlMoved{}
	x := 0.0
	var texts []string
	for _, state := range stateOrder {
		n := counts[state]
		if n == 0 {
			continue
		}
		width := 600 * float64(n) / float64(len(rows))
		text := fmt.Sprintf("%s %s", numbers.Grouped(int64(n)), stateVerdicts[state].Word)
		m.Parts = append(m.Parts, movedPart{"st-" + strings.ReplaceAll(string(state), " ", "-"), chart.Coordinate(x), chart.Coordinate(width), text})
		texts = append(texts, text)
		x += width
	}
	m.Label = strings.Join(texts, ", ")
	return m
}

// comparisonCharts are those that the comparisons have numbers for.
func comparisonCharts(all []*compare.Comparison) ([]chart.Chart, error) {
	var charts []chart.Chart
	if c := sidesChart(all); c != nil {
		charts = append(charts, *c)
	}
	if len(all) != 1 {
		return charts, nil
	}
	base, new, err := pairLatencies(all[0])
	if err != nil {
		return nil, err
	}
	if c := chart.NewLatencies(base, new); c != nil {
		charts = append(charts, *c)
	}
	return charts, nil
}

// sideDot is a side in the chart of cost against pass rate.
type sideDot struct {
	name string
	rate compare.Rate
	usd  float64 // a sample
}

// sideDots are the sides that have a cost, each once.
func sideDots(all []*compare.Comparison) []sideDot {
	var dots []sideDot
	seen := map[string]bool{}
	add := func(name string, rate compare.Rate, usd float64) {
		if !seen[name] && len(dots) < chart.MaxDots {
			seen[name] = true
			dots = append(dots, sideDot{name, rate, usd})
		}
	}
	for _, c := range all {
		if c.Cost != nil && c.Overall.Pairs > 0 && c.Base != c.New {
			add(c.Base, c.Overall.BaseRate, c.Cost.Base)
			add(c.New, c.Overall.NewRate, c.Cost.New)
		}
	}
	return dots
}

// sidesChart shows what the sides cost a sample against what they reach; nil
// where less than two have a cost.
func sidesChart(all []*compare.Comparison) *chart.Chart {
	dots := sideDots(all)
	most := 0.0
	for _, d := range dots {
		most = max(most, d.usd)
	}
	if len(dots) < 2 || most == 0 {
		return nil
	}
	var named []chart.Dot
	for _, d := range dots {
		name := chart.GroupName(d.name, layout.MaxName)
		named = append(named, chart.Dot{
			Name: name, Title: fmt.Sprintf("%s: %s, %s per sample", name, numbers.PercentTenths(d.rate.Value), numbers.Dollars(d.usd)),
			Share: .9 * d.usd / most, Rate: d.rate.Value, Low: d.rate.Low, High: d.rate.High,
		})
	}
	return chart.NewCost("Cost per sample and pass rate of each side, with intervals", "US dollars per sample", most, named)
}

// pairLatencies are those of the answers of the pairs in milliseconds, of
// either side.
func pairLatencies(c *compare.Comparison) (base, new []float64, err error) {
	old, now := c.Sides()
	for _, row := range c.Rows() {
		if wordOf[row.State] == "apart" {
			continue
		}
		if base, err = appendLatencies(base, old, row.Base); err != nil {
			return nil, nil, err
		}
		if new, err = appendLatencies(new, now, row.New); err != nil {
			return nil, nil, err
		}
	}
	return base, new, nil
}

func appendLatencies(ms []float64, side *compare.Side, row *compare.RowSide) ([]float64, error) {
	if side.Record() == nil || row == nil {
		return ms, nil
	}
	for e, err := range side.Record().Exchanges(row.ID, 0) {
		if err != nil {
			return nil, err
		}
		if e.IsAnswer() && e.Error == nil && e.LatencyMS > 0 {
			ms = append(ms, e.LatencyMS)
		}
	}
	return ms, nil
}
