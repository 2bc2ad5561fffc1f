package comparereport

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/worddiff"
)

// rateText is a rate with what errors leave open.
func rateText(r compare.Rate) string {
	if r.Bounds == nil {
		return numbers.PercentTenths(r.Value)
	}
	low, high := numbers.Points(r.Bounds[0]), numbers.Points(r.Bounds[1])
	return fmt.Sprintf("%s (%s–%s %% depending on %s)", numbers.PercentTenths(r.Value), low, high, numbers.Counted(r.Errors, "error"))
}

// summaryTexts are the sentences behind a verdict: the numbers, what they mean,
// and what changed.
func summaryTexts(c *compare.Comparison) []string {
	return layout.NonEmpty(sentence(c), sequentialLine(c), conclusion(c), culprits(c), confirmedLine(c), leftOutLine(c), judgedLine(c), changeLine(c))
}

// Sentences are what a comparison found, for reports that show nothing else of it:
// the numbers, what is not compared and why, the warnings, and what to do at last.
// They hold text of records, which is not safe to show.
func Sentences(c *compare.Comparison) []string {
	texts := summaryTexts(c)
	for _, w := range c.Warnings {
		texts = append(texts, "warning: "+w.Message)
	}
	return append(texts, layout.NonEmpty(c.Advice)...)
}

// advice is what to do about what comparisons found, by the one that asks most for
// attention.
func advice(all []*compare.Comparison) string {
	worst := compare.Worst(all)
	for _, c := range all {
		if c.Verdict == worst {
			return c.Advice
		}
	}
	return ""
}

// sentence is the numbers behind the verdict.
func sentence(c *compare.Comparison) string {
	e := c.Overall
	if e.Pairs == 0 {
		return "Nothing can be compared: no case has an answer to the same question on both sides."
	}
	over := "over " + numbers.Counted(e.Pairs, "case") + independent(e.Units, e.Pairs)
	p := numbers.Equation("p", e.PValue)
	if e.PAdjusted != e.PValue {
		p += " (" + numbers.Equation("adjusted", e.PAdjusted) + ")"
	}
	return fmt.Sprintf("Pass rate %s → %s, %s points (%s interval %s to %s, %s), %s: %d newly failing, %d newly passing.",
		rateText(e.BaseRate), rateText(e.NewRate), numbers.Signed(e.Difference), numbers.Level(e.Level),
		numbers.Points(e.Interval[0]), numbers.Points(e.Interval[1]), p, over, e.NewlyFailing, e.NewlyPassing)
}

// conclusion says what the verdict means, where the numbers do not.
func conclusion(c *compare.Comparison) string {
	if c.Overall.Verdict == compare.NotWorse {
		return fmt.Sprintf("A drop of more than %s points is ruled out.", numbers.Points(c.Margin))
	}
	return ""
}

// culprits names the suites and metrics that regressed where all pairs
// together did not.
func culprits(c *compare.Comparison) string {
	if c.Verdict == c.Overall.Verdict {
		return ""
	}
	var names []string
	for _, s := range c.Suites {
		if s.Verdict == compare.Regressed {
			names = append(names, fmt.Sprintf("suite %s (adjusted %s)", s.Name, numbers.Equation("p", s.PAdjusted)))
		}
	}
	for _, name := range metricNames(c) {
		if m := c.Metrics[name]; m.Verdict == compare.Regressed {
			names = append(names, fmt.Sprintf("metric %s (adjusted %s)", name, numbers.Equation("p", m.PAdjusted)))
		}
	}
	if len(names) == 0 {
		return "All cases together: " + string(c.Overall.Verdict) + "."
	}
	return "All cases together: " + string(c.Overall.Verdict) + ". Regressed: " + strings.Join(names, ", ") + "."
}

// sequentialLine says at which look a run ended that ends once it is decided, and
// what that saved.
func sequentialLine(c *compare.Comparison) string {
	at := c.Sequential
	if at == nil {
		return ""
	}
	left := at.Cases - at.Asked
	if left <= 0 {
		return fmt.Sprintf("Compared at %d looks: all %s asked. Metrics and suites are not compared.", at.Look, numbers.Counted(at.Asked, "case"))
	}
	return fmt.Sprintf("Decided at look %d of %d: %d of %s asked, %d saved (%.0f %%). Metrics and suites are not compared.",
		at.Look, at.Looks, at.Asked, numbers.Counted(at.Cases, "case"), left, 100*float64(left)/float64(at.Cases))
}

// confirmedLine says what became of cases that dropped and were asked anew.
func confirmedLine(c *compare.Comparison) string {
	found := c.Confirmation
	if found == nil {
		return ""
	}
	text := fmt.Sprintf("Asked anew, %s on either side: confirmed are %d of %s that dropped (Holm, %.3g %% for all together).",
		numbers.Counted(found.Times, "time"), found.Confirmed, numbers.Counted(len(found.Cases), "case"), 100*found.Level)
	if len(found.Cases) == 0 {
		text = "No case was asked anew."
	}
	if n := len(found.NotAsked); n > 0 {
		text += fmt.Sprintf(" %s not asked anew: %s.", numbers.Counted(n, "case"), safetext.Cut(found.NotAsked[0].Reason, maxTitle))
	}
	return text
}

func metricNames(c *compare.Comparison) []string {
	var names []string
	for name := range c.Metrics {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// How many fields that changed, and how many reasons not to compare, are named.
const (
	maxFields  = 8
	maxReasons = 4
)

// judgedLine says that the base was judged by other assertions than its own.
func judgedLine(c *compare.Comparison) string {
	for _, change := range c.Change {
		if change.Field == compare.Assertions {
			return fmt.Sprintf("Assertions changed in %s: the recorded answers of both sides are judged by the new ones.", numbers.Counted(change.Pairs, "case"))
		}
	}
	return ""
}

// leftOutLine says how many cases are not compared, and why.
func leftOutLine(c *compare.Comparison) string {
	cases := 0
	var parts []string
	for i, one := range c.LeftOut {
		cases += one.Cases
		if i < maxReasons {
			parts = append(parts, fmt.Sprintf("%s: %s", numbers.Counted(one.Cases, "case"), safetext.Cut(one.Reason, maxTitle)))
		}
	}
	if cases == 0 {
		return ""
	}
	if more := len(c.LeftOut) - maxReasons; more > 0 {
		parts = append(parts, "… and "+numbers.Counted(more, "other reason"))
	}
	return fmt.Sprintf("Not compared: %d of %s. %s.", cases, numbers.Counted(cases+c.Overall.Pairs, "case"), strings.Join(parts, "; "))
}

// changeLine says what differs in the requests.
func changeLine(c *compare.Comparison) string {
	if c.Overall.Pairs == 0 {
		return ""
	}
	if len(c.Change) == 0 {
		return "No request changed. Answers differ by chance, or because something outside the requests changed."
	}
	var parts []string
	for _, change := range c.Change[:min(len(c.Change), maxFields)] {
		parts = append(parts, fmt.Sprintf("%s (%d of %s)", change.Field, change.Pairs, numbers.Counted(change.Of, "case")))
	}
	if more := len(c.Change) - maxFields; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return "Changed: " + strings.Join(parts, ", ") + "."
}

// changeValues are the values of the fields that changed in one way, safe to
// show: the new one where there was none, or a diff.
func changeValues(c *compare.Comparison, width int) []string {
	var lines []string
	for _, change := range c.Change {
		if change.Old == "" && change.New == "" {
			continue
		}
		text := worddiff.Draw(worddiff.Compare(change.Old, change.New))
		if !strings.ContainsAny(change.Old+change.New, " \n") {
			text = fmt.Sprintf("%s → %s", orNone(change.Old), orNone(change.New))
		}
		name := change.Field
		if change.Example != nil {
			name += ", such as in " + refLabel(*change.Example)
		}
		text = safetext.Block(wrap(name+": "+text, width), maxValueLines, width)
		lines = append(lines, strings.Split(text, "\n")...)
	}
	return lines
}

// maxValueLines bounds the value of a field.
const maxValueLines = 6

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// tallyText is how many of a case's samples passed.
func tallyText(t compare.Tally) string {
	text := fmt.Sprintf("%d/%d", t.Pass, t.Pass+t.Fail)
	if t.Error > 0 {
		text += ", " + numbers.Counted(t.Error, "error")
	}
	return text
}

// changeTitle says what became of a case: 10/10 → 3/10, newly failing.
func changeTitle(c compare.CaseChange) string {
	title := tallyChange(c)
	if c.Anew != nil {
		title += ", " + c.Anew.String()
	}
	return title
}

func tallyChange(c compare.CaseChange) string {
	title := tallyText(c.Old) + " → " + tallyText(c.New)
	switch {
	case c.Flipped && c.New.Outcome == "pass":
		return title + ", newly passing"
	case c.Flipped:
		return title + ", newly failing"
	}
	return title
}

// refLabel names a case: suite › case · variant.
func refLabel(r compare.CaseRef) string {
	label := r.Case
	if r.Variant != "" {
		label += " · " + r.Variant
	}
	if r.Suite == "" || recordtext.NamedByPath(r.Suite, r.Path) && r.Line > 0 {
		return label
	}
	return r.Suite + " › " + label
}

// refPlace is the position of the case, as far as that is known.
func refPlace(r compare.CaseRef) string {
	if r.Path == "" || r.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", r.Path, r.Line)
}

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

// wrap breaks lines at spaces before they are wider than width bytes.
func wrap(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		for len(line) > width {
			at := strings.LastIndexByte(line[:width], ' ')
			if at <= 0 {
				break
			}
			out = append(out, line[:at])
			line = line[at+1:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
