package reporters

import (
	"fmt"

	"github.com/evalrun/evalrun/record"
)

// latencyBins is how many bars the latencies are counted in.
const latencyBins = 24

// latencyChart counts the answers by latency; nil where there are too few to
// say anything.
func latencyChart(ms []float64) *chart {
	if len(ms) < 2 {
		return nil
	}
	most := quantile(ms, 1)
	bins := make([]int, latencyBins)
	highest := 0
	for _, t := range ms {
		i := min(int(t/most*latencyBins), latencyBins-1)
		bins[i]++
		highest = max(highest, bins[i])
	}
	c := &chart{Title: fmt.Sprintf("Latency: p50 %s, p95 %s", quantileText(ms, .5), quantileText(ms, .95)), Label: fmt.Sprintf("Answers by latency: half of %s within %s, 95 %% within %s",
		grouped(int64(len(ms))), quantileText(ms, .5), quantileText(ms, .95))}
	c.level(1, grouped(int64(highest)))
	c.level(0, "0")
	for i, n := range bins {
		if n == 0 {
			continue
		}
		from, to := float64(i)/latencyBins, float64(i+1)/latencyBins
		top := up(float64(n) / float64(highest))
		c.Bars = append(c.Bars, chartBar{coordinate(across(from) + 1), coordinate(top), coordinate(across(to) - across(from) - 2),
			coordinate(chartBottom - top), fmt.Sprintf("%s up to %s", counted(n, "answer"), duration(record.Duration(to*most)))})
	}
	for _, share := range []float64{0, .5, .95} {
		c.below(share, duration(record.Duration(share*most)))
	}
	for _, q := range []float64{.5, .95} {
		c.Spans = append(c.Spans, chartPath{fmt.Sprintf("M%s %sV%s", coordinate(across(quantile(ms, q)/most)), coordinate(chartTop), coordinate(chartBottom))})
	}
	return c
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
