package reporters_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// recordKind is a kind of record. All kinds ask the same cases, so that any
// two can be compared; the base of a comparison is side 0, the new record side
// 1: its answers cost twice as much, its judges half, and they come faster.
type recordKind struct {
	name string
	// change changes the cases, lines the lines of a case; nil for as they are.
	change func(*asked)
	lines  func([]record.Line, int) []record.Line
	// labels are an axis; the cases are asked once for each.
	labels []string
	// cases are those that the record has; nil is all.
	cases []string
	// unfinished leaves out the record's last line.
	unfinished bool
	// want are the cases' outcomes.
	want summary.Outcomes
}

var recordKinds = []recordKind{
	{name: "plain", want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "no case", cases: []string{}},
	{name: "unfinished", unfinished: true, want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "not asked", unfinished: true, lines: func(l []record.Line, _ int) []record.Line { return l[:1] }, want: summary.Outcomes{Error: 3}},
	{name: "shard", cases: []string{"two"}, want: summary.Outcomes{Pass: 1}},
	{name: "skipped", change: func(a *asked) { a.skip, a.answers = "not yet", nil }, want: summary.Outcomes{Skip: 3}},
	{name: "errors", change: func(a *asked) {
		a.answers = []given{{err: &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}}, {err: &record.Error{Type: "timeout"}}}
	}, want: summary.Outcomes{Error: 3}},
	{name: "one error", change: func(a *asked) {
		if a.id.Case == "two" {
			a.answers[1] = given{err: &record.Error{Status: 500, Type: "api_error", Message: "x"}}
		}
	}, want: summary.Outcomes{Pass: 1, Fail: 1, Error: 1}},
	{name: "judged", change: judgedBy(""), lines: withVotes(0), want: summary.Outcomes{Fail: 3}},
	{name: "preferred", change: judgedBy("terse"), labels: []string{"terse", "long"}, lines: withVotes(1), want: summary.Outcomes{Fail: 6}},
	{name: "matrix", labels: []string{"terse", "polite", "long"}, want: summary.Outcomes{Pass: 6, Fail: 3}},
	{name: "conversation", lines: withTurns, want: summary.Outcomes{Fail: 3}},
	{name: "streamed", lines: eachExchange(func(e *record.Exchange, side int) {
		e.TTFTMS, e.TokensPerSecond = new(120-float64(40*side)), new(80+float64(40*side))
	}), want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "unpriced", lines: eachExchange(func(e *record.Exchange, _ int) { e.CostUSD, e.SpentUSD = nil, nil }), want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "free", lines: eachExchange(func(e *record.Exchange, _ int) { e.CostUSD, e.LatencyMS = new(0.0), 0 }), want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "bare", lines: eachExchange(func(e *record.Exchange, _ int) {
		e.Response, e.Usage, e.Request, e.Attempts = json.RawMessage("null"), json.RawMessage("null"), json.RawMessage("{}"), nil
	}), want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "metrics", lines: withMetrics(func(side, sample int) map[string]float64 {
		return map[string]float64{"length": float64(200 - 100*side + sample), "debt": float64(-20 - 10*side + sample), "nothing": 0}
	}), want: summary.Outcomes{Pass: 2, Fail: 1}},
	{name: "vast metrics", lines: withMetrics(func(side, sample int) map[string]float64 {
		return map[string]float64{"length": math.MaxFloat64, "debt": math.MaxFloat64 * float64(1-2*(side^sample&1)), "nothing": math.SmallestNonzeroFloat64}
	}), want: summary.Outcomes{Pass: 2, Fail: 1}},
}

// judgedBy adds a rubric that a judge decided, against the label's answer where
// one is named. Of each case a vote fails it.
func judgedBy(over string) func(*asked) {
	return func(a *asked) {
		a.rubrics = []string{"Is polite."}
		for i := range a.answers {
			check := verdict(1, "It is not.")
			if over != "" {
				for v := range check.Votes {
					check.Votes[v].Preferred = []int{1 + v%2, 0}
				}
			}
			a.answers[i].checks = append(a.answers[i].checks, check)
		}
	}
}

// withVotes adds what the judge was asked; places is how many answers stood
// beside each other, less one.
func withVotes(places int) func([]record.Line, int) []record.Line {
	return func(lines []record.Line, side int) []record.Line {
		for i, line := range lines {
			if c, ok := line.(record.Case); ok && places > 0 && c.Variant != "prompt=terse" {
				c.Assertions[1].Over = "prompt=terse"
				lines[i] = c
			}
			e, ok := line.(record.Exchange)
			if !ok {
				continue
			}
			for vote := range 3 {
				judge := e
				judge.Role, judge.Assertion, judge.Vote, judge.Place = record.RoleJudge, 1, vote+1, places
				judge.Key = fmt.Sprint(e.Key, "judge", vote)
				judge.CostUSD, judge.SpentUSD = new(.04/float64(1+side)), new(.04/float64(1+side))
				lines = append(lines, judge)
			}
		}
		return lines
	}
}

// withTurns makes three turns of each answer, of which the second fails.
func withTurns(lines []record.Line, _ int) []record.Line {
	for i, line := range lines {
		switch of := line.(type) {
		case record.Exchange:
			for turn := 2; turn <= 3; turn++ {
				of.Turn, of.Key = turn, fmt.Sprint(of.Key, turn)
				lines = append(lines, of)
			}
		case record.Sample:
			of.Turns, of.Ended, of.Outcome, of.Warnings = 3, "turn 3: it went on", record.Fail, []string{"turn 1: an odd input"}
			of.Assertions = []record.Check{{Outcome: record.Fail, Why: "not so", Turn: 2}}
			lines[i] = of
		}
	}
	return lines
}

// eachExchange changes every exchange.
func eachExchange(change func(e *record.Exchange, side int)) func([]record.Line, int) []record.Line {
	return func(lines []record.Line, side int) []record.Line {
		for i, line := range lines {
			if e, ok := line.(record.Exchange); ok {
				change(&e, side)
				lines[i] = e
			}
		}
		return lines
	}
}

// withMetrics gives the samples metrics: fewer of length and more of debt are
// better, and one has no value.
func withMetrics(values func(side, sample int) map[string]float64) func([]record.Line, int) []record.Line {
	return func(lines []record.Line, side int) []record.Line {
		for i, line := range lines {
			switch of := line.(type) {
			case record.Case:
				of.Metrics = map[string]record.Metric{
					"length": {Better: "lower", Expr: "len(text)"}, "debt": {Better: "higher", Expr: "x"}, "nothing": {Expr: "0"}, "missing": {Expr: "y"},
				}
				lines[i] = of
			case record.Sample:
				of.Metrics, of.MetricErrors = values(side, of.Sample), map[string]string{"missing": "it is nil"}
				lines[i] = of
			}
		}
		return lines
	}
}

// record writes the kind's record of a side.
func (k recordKind) record(t *testing.T, side int) runreport.Source {
	t.Helper()
	cases := k.cases
	if cases == nil {
		cases = []string{"one", "two", "three"}
	}
	labels := k.labels
	if labels == nil {
		labels = []string{""}
	}
	all := []record.Line{runLine("s")}
	for n, name := range cases {
		for _, label := range labels {
			all = append(all, k.caseLines(t, n, name, label, side)...)
		}
	}
	if len(cases) > 0 {
		all = append(all, record.Gate{Suite: "s", Expr: "samples.pass_rate >= 0.1", Outcome: record.Pass, Value: "0.67"})
	}
	if !k.unfinished {
		all = append(all, summaryLine())
	}
	return source(t, all...)
}

func (k recordKind) caseLines(t *testing.T, n int, name, label string, side int) []record.Line {
	a := asked{id: record.ID{Suite: "s", Case: name}, line: 4 + 6*n, user: "Say " + name, system: fmt.Sprint("You are ", side), exprs: []string{"len(text) > 3"}, tags: []string{"t"}}
	if label != "" {
		a.id.Variant = "prompt=" + label
	}
	check := pass
	if name == "three" {
		check = miss
	}
	for range 2 {
		a.answers = append(a.answers, given{text: fmt.Sprint(name, " answered by ", side), checks: []record.Check{check}, cost: .001 * float64(1+side)})
	}
	if k.change != nil {
		k.change(&a)
	}
	lines := eachExchange(func(e *record.Exchange, side int) { e.LatencyMS -= float64(300 * side) })(a.lines(t), side)
	if label != "" {
		c := lines[0].(record.Case)
		c.Axes = map[string]string{"prompt": label}
		lines[0] = c
	}
	if k.lines != nil {
		lines = k.lines(lines, side)
	}
	return lines
}

// notANumber is what no report may say of a number.
var notANumber = regexp.MustCompile(`\bNaN\b|[+-]?\bInf\b|%!`)

func checkNumbers(t *testing.T, what, out string) {
	t.Helper()
	if m := notANumber.FindString(out); m != "" {
		t.Errorf("%s says %s", what, m)
	}
}

// TestEveryReportOfEveryRun writes every report of every kind of record, and
// finds the cases' outcomes in each.
func TestEveryReportOfEveryRun(t *testing.T) {
	for _, k := range recordKinds {
		t.Run(k.name, func(t *testing.T) {
			src := k.record(t, 0)
			if got := src.Run.Totals.Cases; got != k.want {
				t.Fatalf("the record has %+v, want %+v", got, k.want)
			}
			out := map[string]string{
				"table": table(t, src, reporters.TableOptions{}), "table-wide": table(t, src, reporters.TableOptions{Wide: true, All: true, Colour: true}),
				"report.html": report(t, func(w io.Writer, src runreport.Source) error { return runreport.HTML(w, src, runreport.HTMLOptions{}) }, src),
				"answers":     report(t, func(w io.Writer, src runreport.Source) error { return runreport.Answers(w, src.File) }, src),
			}
			for name, write := range formats {
				out[name] = report(t, write, src)
			}
			for name, text := range out {
				checkNumbers(t, name, text)
			}
			for _, name := range []string{"table", "report.md", "report.github"} {
				if counts := countsText(k.want); !strings.Contains(out[name], counts) {
					t.Errorf("%s lacks %q:\n%s", name, counts, out[name])
				}
			}
			checkJSONRun(t, out["report.json"], k.want)
			checkJUnitRun(t, out["report.junit.xml"], k.want, src)
			checkCSVRun(t, out["report.csv"], k.want)
			passed := fmt.Sprintf("<dt>Cases passed</dt><dd>%d of %d ", k.want.Pass, k.want.Total()-k.want.Skip)
			if !strings.Contains(out["report.html"], passed) {
				t.Errorf("the page lacks %s", passed)
			}
		})
	}
}

// countsText is how reports for people count the outcomes.
func countsText(o summary.Outcomes) string {
	var parts []string
	for _, part := range []struct {
		n    int
		verb string
	}{{o.Pass, "passed"}, {o.Fail, "failed"}, {o.Error, "errored"}, {o.Skip, "skipped"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprint(part.n, " ", part.verb))
		}
	}
	return strings.Join(parts, ", ")
}

func checkJSONRun(t *testing.T, text string, want summary.Outcomes) {
	t.Helper()
	var doc struct {
		Totals struct {
			Cases struct{ Pass, Fail, Error, Skip int }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if got := summary.Outcomes(doc.Totals.Cases); got != want {
		t.Errorf("json has %+v, want %+v", got, want)
	}
}

func checkJUnitRun(t *testing.T, text string, want summary.Outcomes, src runreport.Source) {
	t.Helper()
	var doc junit.Testsuites
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	gates := 0 // and what no case shows
	for _, s := range src.Run.Suites {
		gates += len(s.Gates)
	}
	for _, r := range src.Verdict.Reasons {
		if !r.Shown() {
			gates++
		}
	}
	tests, skipped := 0, 0
	for _, s := range doc.Suites {
		tests, skipped = tests+s.Tests, skipped+s.Skipped
	}
	if tests != want.Total()+gates || skipped != want.Skip {
		t.Errorf("junit has %d tests, %d skipped; want %d and %d gates, %d skipped", tests, skipped, want.Total(), gates, want.Skip)
	}
}

func checkCSVRun(t *testing.T, text string, want summary.Outcomes) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]string{}
	for _, row := range rows[1:] {
		outcomes[row[3]+row[4]] = row[6]
	}
	counts := map[string]int{}
	for _, outcome := range outcomes {
		counts[outcome]++
	}
	if got := (summary.Outcomes{Pass: counts["pass"], Fail: counts["fail"], Error: counts["error"], Skip: counts["skip"]}); got != want {
		t.Errorf("csv has %+v, want %+v", got, want)
	}
}
