package chart

import (
	"fmt"
	"math"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// latencyBins is how many bars the latencies are counted in.
const latencyBins = 24

// NewLatency counts the answers by latency; nil where there are too few to
// say anything.
func NewLatency(ms []float64) *Chart {
	if len(ms) < 2 {
		return nil
	}
	most := Quantile(ms, 1)
	bins := make([]int, latencyBins)
	highest := 0
	for _, t := range ms {
		i := min(int(t/most*latencyBins), latencyBins-1)
		bins[i]++
		highest = max(highest, bins[i])
	}
	c := &Chart{Title: fmt.Sprintf("Latency: p50 %s, p95 %s", QuantileText(ms, .5), QuantileText(ms, .95)), Label: fmt.Sprintf("Answers by latency: half of %s within %s, 95 %% within %s",
		numbers.Grouped(int64(len(ms))), QuantileText(ms, .5), QuantileText(ms, .95))}
	c.level(1, numbers.Grouped(int64(highest)))
	c.level(0, "0")
	for i, n := range bins {
		if n == 0 {
			continue
		}
		from, to := float64(i)/latencyBins, float64(i+1)/latencyBins
		top := up(float64(n) / float64(highest))
		c.Bars = append(c.Bars, bar{Coordinate(across(from) + 1), Coordinate(top), Coordinate(across(to) - across(from) - 2),
			Coordinate(chartBottom - top), fmt.Sprintf("%s up to %s", numbers.Counted(n, "answer"), numbers.Duration(record.Duration(to*most)))})
	}
	c.times(most)
	for _, q := range []float64{.5, .95} {
		c.Spans = append(c.Spans, path{fmt.Sprintf("M%s %sV%s", Coordinate(across(Quantile(ms, q)/most)), Coordinate(chartTop), Coordinate(chartBottom))})
	}
	return c
}

// NewLatencies draws the latencies of both sides over each other, as shares
// of the side's answers; nil where a side has too few.
func NewLatencies(base, new []float64) *Chart {
	if len(base) < 2 || len(new) < 2 {
		return nil
	}
	most := max(Quantile(base, 1), Quantile(new, 1))
	c := &Chart{
		Title: fmt.Sprintf("Latency: p50 %s → %s, p95 %s → %s", QuantileText(base, .5), QuantileText(new, .5), QuantileText(base, .95), QuantileText(new, .95)),
		Label: fmt.Sprintf("Answers by latency: half of the base within %s, half of the new within %s", QuantileText(base, .5), QuantileText(new, .5)),
	}
	old, now := binShares(base, most), binShares(new, most)
	highest := 0.0
	for i := range old {
		highest = max(highest, old[i], now[i])
	}
	c.level(1, numbers.Percent(highest))
	c.level(0, "0")
	outline := fmt.Sprintf("M%s %s", Coordinate(across(0)), Coordinate(up(0)))
	for i := range old {
		from, to := float64(i)/latencyBins, float64(i+1)/latencyBins
		if now[i] > 0 {
			top := up(now[i] / highest)
			c.Bars = append(c.Bars, bar{Coordinate(across(from) + 1), Coordinate(top), Coordinate(across(to) - across(from) - 2), Coordinate(chartBottom - top),
				fmt.Sprintf("%s of the new side's answers up to %s", numbers.Percent(now[i]), numbers.Duration(record.Duration(to*most)))})
		}
		outline += fmt.Sprintf("V%sH%s", Coordinate(up(old[i]/highest)), Coordinate(across(to)))
	}
	c.Outlines = append(c.Outlines, path{outline + "V" + Coordinate(up(0))})
	c.times(most)
	c.Texts = append(c.Texts, label{Coordinate(across(.5)), Coordinate(chartBottom + 34), "mid", "base: line · new: bars"})
	return c
}

// times writes round times under the axis, which goes up to most milliseconds.
func (c *Chart) times(most float64) {
	const fewest, widest = 2, .97 // texts beside 0, and how far to the right
	step := math.Pow10(int(math.Ceil(math.Log10(most))))
	for _, by := range []float64{2, 2.5, 2, 2, 2.5, 2} { // 1, 0.5, 0.2, 0.1 and so on of a power of ten
		if step*fewest <= most*widest {
			break
		}
		step /= by
	}
	c.below(0, "0")
	if !(step >= 1) || math.IsInf(step, 0) { // below a millisecond nothing is written
		c.below(widest, numbers.Duration(record.Duration(most)))
		return
	}
	for t := step; t <= most*widest; t += step {
		c.below(t/most, numbers.Duration(record.Duration(t)))
	}
}

// binShares are the shares of the values in latencyBins bins up to most.
func binShares(values []float64, most float64) []float64 {
	bins := make([]float64, latencyBins)
	for _, v := range values {
		bins[min(int(v/most*latencyBins), latencyBins-1)] += 1 / float64(len(values))
	}
	return bins
}
