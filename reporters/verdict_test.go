package reporters_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/compare"
	decide "github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// decidedRun is a run of three cases of a suite: their letters are p for
// passed, f for failed, e for an error and s for skipped.
type decidedRun struct {
	name    string
	letters string
	header  record.Run // what fails it
	gate    string     // the suite's gate, which is decided by the record
	warned  bool
	beyond  []record.Reason
	cut     bool // it has no summary
	want    int
}

var decidedRuns = []decidedRun{
	{name: "passed", letters: "ppp", want: 0},
	{name: "failed", letters: "pfp", want: 1},
	{name: "failed and errors", letters: "efp", want: 1},
	{name: "errors", letters: "epp", want: 3},
	{name: "all errors", letters: "eee", want: 3},
	{name: "skipped", letters: "sss", want: 3},
	{name: "cut short", letters: "ppp", cut: true, want: 3},
	{name: "warnings", letters: "ppp", warned: true, want: 0},
	{name: "warnings fail", letters: "ppp", warned: true, header: record.Run{FailOn: []string{"warnings"}}, want: 1},
	{name: "gates passed", letters: "pfe", gate: "cases.pass_rate >= 0.1", want: 0},
	{name: "gates failed", letters: "pff", gate: "cases.pass_rate >= 0.9", want: 1},
	{name: "gates undecided", letters: "ppe", gate: "cases.pass_rate >= 0.9", want: 3},
	{name: "gates beside cases", letters: "ppp", gate: "tokens.output < 1", want: 1},
	{name: "gates allowed", letters: "pff", gate: "cases.pass_rate >= 0.9", header: record.Run{Allow: []string{"gates"}}, want: 0},
	{name: "failures allowed", letters: "pff", header: record.Run{Allow: []string{"failures"}}, want: 0},
	{name: "failures allowed, errors not", letters: "pfe", header: record.Run{Allow: []string{"failures"}}, want: 3},
	{name: "errors allowed", letters: "eee", header: record.Run{Allow: []string{"errors"}}, want: 0},
	{name: "all allowed", letters: "pfe", gate: "cases.pass_rate >= 0.9", header: record.Run{Allow: []string{"all"}}, want: 0},
	{name: "errors tolerated", letters: "ppe", header: record.Run{MaxErrors: "1"}, want: 0},
	{name: "too many errors", letters: "pee", header: record.Run{MaxErrors: "1"}, want: 3},
	{name: "regressed", letters: "ppp", beyond: []record.Reason{{Kind: "regressions", Exit: 1, Text: "compared with b.json: REGRESSED"}}, want: 1},
	{name: "regression allowed", letters: "ppp", header: record.Run{Allow: []string{"regressions"}}, beyond: []record.Reason{{Kind: "regressions", Exit: 1, Text: "REGRESSED"}}, want: 0},
	{name: "not comparable", letters: "ppp", beyond: []record.Reason{{Kind: "not-comparable", Exit: 3, Text: "there is nothing to compare"}}, want: 3},
	{name: "inconclusive", letters: "ppp", beyond: []record.Reason{{Kind: "inconclusive", Exit: 4, Text: "INCONCLUSIVE"}}, want: 4},
	{name: "interrupted", letters: "ppf", cut: true, beyond: []record.Reason{{Kind: "interruption", Exit: 130, Text: "interrupted"}}, want: 130},
	{name: "stopped", letters: "ppp", cut: true, beyond: []record.Reason{{Kind: "stopped", Exit: 3, Text: "the disk is full"}}, want: 3},
	{name: "hostile", letters: "ppp", header: record.Run{Allow: []string{"<script>@team `x`\x1b[31m"}}, beyond: []record.Reason{{Kind: "\n::error::x", Exit: 77, Text: "</code>\n::error::@team #12 \x1b[31m"}}, want: 3},
}

func (d decidedRun) source(t *testing.T) runreport.Source {
	t.Helper()
	run := runLine("s")
	run.FailOn, run.Allow, run.MaxErrors = d.header.FailOn, d.header.Allow, d.header.MaxErrors
	if d.gate != "" {
		run.Suites[0].Gates = []string{d.gate}
	}
	lines := []record.Line{run}
	for i, letter := range d.letters {
		a := asked{id: record.ID{Suite: "s", Case: fmt.Sprint("case ", i)}, line: i + 1, user: "Hi", exprs: []string{"len(text) > 3"}}
		switch letter {
		case 'p':
			a.answers = []given{{text: "Hello", checks: []record.Check{pass}}}
		case 'f':
			a.answers = []given{{text: "Hi", checks: []record.Check{miss}}}
		case 'e':
			a.answers = []given{{err: &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}}}
		default:
			a.skip = "not yet"
		}
		own := a.lines(t)
		if d.warned {
			c, s := own[0].(record.Case), own[2].(record.Sample)
			c.Assertions = append(c.Assertions, record.Assertion{At: "s.yaml:9:9", Expr: "false", Level: "warn"})
			s.Assertions = append(s.Assertions, record.Check{I: 1, Outcome: record.Fail, Why: "it is false"})
			own[0], own[2] = c, s
		}
		lines = append(lines, own...)
	}
	if !d.cut {
		lines = append(lines, summaryLine())
	}
	return source(t, append(lines, record.Verdict{Exit: d.want, Reasons: d.beyond})...)
}

// TestEveryReportHasTheVerdict holds each report to the exit code.
func TestEveryReportHasTheVerdict(t *testing.T) {
	for _, d := range decidedRuns {
		t.Run(d.name, func(t *testing.T) {
			src := d.source(t)
			v := src.Verdict
			if v.Exit() != d.want {
				t.Fatalf("the exit code is %d, want %d: %+v", v.Exit(), d.want, v)
			}
			line := verdicttext.Line(v)
			checkVerdictLine(t, line, v)
			markdown, shown := report(t, runreport.Markdown, src), table(t, src, reporters.TableOptions{Wide: true})
			for _, out := range []string{markdown, shown, report(t, runreport.JUnit, src), report(t, runreport.JSON, src)} {
				checkSafe(t, out)
			}
			checkMarkdownVerdict(t, markdown, line, v)
			checkGitHubVerdict(t, report(t, runreport.GitHub, src), line, v)
			checkJSONVerdict(t, report(t, runreport.JSON, src), v)
			checkJUnitVerdict(t, report(t, runreport.JUnit, src), v)
			checkHTMLVerdict(t, report(t, func(w io.Writer, src runreport.Source) error { return runreport.HTML(w, src, runreport.HTMLOptions{}) }, src), v)
			if got := lastLine(shown); got != line {
				t.Errorf("the table ends with %q, want %q", got, line)
			}
		})
	}
}

// shownMarkdown is how a line of Markdown is shown, without what parts signs
// from words.
func shownMarkdown(text string) string {
	return strings.ReplaceAll(html.UnescapeString(text), "\u200b", "")
}

func lastLine(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndexByte(text, '\n')+1:]
}

var exitWords = map[int]string{0: "PASSED", 1: "FAILED", 3: "UNDECIDED", 4: "INCONCLUSIVE", 130: "INTERRUPTED"}

// checkVerdictLine holds the line to the exit code, and to it that it names
// what is allowed.
func checkVerdictLine(t *testing.T, line string, v decide.Verdict) {
	t.Helper()
	word := exitWords[v.Exit()]
	if v.Found != "" {
		word = string(v.Found)
	}
	if !strings.HasPrefix(line, word) {
		t.Errorf("the verdict %q does not begin with %s", line, word)
	}
	if code := fmt.Sprintf("(exit code %d)", v.Exit()); strings.HasSuffix(line, code) != (v.Exit() != 0) {
		t.Errorf("the verdict %q and the exit code %d", line, v.Exit())
	}
	if allows := len(v.Options.Allow) > 0; strings.Contains(line, " with --allow ") != allows {
		t.Errorf("the verdict %q and --allow %v", line, v.Options.Allow)
	}
}

func checkMarkdownVerdict(t *testing.T, text, line string, v decide.Verdict) {
	t.Helper()
	sign := map[int]string{0: "✅", 1: "❌", 3: "⚠️", 4: "❔", 130: "⚠️"}[v.Exit()]
	if len(v.Allowed) > 0 && v.Exit() == 0 {
		sign = "⚠️"
	}
	heading := strings.Split(text, "\n")[1]
	if !strings.HasPrefix(heading, "### "+sign+" ") || strings.Contains(heading, "with <code>--allow ") != (len(v.Options.Allow) > 0) {
		t.Errorf("the heading is %q, want %s", heading, sign)
	}
	if got := shownMarkdown(lastLine(text)); got != sign+" "+line {
		t.Errorf("the comment ends with %q, want %q", got, line)
	}
}

func checkGitHubVerdict(t *testing.T, text, line string, v decide.Verdict) {
	t.Helper()
	if got := lastLine(text); got != "evalrun: "+line {
		t.Errorf("the log ends with %q, want %q", got, line)
	}
	if strings.Contains(text, "\n::error ") != (v.Exit() != 0) {
		t.Errorf("annotations of the exit code %d:\n%s", v.Exit(), text)
	}
}

func checkJSONVerdict(t *testing.T, text string, v decide.Verdict) {
	t.Helper()
	var doc struct {
		Outcome  string
		ExitCode int `json:"exit_code"`
		Verdict  json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Verdict) > 0 && doc.Verdict[0] == '{' {
		if err := json.Unmarshal(doc.Verdict, &doc); err != nil {
			t.Fatal(err)
		}
	}
	want := map[int]string{0: "pass", 1: "fail", 3: "error", 4: "inconclusive", 130: "interrupted"}[v.Exit()]
	if doc.Outcome != want || doc.ExitCode != v.Exit() {
		t.Errorf("json has %q and the exit code %d, want %q and %d", doc.Outcome, doc.ExitCode, want, v.Exit())
	}
}

func checkJUnitVerdict(t *testing.T, text string, v decide.Verdict) {
	t.Helper()
	said, found := 0, 0
	for _, s := range readJUnit(t, text).Suites {
		said += s.Failures + s.Errors
		for _, c := range s.Testcases {
			if c.Failure != nil || c.Error != nil {
				found++
			}
		}
	}
	if said != found || (found > 0) != (v.Exit() != 0) {
		t.Errorf("junit says %d and has %d failures and errors for the exit code %d:\n%s", said, found, v.Exit(), text)
	}
}

// TestReadersFailABuildAsTheExitCodeDoes has junitparser read each run: it sees
// a failure or an error exactly where the exit code is not 0.
func TestReadersFailABuildAsTheExitCodeDoes(t *testing.T) {
	python := junitparserPython(t)
	for _, d := range decidedRuns {
		src := d.source(t)
		said, found, tolerated := 0, 0, 0
		for _, s := range parseJUnit(t, python, report(t, runreport.JUnit, src)) {
			said += s.Failures + s.Errors
			for _, c := range s.Cases {
				if c.Outcome == "failure" || c.Outcome == "error" {
					found++
				}
				if strings.Contains(c.Out, "tolerated by") {
					tolerated++
				}
			}
		}
		if (said > 0) != (d.want != 0) || (found > 0) != (d.want != 0) {
			t.Errorf("%s: %d failures and errors, %d cases with one, and the exit code %d", d.name, said, found, d.want)
		}
		if bad := strings.Count(d.letters, "f") + strings.Count(d.letters, "e"); d.want == 0 && tolerated < bad {
			t.Errorf("%s: %d of %d cases say by what they are tolerated", d.name, tolerated, bad)
		}
	}
}

var htmlHead = regexp.MustCompile(`<h1><span class="verdict ([a-z]*)">(.) ([^<]*)</span>`)

func checkHTMLVerdict(t *testing.T, page string, v decide.Verdict) {
	t.Helper()
	m := htmlHead.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page has no verdict")
	}
	class := map[int]string{0: "pass", 1: "fail"}[v.Exit()]
	if class == "" || v.Exit() == 0 && len(v.Allowed) > 0 || v.Exit() == 0 && v.Found == compare.Inconclusive {
		class = "error"
	}
	word := exitWords[v.Exit()]
	if v.Found != "" {
		word = string(v.Found)
	}
	if m[1] != class || !strings.EqualFold(m[3][:len(word)], word) || strings.Contains(m[3], "with --allow ") != (len(v.Options.Allow) > 0) {
		t.Errorf("the page's verdict is %v, want %s %s", m[1:], class, word)
	}
}

// TestEveryReportOfComparisonsHasTheVerdict holds each report of a comparison
// to the exit code.
func TestEveryReportOfComparisonsHasTheVerdict(t *testing.T) {
	improved := inconclusive()
	improved.Verdict, improved.Overall.Verdict = compare.Improved, compare.Improved
	dropped := inconclusive()
	dropped.Dropped = 2
	for _, test := range []struct {
		name string
		all  []*compare.Comparison
		opts decide.ComparisonOptions
		want int
	}{
		{"improved", []*compare.Comparison{improved}, decide.ComparisonOptions{MaxNewlyFailing: -1}, 0},
		{"inconclusive", []*compare.Comparison{inconclusive()}, decide.ComparisonOptions{MaxNewlyFailing: -1}, 0},
		{"regressed", []*compare.Comparison{regressed()}, decide.ComparisonOptions{MaxNewlyFailing: -1}, 1},
		{"broken", []*compare.Comparison{broken()}, decide.ComparisonOptions{MaxNewlyFailing: -1}, 3},
		{"one of several regressed", []*compare.Comparison{improved, regressed(), broken()}, decide.ComparisonOptions{MaxNewlyFailing: -1}, 1},
		{"newly failing", []*compare.Comparison{dropped}, decide.ComparisonOptions{MaxNewlyFailing: 1}, 1},
		{"any drop", []*compare.Comparison{dropped}, decide.ComparisonOptions{MaxNewlyFailing: -1, Options: decide.Options{FailOn: []string{"any-drop"}}}, 1},
		{"fails on inconclusive", []*compare.Comparison{inconclusive()}, decide.ComparisonOptions{MaxNewlyFailing: -1, Options: decide.Options{FailOn: []string{"inconclusive"}}}, 4},
		{"fails on warnings", []*compare.Comparison{regressed()}, decide.ComparisonOptions{MaxNewlyFailing: -1, Options: decide.Options{FailOn: []string{"warnings"}, Allow: []string{"regressions"}}}, 1},
		{"allowed", []*compare.Comparison{regressed()}, decide.ComparisonOptions{MaxNewlyFailing: -1, Options: decide.Options{Allow: []string{"all"}}}, 0},
		{"nothing is allowed of nothing", []*compare.Comparison{broken()}, decide.ComparisonOptions{MaxNewlyFailing: -1, Options: decide.Options{Allow: []string{"all"}}}, 3},
		{"required", []*compare.Comparison{improved}, decide.ComparisonOptions{MaxNewlyFailing: -1, Unmet: func(compare.BothTotals) []decide.Reason {
			return []decide.Reason{{Kind: decide.Requirement, Exit: 1, Text: "not so"}}
		}}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := decide.OfComparisons(test.all, test.opts)
			if v.Exit() != test.want {
				t.Fatalf("the exit code is %d, want %d: %+v", v.Exit(), test.want, v)
			}
			out := map[string]string{}
			for name, write := range comparisonFormats {
				var b bytes.Buffer
				if err := write(&b, comparereport.Comparisons{All: test.all, Verdict: v}); err != nil {
					t.Fatal(err)
				}
				out[name] = b.String()
			}
			line := verdicttext.Line(v)
			checkVerdictLine(t, line, v)
			if got := lastLine(out["table"]); got != line {
				t.Errorf("the table ends with %q, want %q", got, line)
			}
			if got := lastLine(out["github"]); got != "evalrun compare: "+line {
				t.Errorf("the log ends with %q, want %q", got, line)
			}
			if got := shownMarkdown(lastLine(out["markdown"])); !strings.HasSuffix(got, " "+line) {
				t.Errorf("the comment ends with %q, want %q", got, line)
			}
			if failing := strings.Contains(out["markdown"], "### ❌") || strings.Contains(out["markdown"], "### ⚠️"); failing != (test.want == 1 || test.want == 3 || len(v.Allowed) > 0) {
				t.Errorf("the heading for the exit code %d:\n%s", test.want, out["markdown"])
			}
			checkJSONVerdict(t, out["json"], v)
			checkHTMLVerdict(t, out["html"], v)
		})
	}
}
