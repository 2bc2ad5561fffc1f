package reporters_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/compare"
	decide "github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// regressed is a comparison of two hundred cases, as in the documentation of
// the verdicts, with everything that a comparison can say.
func regressed() *compare.Comparison {
	bounds := compare.Interval{.7, .735}
	low, high := 190.5, 210.25
	c := &compare.Comparison{
		Base: "base.jsonl", New: "new.jsonl", Verdict: compare.Regressed, Alpha: .05, Margin: .05,
		Change: []compare.Change{
			{Field: "system", Pairs: 200, Of: 200, Old: "You are a long-winded assistant.", New: "You are a terse assistant."},
			{Field: "model", Pairs: 20, Of: 200, Old: "claude-opus-4-6", New: "claude-haiku-4-5"},
		},
		Differences: compare.Differences{Overall: compare.Estimate{
			Verdict: compare.Regressed, Pairs: 200, Units: 150,
			BaseRate: compare.Rate{Value: .82}, NewRate: compare.Rate{Value: .715, Errors: 3, Bounds: &bounds},
			Difference: -.105, Interval: compare.Interval{-.171, -.039}, Level: .05, PValue: .002, PAdjusted: .002, Flips: compare.Flips{NewlyFailing: 27, NewlyPassing: 6},
		}},
		Metrics: map[string]*compare.Metric{
			"length": {Better: "lower", Verdict: compare.Improved, Pairs: 200, Base: compare.Mean{Value: 200, Low: &low, High: &high},
				New: compare.Mean{Value: 150}, Difference: -50, Interval: compare.Interval{-60, -40}, PValue: .0001, PAdjusted: .0003},
			"mood": {Pairs: 1, Base: compare.Mean{Value: 1}, New: compare.Mean{Value: 2}, Difference: 1,
				Interval: compare.Interval{math.Inf(-1), math.Inf(1)}, PValue: 1, PAdjusted: 1},
		},
		Warnings: []compare.Warning{{Code: "sources", Message: "the answers come from: fake"}},
	}
	c.Suites = []compare.Estimate{c.Overall, {Name: "bees", Verdict: compare.Inconclusive, Pairs: 20, PAdjusted: .4}, {Name: "wasps", Verdict: compare.Incomparable}}
	c.Suites[0].Name, c.Suites[0].Pairs = "ants", 180
	c.Cost = &compare.Ratio{Pairs: 200, Base: .00123, New: .0011, Ratio: .894, Interval: compare.Interval{.88, .91}}
	c.Latency = &compare.Ratio{Pairs: 200, Base: 812, New: 820, Ratio: 1.01, Interval: compare.Interval{.95, 1.07}}
	c.Tokens.Output = &compare.Ratio{Pairs: 200, Base: 1041.2, New: 90, Ratio: .0864, Interval: compare.Interval{.08, .093}}
	c.Lists = compare.Lists{
		Regressed: []compare.CaseChange{
			{
				CaseRef: ref("greeting", "prompt=terse"), Difference: -.7, Flipped: true,
				Old: compare.Tally{Pass: 10, Outcome: record.Pass}, New: compare.Tally{Pass: 3, Fail: 6, Error: 1, Outcome: record.Fail},
				Evidence: &compare.Evidence{
					Old: &compare.Answer{Sample: 1, Text: "Hello! How can I help you today?"}, New: &compare.Answer{Sample: 4, Text: "Bonjour! How can I help?"},
					Failed: []compare.FailedCheck{{
						At: "ants.yaml:9:7", Expr: `text contains "Hello"`, Why: `text = "Bonjour! How can I help?"`,
						Trace: json.RawMessage(`[{"at":0,"len":4,"from":0,"to":4,"value":"\"Bonjour! How …\""},{"at":5,"len":8,"from":0,"to":21,"value":"false","cause":true}]`),
					}},
				},
			},
			{CaseRef: ref("silent", ""), Difference: -.1, Old: compare.Tally{Pass: 1, Outcome: record.Pass}, New: compare.Tally{Fail: 1, Outcome: record.Fail}},
		},
		Improved: []compare.CaseChange{{
			CaseRef: ref("farewell", ""), Difference: 1, Flipped: true,
			Old: compare.Tally{Fail: 1, Outcome: record.Fail}, New: compare.Tally{Pass: 1, Outcome: record.Pass},
			Evidence: &compare.Evidence{New: &compare.Answer{Text: "Bye!"}},
		}},
		Changed: []compare.CaseRef{ref("reworded", "")}, Removed: []compare.CaseRef{ref("gone", "")},
		LeftOut: []compare.LeftOut{{Reason: "only in the new run", Cases: 7}, {Reason: "another row of the data set", Cases: 1}, {Reason: "only in the base", Cases: 1}},
	}
	for i := range 7 {
		c.Added = append(c.Added, ref(fmt.Sprint("fresh ", i), ""))
	}
	return c
}

func ref(name, variant string) compare.CaseRef {
	return compare.CaseRef{Suite: "ants", Case: name, Variant: variant, Path: "suites/ants.yaml", Line: 7}
}

// inconclusive is a comparison that cannot tell.
func inconclusive() *compare.Comparison {
	return &compare.Comparison{
		Base: "terse", New: "polite", Verdict: compare.Inconclusive, Alpha: .05, Margin: .05,
		Differences: compare.Differences{Overall: compare.Estimate{
			Verdict: compare.Inconclusive, Pairs: 40, Units: 40, BaseRate: compare.Rate{Value: .8}, NewRate: compare.Rate{Value: .825},
			Difference: .025, Interval: compare.Interval{-.09, .14}, Level: .05, PValue: .5, PAdjusted: 1,
		}},
	}
}

// broken is a comparison of nothing.
func broken() *compare.Comparison {
	return &compare.Comparison{Base: "a", New: "b", Verdict: compare.Incomparable, Alpha: .05, Margin: .05, Differences: compare.Differences{Overall: compare.Estimate{Verdict: compare.Incomparable, PValue: 1, PAdjusted: 1}}}
}

// compared are the comparisons with what they come to.
func compared(all ...*compare.Comparison) comparereport.Comparisons {
	return comparereport.Comparisons{All: all, Verdict: decide.OfComparisons(all, decide.ComparisonOptions{MaxNewlyFailing: -1})}
}

func comparisonTable(t *testing.T, opts reporters.TableOptions, all ...*compare.Comparison) string {
	t.Helper()
	var out bytes.Buffer
	if err := comparereport.Table(&out, compared(all...), opts); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestComparisonTable(t *testing.T) {
	golden(t, "compare.golden", comparisonTable(t, reporters.TableOptions{}, regressed()))
	golden(t, "compare-narrow.golden", comparisonTable(t, reporters.TableOptions{Width: 60}, regressed()))
	golden(t, "compare-colour.golden", comparisonTable(t, reporters.TableOptions{Colour: true, Width: 100}, regressed()))
	golden(t, "compare-several.golden", comparisonTable(t, reporters.TableOptions{}, inconclusive(), broken()))
}

func TestComparisonMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := comparereport.Markdown(&out, compared(regressed(), inconclusive(), broken())); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.golden.md", out.String())
}

// The sentence behind a verdict, as the issue words it.
func TestSentence(t *testing.T) {
	c := regressed()
	c.Overall.NewRate.Bounds, c.Overall.Units = nil, 200
	want := "Pass rate 82.0 % → 71.5 %, −10.5 points (95 % interval −17.1 to −3.9, p = 0.002), over 200 cases: 27 newly failing, 6 newly passing."
	if got := comparisonTable(t, reporters.TableOptions{}, c); !strings.Contains(got, want+"\n") {
		t.Errorf("%s\nis not in\n%s", want, got)
	}
}

// hostileComparison has the text wherever a comparison has one.
func hostileComparison(text string) *compare.Comparison {
	c := regressed()
	c.Base, c.New = text, text
	for i := range c.Change {
		c.Change[i].Field, c.Change[i].Old, c.Change[i].New = text, text, "x"+text
	}
	for i := range c.Suites {
		c.Suites[i].Name = text
	}
	c.Metrics = map[string]*compare.Metric{text: c.Metrics["mood"]}
	c.Warnings[0].Message = text
	hostile := compare.CaseRef{Suite: text, Case: text, Variant: text, Path: text, Line: 1}
	for i := range c.Regressed {
		c.Regressed[i].CaseRef = hostile
	}
	c.Regressed[0].Evidence = &compare.Evidence{
		Old: &compare.Answer{Text: text}, New: &compare.Answer{Text: "x " + text},
		Failed: []compare.FailedCheck{{At: text, Expr: text, Why: text}},
	}
	c.Changed, c.Added = []compare.CaseRef{hostile}, []compare.CaseRef{hostile}
	return c
}

// fenced are the code blocks of a Markdown text.
var fenced = regexp.MustCompile("(?ms)^```+text$.*?^```+$")

// No text of a record acts on a terminal, in a log or in Markdown.
func TestHostileComparison(t *testing.T) {
	names, texts := hostileTexts(t)
	for i, text := range texts {
		t.Run(names[i], func(t *testing.T) {
			all := []*compare.Comparison{hostileComparison(text), hostileComparison(text)}
			for _, width := range []int{0, 1, 40} {
				checkSafe(t, comparisonTable(t, reporters.TableOptions{Width: width}, all...))
			}
			var markdown, found bytes.Buffer
			if err := comparereport.Markdown(&markdown, compared(all...)); err != nil {
				t.Fatal(err)
			}
			checkSafe(t, markdown.String())
			if text := fenced.ReplaceAllString(markdown.String(), ""); strings.Contains(text, "<script") || strings.Contains(text, "](") {
				t.Errorf("markup gets through:\n%s", text)
			}
			if err := comparereport.JSON(&found, all[0], compared(all[0]).Verdict); err != nil {
				t.Fatal(err)
			}
			checkSafe(t, found.String())
		})
	}
}

// A comment fits whatever the comparison holds.
func TestComparisonMarkdownFits(t *testing.T) {
	c := hostileComparison(strings.Repeat("<wide> ", 4000))
	for range 500 {
		c.Regressed = append(c.Regressed, c.Regressed[0])
		c.Suites = append(c.Suites, c.Suites[0])
	}
	var out bytes.Buffer
	if err := comparereport.Markdown(&out, compared(c, c, c)); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 65_000 {
		t.Errorf("%d bytes", out.Len())
	}
}

func TestComparisonJSONOfUnboundedIntervals(t *testing.T) {
	var out bytes.Buffer
	if err := comparereport.JSON(&out, regressed(), compared(regressed()).Verdict); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Verdict string
		Metrics map[string]struct{ Interval [2]*float64 }
	}
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Verdict != "REGRESSED" || back.Metrics["mood"].Interval[0] != nil || *back.Metrics["length"].Interval[1] != -40 {
		t.Errorf("%+v", back)
	}
}

// TestSmallCosts: a hundredth of a cent is money, and is written as such.
func TestSmallCosts(t *testing.T) {
	c := regressed()
	c.Cost.Base, c.Cost.New = 0.000055, 0.0000591234
	out := comparisonTable(t, reporters.TableOptions{}, c)
	if !strings.Contains(out, "$0.000055  $0.00005912") {
		t.Errorf("the costs are not written in full:\n%s", out)
	}
}

// A comparison with much to say still fits a screen; --wide shows all of it.
func TestComparisonFitsAScreen(t *testing.T) {
	c := regressed()
	for i := range 200 {
		lower := c.Regressed[0]
		lower.Case = fmt.Sprint("lower ", i)
		higher := c.Improved[0]
		higher.Case = fmt.Sprint("higher ", i)
		c.Regressed, c.Improved = append(c.Regressed, lower), append(c.Improved, higher)
		c.Warnings = append(c.Warnings, compare.Warning{Message: fmt.Sprint("warning ", i)})
		c.Change = append(c.Change, compare.Change{Field: fmt.Sprintf("messages[%d]", i), Pairs: 1, Of: 200, Old: "one word", New: "another word"})
	}
	short := strings.Split(strings.TrimSpace(comparisonTable(t, reporters.TableOptions{}, c)), "\n")
	if first, last := short[0], short[len(short)-1]; first != last || !strings.HasPrefix(first, "REGRESSED") {
		t.Errorf("it begins with %q and ends with %q", first, last)
	}
	if len(short) > 55 {
		t.Errorf("it has %d lines:\n%s", len(short), strings.Join(short, "\n"))
	}
	wide := comparisonTable(t, reporters.TableOptions{Wide: true, All: true}, c)
	for _, want := range []string{"lower 199", "higher 199", "warning 199"} {
		if strings.Contains(strings.Join(short, "\n"), want) || !strings.Contains(wide, want) {
			t.Errorf("%s is to be shown with --wide alone", want)
		}
	}
}
