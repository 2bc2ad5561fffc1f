package comparereport

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// amountRow is a line of the table of what was spent and measured.
type amountRow struct {
	name, base, new, change, interval string
	// metric is the name of a metric, in place of ours, and better its better
	// side.
	metric, better string
	// over is how many cases it is of, where some lack it: 10 of 20 cases.
	over  string
	share amountShare
}

// title is the row's name, and of how many cases it is.
func (r *amountRow) title() string { return r.name + r.metric + r.note() }

// note comes after the name: a metric's better side, and of how many cases it
// is.
func (r *amountRow) note() string {
	note := ""
	if r.better != "" {
		note = " (" + r.better + ")"
	}
	if r.over != "" {
		note += ", " + r.over
	}
	return note
}

// amountShare is the change of an amount as a share of its base, as pictures
// show it, and its verdict: "" where neither side is better.
type amountShare struct {
	difference float64
	interval   compare.Interval
	verdict    compare.Verdict
}

// amountRows are cost, latency, tokens and metrics.
func amountRows(c *compare.Comparison) []amountRow {
	var rows []amountRow
	add := func(name string, r *compare.Ratio, write func(float64) string) {
		if r != nil {
			share := amountShare{r.Ratio - 1, compare.Interval{r.Interval[0] - 1, r.Interval[1] - 1}, ratioVerdict(r)}
			rows = append(rows, amountRow{
				name: name, base: write(r.Base), new: write(r.New), change: ratioText(r), interval: ratioInterval(r),
				over: overSome(r.Pairs, c.Overall.Pairs), share: share,
			})
		}
	}
	add("cost per sample", c.Cost, meanDollars)
	add("cost of judges", c.JudgeCost, meanDollars)
	add("latency", c.Latency, func(x float64) string {
		return numbers.Duration(time.Duration(min(x, 1e12) * float64(time.Millisecond)))
	})
	add("input tokens", c.Tokens.Input, numbers.Number)
	add("output tokens", c.Tokens.Output, numbers.Number)
	for _, name := range metricNames(c) {
		rows = append(rows, metricRow(name, c.Metrics[name], c.Alpha))
	}
	return rows
}

// amountsLine is the amounts in one line: latency 812 ms → 820 ms (~).
func amountsLine(c *compare.Comparison) string {
	var parts []string
	for _, r := range amountRows(c) {
		parts = append(parts, fmt.Sprintf("%s %s → %s (%s)", r.title(), r.base, r.new, r.change))
	}
	return strings.Join(parts, ", ")
}

// meanDollars writes a mean cost with four digits, a hundredth of a cent in
// full too: differences of a few percent are to be seen.
func meanDollars(usd float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(usd, 'g', 4, 64), 64)
	if err != nil {
		return "?"
	}
	return "$" + strconv.FormatFloat(rounded, 'f', -1, 64)
}

// overSome is how many cases an amount is of, "" where none lacks it.
func overSome(pairs, of int) string {
	if pairs >= of {
		return ""
	}
	return fmt.Sprintf("%d of %d cases", pairs, of)
}

func metricRow(name string, m *compare.Metric, alpha float64) amountRow {
	row := amountRow{metric: name, base: numbers.Number(m.Base.Value), new: numbers.Number(m.New.Value), change: numbers.NotSignificant}
	if m.PAdjusted < alpha || m.Verdict == compare.NotWorse {
		row.change = strings.Replace(fmt.Sprintf("%+.3g", m.Difference), "-", "−", 1)
	}
	if m.Verdict != "" {
		row.better = m.Better
		row.change += " " + string(m.Verdict)
	}
	row.over = overSome(m.Pairs, m.Of)
	row.interval = numbers.Range(m.Interval[0], m.Interval[1])
	scale := math.Abs(m.Base.Value)
	if scale == 0 {
		scale = 1
	}
	row.share = amountShare{m.Difference / scale, compare.Interval{m.Interval[0] / scale, m.Interval[1] / scale}, m.Verdict}
	return row
}

// ratioVerdict reports whether more or less was taken: less is better.
func ratioVerdict(r *compare.Ratio) compare.Verdict {
	switch {
	case !r.Significant():
		return ""
	case r.Ratio > 1:
		return compare.Regressed
	}
	return compare.Improved
}

// ratioText is the change in percent, or ~ where 1 is in the interval.
func ratioText(r *compare.Ratio) string {
	if !r.Significant() {
		return numbers.NotSignificant
	}
	return numbers.Signed(r.Ratio-1) + " %"
}

func ratioInterval(r *compare.Ratio) string {
	return fmt.Sprintf("%s to %s %%", numbers.Signed(r.Interval[0]-1), numbers.Signed(r.Interval[1]-1))
}
