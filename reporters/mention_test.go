package reporters_test

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// reference is a name that refers to people, issues and addresses wherever a
// host looks for them.
const reference = "@team #12 !3 ~bug GH-7 o/r#4 a@b.example https://c.example www.d.example `e @f` [g](h) </code>@i"

// codeOf is what is in Markdown as code, in which hosts look for nothing.
var codeOf = regexp.MustCompile("(?ms)^```+text$.*?^```+$|<code>[^<]*</code>")

// hostsFind is what hosts take for a reference in shown text.
var hostsFind = regexp.MustCompile(`[@#!~^][\pL\d_"]|GH-\d|://|www\.[\pL\d]`)

func checkRefersToNothing(t *testing.T, what, text string) {
	t.Helper()
	shown := html.UnescapeString(strings.TrimPrefix(codeOf.ReplaceAllString(text, ""), "<!--"))
	for _, found := range hostsFind.FindAllString(shown, -1) {
		t.Errorf("%s: a host finds %q in\n%s", what, found, shown)
	}
	if !strings.Contains(text, "&#64;") {
		t.Errorf("%s does not have the name:\n%s", what, text)
	}
}

// TestMarkdownNotifiesNobody puts a reference wherever a suite or an API has a
// text.
func TestMarkdownNotifiesNobody(t *testing.T) {
	run := runLine(reference)
	run.Allow, run.FailOn, run.MaxErrors = []string{reference}, []string{reference}, reference
	lines := []record.Line{run}
	for _, kind := range []string{"one", "two"} {
		a := asked{id: record.ID{Suite: reference, Case: reference + kind, Variant: reference}, line: 1, user: "x", exprs: []string{reference}, rubrics: []string{reference},
			answers: []given{{text: reference, checks: []record.Check{{Outcome: record.Fail, Why: reference}, verdict(1, reference)}, ended: reference, warned: reference}}}
		if kind == "two" {
			a.answers = []given{{err: &record.Error{Type: reference, Message: reference}}}
		}
		own := a.lines(t)
		c, s := own[0].(record.Case), own[2].(record.Sample)
		c.Assertions[0].Name = reference
		c.Metrics = map[string]record.Metric{reference: {Better: "lower", Expr: "1"}}
		s.MetricErrors = map[string]string{reference: reference}
		own[0], own[2] = c, s
		lines = append(lines, own...)
	}
	lines = append(lines, record.Gate{Suite: reference, Expr: reference, Outcome: record.Fail, Value: reference}, summaryLine(),
		record.Verdict{Exit: 1, Reasons: []record.Reason{{Kind: "requirement", Exit: 1, Text: reference}}})
	checkRefersToNothing(t, "a run", report(t, runreport.Markdown, source(t, lines...)))

	c := hostileComparison(reference)
	c.Metrics[reference].Better, c.Metrics[reference].Verdict = "lower", compare.Regressed
	c.Overall.Verdict = compare.NotWorse
	c.NotComparable = []compare.CaseRef{{Suite: reference, Case: reference, Reason: reference}}
	for _, all := range [][]*compare.Comparison{{c}, {c, c}} {
		var out bytes.Buffer
		if err := comparereport.Markdown(&out, compared(all...)); err != nil {
			t.Fatal(err)
		}
		checkRefersToNothing(t, "a comparison", out.String())
	}
}
