package comparereport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
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
			parts = append(parts, fmt.Sprintf("%s: %s", numbers.Counted(one.Cases, "case"), strings.TrimSuffix(safetext.Cut(one.Reason, maxTitle), ".")))
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
