package reporters_test

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
)

// judgedRun has a rubric that failed by two of three votes, and one that passed.
func judgedRun(t testing.TB) reporters.Source {
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
