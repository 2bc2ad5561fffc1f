package reporters_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// The grid shows answers and variables, its rates follow the filter, and keys go
// through what did not pass.
func TestAnswersInTheGrid(t *testing.T) {
	b := openBrowser(t, htmlFile(t, sideBySide(t, 10, true)))
	expect := func(want string, expr string) {
		t.Helper()
		if got := eval[string](t, b, "String("+expr+")"); got != want {
			t.Errorf("%s is %q, want %q", expr, got, want)
		}
	}
	const rates = `[...document.querySelectorAll("#rates-shown td[data-label]")].map((n) => n.textContent)`
	expect("10/10 · 100 % (69–100 %),5/10 · 50 % (19–81 %)", rates)
	expect("Hello!", `document.querySelector("td.said-here .text").textContent`)
	expect("772 ms · $0.0021", `document.querySelector("td.said-here small").textContent`)
	expect("yes,de", `[...document.querySelectorAll("#grid tbody tr:first-child td.var")].map((n) => n.textContent)`)
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = "fail"; s.dispatchEvent(new Event("change"))}`, nil))
	expect("5/5 · 100 % (48–100 %),0/5 · 0 % (0–52 %)", rates)
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = ""; s.dispatchEvent(new Event("change"))}`, nil),
		chromedp.KeyEvent("n"), chromedp.KeyEvent("n"))
	expect("case 02", `document.activeElement.textContent`)
	b.do(t, chromedp.KeyEvent("\r"), chromedp.Poll(`document.querySelector("#case h1") !== null`, nil))
	expect("label,yes,lang,fr", `[...document.querySelectorAll("#case .vars > *")].map((n) => n.textContent)`)
	b.do(t, chromedp.KeyEvent("n"), chromedp.Poll(`document.querySelector("#case h1").textContent === "case 04"`, nil))
	b.do(t, chromedp.KeyEvent("p"), chromedp.Poll(`document.querySelector("#case h1").textContent === "case 02"`, nil))
	b.quiet(t)
}

func TestGridCutsLongAnswers(t *testing.T) {
	id := record.ID{Suite: "s", Case: "c"}
	src := source(t, append([]record.Line{runLine("s")}, asked{id: id, user: "x", answers: []given{{text: strings.Repeat("é<b>", 250_000)}}}.lines(t)...)...)
	var out strings.Builder
	if err := runreport.HTML(&out, src, runreport.HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	_, grid, _ := strings.Cut(out.String(), `id="grid"`)
	grid, _, _ = strings.Cut(grid, "<script")
	if len(grid) > 10_000 || !strings.Contains(grid, `<a href="#case=0">the whole answer</a>`) || strings.Contains(grid, "é<b>") {
		t.Errorf("the grid has %d bytes: %.3000s", len(grid), grid)
	}
}

// classified is a run of a case of which two answers were taken for a class.
func classified(t testing.TB) runreport.Source {
	third := 2.0 / 3
	id := record.ID{Suite: "s", Case: "c"}
	lines := asked{id: id, user: "x", answers: []given{{text: "bug"}, {text: "?"}}}.lines(t)
	c := lines[0].(record.Case)
	c.Metrics = map[string]record.Metric{"intent": {Better: "higher", Share: true, Expected: "billing"}}
	lines[0] = c
	for i, class := range map[int]string{2: "bug", 4: ""} {
		s := lines[i].(record.Sample)
		s.Score, s.Metrics, s.Classes = &third, map[string]float64{"intent": 0}, map[string]string{"intent": class}
		lines[i] = s
	}
	return source(t, append([]record.Line{runLine("s")}, lines...)...)
}

// The card of an answer has its score in digits that people read, and what
// classifications took it for.
func TestACardHasTheScoreAndTheClass(t *testing.T) {
	b := openBrowser(t, htmlFile(t, classified(t)))
	b.do(t, chromedp.KeyEvent("j"), chromedp.KeyEvent("\r"), chromedp.Poll(`document.querySelector("#case h1") !== null`, nil))
	text := eval[string](t, b, `document.querySelector("#case .answers").textContent`)
	for _, want := range []string{"score 0.667", "intent: bug, expected billing", "intent: no class, expected billing"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	b.quiet(t)
}
