package reporters_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// sidesOf reads two records as the sides of a comparison.
func sidesOf(t testing.TB, base, new runreport.Source) (*compare.Side, *compare.Side) {
	t.Helper()
	old, err := compare.Read("base.jsonl", base.File)
	if err != nil {
		t.Fatal(err)
	}
	now, err := compare.Read("new.jsonl", new.File)
	if err != nil {
		t.Fatal(err)
	}
	return old, now
}

// comparedRuns is a comparison of two records with a case in every state.
func comparedRuns(t testing.TB) *compare.Comparison {
	t.Helper()
	old, now := sidesOf(t, source(t, comparedLines(t, 0)...), source(t, comparedLines(t, 1)...))
	c, err := compare.Compare(old, now, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// comparedLines are the lines of the base, 0, or of the new record, 1.
func comparedLines(t testing.TB, side int) []record.Line {
	lines := []record.Line{runLine("capitals", "support")}
	system := []string{"You know every capital. Answer with one word.", "You know every capital. Answer in a full sentence."}[side]
	add := func(suite, name string, marks ...string) {
		marks = append(marks, "")
		a := asked{id: record.ID{Suite: suite, Case: name}, line: 4 + len(lines), user: "What about " + name + "?", system: system,
			exprs: []string{`text contains "` + name + `"`}, tags: []string{suite[:3]}}
		for n, mark := range marks[side] {
			text := []string{name + " it is, the city on the river.", "I think that " + name + " is the one, the city on the river."}[side]
			switch mark {
			case 'p':
				a.answers = append(a.answers, given{text: text, checks: []record.Check{pass}, cost: .001 * float64(1+side)})
			case 'f':
				a.answers = append(a.answers, given{text: fmt.Sprint("I do not know, ", n), cost: .001, checks: []record.Check{{Outcome: record.Fail, Why: "text is short",
					Trace: toJSON(t, []map[string]any{{"at": 0, "len": 4, "from": 0, "to": 4, "value": `"I do not know"`, "cause": true}})}}})
			case 'e':
				a.answers = append(a.answers, given{err: &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}})
			}
		}
		if marks[side] == "-" {
			a.skip = "not yet"
		}
		if marks[side] != "" {
			lines = append(lines, a.lines(t)...)
		}
	}
	add("capitals", "Lisbon", "ppp", "ppp")
	add("capitals", "Porto", "ppp", "fpf")
	add("capitals", "Braga", "fff", "ppp")
	add("capitals", "Faro", "ppf", "pff")
	add("capitals", "Evora", "pff", "ppf")
	add("support", "Tavira", "p", "e")
	add("support", "Sines", "p", "")
	add("support", "Lagos", "", "p")
	add("support", "Beja", "-", "-")
	for i, line := range lines {
		if e, ok := line.(record.Exchange); ok {
			e.Key, e.RequestID, e.LatencyMS = fmt.Sprint(e.Key, side), fmt.Sprint("req_", side, i), e.LatencyMS-float64(90*side+7*i)
			lines[i] = e
		}
	}
	return append(lines, summaryLine())
}

func comparisonPage(t testing.TB, all ...*compare.Comparison) string {
	t.Helper()
	var out bytes.Buffer
	if err := comparereport.HTML(&out, compared(all...)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestComparisonHTML holds the page's body, without its style and script.
func TestComparisonHTML(t *testing.T) {
	_, body, _ := strings.Cut(comparisonPage(t, comparedRuns(t)), "</style>")
	golden(t, "compare.golden.html", body[:strings.LastIndex(body, "<script>")])
}

// threeLabels are the comparisons of the labels of an axis, two and two.
func threeLabels(t testing.TB) []*compare.Comparison {
	t.Helper()
	lines := []record.Line{runLine("s")}
	for i, label := range []string{"terse", "polite", "long"} {
		for n := range 3 {
			id := record.ID{Suite: "s", Case: fmt.Sprint("question ", n), Variant: "prompt=" + label}
			check := pass
			if n < i {
				check = miss
			}
			more := asked{id: id, line: 4, user: "x", system: label, exprs: []string{"true"}, answers: []given{{text: label + " answer", checks: []record.Check{check}, cost: .001}}}.lines(t)
			c := more[0].(record.Case)
			c.Axes = map[string]string{"prompt": label}
			more[0] = c
			lines = append(lines, more...)
		}
	}
	side, err := compare.Read("run.jsonl", source(t, append(lines, summaryLine())...).File)
	if err != nil {
		t.Fatal(err)
	}
	set, err := compare.By(side, "prompt", "", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set.Comparisons
}

// Answers that are in several comparisons are in the page once.
func TestComparisonHTMLHoldsEachAnswerOnce(t *testing.T) {
	page := comparisonPage(t, threeLabels(t)...)
	if n := strings.Count(page, `"text":"polite answer"`); n != 3 {
		t.Errorf("the answers of 3 cases are in the page %d times", n)
	}
	if n := strings.Count(page, `type="application/json" id="c`); n != 9 {
		t.Errorf("%d rows of 3 comparisons of 3 cases", n)
	}
}

func TestComparisonHTMLOfABaselineSaysSo(t *testing.T) {
	old, now := sidesOf(t, source(t, comparedLines(t, 0)...), source(t, comparedLines(t, 1)...))
	path := filepath.Join(t.TempDir(), "baseline.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(old.WriteBaseline(file), file.Close()); err != nil {
		t.Fatal(err)
	}
	base, err := compare.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := compare.Compare(base, now, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if page := comparisonPage(t, c); !strings.Contains(page, "a baseline holds no answers") || !strings.Contains(page, "I think that Lisbon") {
		t.Error("the page does not say that the base has no answers, or lacks the other's")
	}
}

func TestComparisonHTMLReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := comparereport.HTML(w, compared(comparedRuns(t))); err != io.ErrClosedPipe {
		t.Errorf("got the error %v", err)
	}
}

func TestComparisonGitHub(t *testing.T) {
	var out bytes.Buffer
	if err := comparereport.GitHub(&out, compared(regressed(), inconclusive())); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.golden.github", out.String())
}

var ownComparisonCommand = regexp.MustCompile(`^::(group::evalrun compare: \d+ comparisons?|endgroup::|(error|warning|notice) (file=[^:]*,|title=)[^:]*::[^\n]*)$`)

// No text of a record begins a workflow command of its own.
func TestHostileComparisonInAWorkflow(t *testing.T) {
	names, texts := hostileTexts(t)
	for i, text := range texts {
		c := hostileComparison(text)
		c.Regressed[0].Flipped = true
		var out bytes.Buffer
		if err := comparereport.GitHub(&out, compared(c)); err != nil {
			t.Fatal(err)
		}
		var rest []string
		for line := range strings.SplitSeq(out.String(), "\n") {
			switch {
			case !strings.HasPrefix(line, "::"):
				rest = append(rest, line)
			case !ownComparisonCommand.MatchString(line):
				t.Errorf("%s: the command %q", names[i], line)
			}
		}
		checkSafe(t, strings.Join(rest, "\n"))
	}
}

// TestComparisonInABrowser filters by what became of the cases, and looks at
// one with both sides' answers.
func TestComparisonInABrowser(t *testing.T) {
	c := comparedRuns(t)
	b := openBrowser(t, pageFile(t, func(w io.Writer) error { return comparereport.HTML(w, compared(c)) }))
	expect := func(want string, expr string) {
		t.Helper()
		if got := eval[string](t, b, "String("+expr+")"); got != want {
			t.Errorf("%s is %q, want %q", expr, got, want)
		}
	}
	for show, want := range map[string]string{
		"moved": "Porto,Faro,Braga,Evora", "newly-failing": "Porto", "newly-passing": "Braga", "down": "Faro", "up": "Evora",
		"fail": "Porto,Faro,Evora", "error": "Tavira", "apart": "Tavira,Lagos,Sines,Beja",
	} {
		b.do(t, chromedp.Evaluate(fmt.Sprintf(`{const s = document.querySelector("#show"); s.value = %q; s.dispatchEvent(new Event("change"))}`, show), nil))
		expect(want, listed)
	}
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = "newly-failing"; s.dispatchEvent(new Event("change"))}`, nil),
		chromedp.KeyEvent("j"), chromedp.KeyEvent("\r"), chromedp.Poll(`document.querySelector("#case h1") !== null`, nil))
	expect("Porto", `document.querySelector("#case h1").textContent`)
	expect("base · sample 1,new · sample 1,base · sample 3,new · sample 3,base · sample 2,new · sample 2", `[...document.querySelectorAll(".answer h3")].map((n) => n.textContent)`)
	expect("with one word|in a full sentence", `[...document.querySelectorAll("#case section del, #case section ins")].slice(0, 2).map((n) => n.textContent.trim()).join("|")`)
	expect("true", `document.querySelectorAll(".answer ins").length > 0`)
	b.do(t, chromedp.KeyEvent("d"))
	expect("0", `document.querySelectorAll(".answer ins").length`)
	expect("true", `document.querySelector(".trace").textContent.includes("I do not know")`)
	b.do(t, emulation.SetDeviceMetricsOverride(320, 640, 1, false))
	expect("true", `document.documentElement.scrollWidth <= 320`)
	b.do(t, chromedp.KeyEvent("\u001b"), chromedp.Poll(`document.querySelector("#case").hidden`, nil))
	expect("true", `document.documentElement.scrollWidth <= 320`)
	b.do(t, chromedp.Evaluate(`location.hash = [...document.querySelectorAll("#grid a")].find((a) => a.textContent === "Tavira").hash`, nil),
		chromedp.Poll(`document.querySelector("#case h1").textContent === "Tavira"`, nil))
	expect("529 overloaded_error: Overloaded", `document.querySelector("#case > p.note").textContent.trim()`)
	b.quiet(t)
}

// TestComparisonsInABrowser chooses one of several comparisons.
func TestComparisonsInABrowser(t *testing.T) {
	all := threeLabels(t)
	b := openBrowser(t, pageFile(t, func(w io.Writer) error { return comparereport.HTML(w, compared(all...)) }))
	if got := eval[string](t, b, `document.querySelector("#count").textContent`); got != "3 of 3" {
		t.Errorf("at first %s are listed", got)
	}
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#of"); s.value = "2"; s.dispatchEvent(new Event("change"))}`, nil),
		chromedp.Evaluate(`location.hash = document.querySelector("#grid tr:not([hidden]) a").hash`, nil), chromedp.Poll(`!document.querySelector("#case").hidden`, nil))
	if got := eval[string](t, b, `document.querySelector("#case").textContent`); !strings.Contains(got, "polite answer") || strings.Contains(got, "terse") {
		t.Errorf("the case of the third comparison shows %s", got)
	}
	b.quiet(t)
}

// TestHostileComparisonRunsNothing opens every case of records that attack.
func TestHostileComparisonRunsNothing(t *testing.T) {
	old, now := sidesOf(t, attacking(t, "before ", record.Pass), attacking(t, "", record.Fail))
	old.Name, now.Name = attacks[0], attacks[1]
	c, err := compare.Compare(old, now, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	runsNothing(t, pageFile(t, func(w io.Writer) error { return comparereport.HTML(w, compared(c)) }), len(attacks))
}
