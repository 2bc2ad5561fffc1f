package reporters

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/record"
)

// difference is a difference with its interval as a picture of 200 by 16, none
// in the middle. One without a label is not drawn.
type difference struct {
	Label               string
	Low, Width, Value   string
	Margin, MarginWidth string // the margin on both sides of none, if any
	Class               string
}

// newDifference draws a difference on an axis that reaches as far to either
// side.
func newDifference(value float64, iv compare.Interval, reach, margin float64, label string) difference {
	at := func(x float64) float64 { return 100 + 98*max(-1, min(1, x/reach)) }
	d := difference{
		Label: label, Value: coordinate(at(value)),
		Low: coordinate(at(iv[0])), Width: coordinate(max(at(iv[1])-at(iv[0]), 1)),
	}
	if margin > 0 {
		d.Margin, d.MarginWidth = coordinate(at(-margin)), coordinate(at(margin)-at(-margin))
	}
	return d
}

// colour colours the interval by a verdict.
func (d *difference) colour(v compare.Verdict) {
	switch v {
	case compare.Regressed:
		d.Class = "bad"
	case compare.Improved:
		d.Class = "good"
	}
}

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
		text := fmt.Sprintf("%s %s", grouped(int64(n)), stateVerdicts[state].Word)
		m.Parts = append(m.Parts, movedPart{"st-" + strings.ReplaceAll(string(state), " ", "-"), coordinate(x), coordinate(width), text})
		texts = append(texts, text)
		x += width
	}
	m.Label = strings.Join(texts, ", ")
	return m
}

// comparisonCharts are those that the comparisons have numbers for.
func comparisonCharts(all []*compare.Comparison) ([]chart, error) {
	var charts []chart
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
	if c := latenciesChart(base, new); c != nil {
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
		if !seen[name] && len(dots) < maxChartGroups {
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
func sidesChart(all []*compare.Comparison) *chart {
	dots := sideDots(all)
	most := 0.0
	for _, d := range dots {
		most = max(most, d.usd)
	}
	if len(dots) < 2 || most == 0 {
		return nil
	}
	c := &chart{Title: "Cost against pass rate", Label: "Cost of a sample and pass rate of each side, with intervals"}
	c.costAxes(most, "US dollars a sample")
	var named []namedDot
	for _, d := range dots {
		name := groupName(d.name, maxVariant)
		named = append(named, namedDot{
			name: name, title: fmt.Sprintf("%s: %s, %s a sample", name, percentOf(d.rate.Value), dollars(d.usd)),
			share: .9 * d.usd / most, rate: d.rate.Value, low: d.rate.Low, high: d.rate.High,
		})
	}
	c.addDots(named)
	return c
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

// latenciesChart draws the latencies of both sides over each other, as shares
// of the side's answers; nil where a side has too few.
func latenciesChart(base, new []float64) *chart {
	if len(base) < 2 || len(new) < 2 {
		return nil
	}
	most := max(quantile(base, 1), quantile(new, 1))
	c := &chart{
		Title: fmt.Sprintf("Latency: p50 %s → %s, p95 %s → %s", quantileText(base, .5), quantileText(new, .5), quantileText(base, .95), quantileText(new, .95)),
		Label: fmt.Sprintf("Answers by latency: half of the base within %s, half of the new within %s", quantileText(base, .5), quantileText(new, .5)),
	}
	old, now := binShares(base, most), binShares(new, most)
	highest := 0.0
	for i := range old {
		highest = max(highest, old[i], now[i])
	}
	c.level(1, percent(highest))
	c.level(0, "0")
	outline := fmt.Sprintf("M%s %s", coordinate(across(0)), coordinate(up(0)))
	for i := range old {
		from, to := float64(i)/latencyBins, float64(i+1)/latencyBins
		if now[i] > 0 {
			top := up(now[i] / highest)
			c.Bars = append(c.Bars, chartBar{coordinate(across(from) + 1), coordinate(top), coordinate(across(to) - across(from) - 2), coordinate(chartBottom - top),
				fmt.Sprintf("%s of the new side's answers up to %s", percent(now[i]), duration(record.Duration(to*most)))})
		}
		outline += fmt.Sprintf("V%sH%s", coordinate(up(old[i]/highest)), coordinate(across(to)))
	}
	c.Outlines = append(c.Outlines, chartPath{outline + "V" + coordinate(up(0))})
	for _, share := range []float64{0, .5, .95} {
		c.below(share, duration(record.Duration(share*most)))
	}
	c.Texts = append(c.Texts, chartText{coordinate(across(.5)), coordinate(chartBottom + 34), "mid", "base: line · new: bars"})
	return c
}

// binShares are the shares of the values in latencyBins bins up to most.
func binShares(values []float64, most float64) []float64 {
	bins := make([]float64, latencyBins)
	for _, v := range values {
		bins[min(int(v/most*latencyBins), latencyBins-1)] += 1 / float64(len(values))
	}
	return bins
}
