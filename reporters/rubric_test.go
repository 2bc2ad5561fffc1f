package reporters_test

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// judgedRun has a rubric that failed by two of three votes, and one that passed.
func judgedRun(t testing.TB) runreport.Source {
	t.Helper()
	score := 1.0
	fine := record.Check{I: 2, Outcome: record.Pass, Why: "It is short.", Score: &score, Votes: []record.Vote{{Pass: true, Score: 1, Reason: "It is short."}}}
	a := asked{
		id: record.ID{Suite: "tone", Case: "greeting"}, line: 4, user: "Hi", exprs: []string{"true"},
		rubrics: []string{"Is polite,\nand says so in " + strings.Repeat("very ", 60) + "few words.", "Is short."},
		answers: []given{{text: "Ho", checks: []record.Check{pass, verdict(1, `It says <b>"ho"</b>.`), fine}, cost: 0.001}},
	}
	lines := a.lines(t)
	rubric, cost := 1, 0.02
	judge := a.exchange(t, 1, given{text: `{"reason":"It says ho.","score":0.25,"pass":false}`, cost: cost})
	judge.Role, judge.Assertion, judge.Vote = record.RoleJudge, rubric, 2
	lines = append(lines, judge)
	return source(t, append([]record.Line{runLine("tone")}, append(lines, summaryLine())...)...)
}

// Every report says what a judge decided, by how many votes, and why.
func TestReportsOfRubrics(t *testing.T) {
	src := judgedRun(t)
	var all strings.Builder
	for _, name := range []string{"report.junit.xml", "report.md", "report.github"} {
		all.WriteString("== " + name + "\n" + report(t, formats[name], src))
	}
	all.WriteString("== table\n" + table(t, src, reporters.TableOptions{}))
	golden(t, "rubric.golden", all.String())
	for name, want := range map[string]string{
		"report.csv":  `"2: score 0.25, passed by 1 of 3 votes: It says <b>""ho""</b>."`,
		"report.json": `"score":0.25,"votes":[{"pass":false,"score":0.25,"reason":"It says <b>\"ho\"</b>."},{"pass":true,`,
	} {
		if out := report(t, formats[name], src); !strings.Contains(out, want) {
			t.Errorf("%s lacks %s:\n%s", name, want, out)
		}
	}
}

// A rubric that failed shows the answer that it judged: that of its turn, of two
// samples at most, and not more than fits.
func TestARubricShowsTheAnswerThatItJudged(t *testing.T) {
	long := strings.Repeat("a line\n", 40) + "the end"
	failed := verdict(0, "No.")
	a := asked{id: record.ID{Suite: "tone", Case: "greeting"}, line: 4, user: "Hi", rubrics: []string{"Is polite."}, answers: []given{
		{text: "Ho there", checks: []record.Check{failed}}, {text: "Hello!", checks: []record.Check{{Outcome: record.Pass}}},
		{text: long, checks: []record.Check{failed}}, {text: "a third one", checks: []record.Check{failed}},
	}}
	lines := a.lines(t)
	for _, line := range lines {
		if e, ok := line.(record.Exchange); ok && e.Sample == 1 { // a turn that the rubric is not asked after
			e.Turn, e.Key = 2, e.Key+"2"
			e.Response = toJSON(t, map[string]any{"content": []any{map[string]any{"type": "text", "text": "Ho ho"}}})
			lines = append(lines, e)
			break
		}
	}
	for i, line := range lines {
		if s, ok := line.(record.Sample); ok && s.Sample == 1 {
			s.Assertions[0].Turn = 1
			lines[i] = s
		}
	}
	src := source(t, append([]record.Line{runLine("tone")}, append(lines, summaryLine())...)...)
	for name, out := range map[string]string{"table": table(t, src, reporters.TableOptions{}), "markdown": report(t, runreport.Markdown, src)} {
		for _, want := range []string{"answer of sample 1: Ho there\n", "answer of sample 3: a line\n", "the end\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, out)
			}
		}
		for _, not := range []string{"Ho ho", "Hello!", "a third one"} {
			if strings.Contains(out, not) {
				t.Errorf("%s has %q:\n%s", name, not, out)
			}
		}
		if n := strings.Count(out, "a line"); n > 12 {
			t.Errorf("%s has %d lines of an answer", name, n)
		}
	}
}
