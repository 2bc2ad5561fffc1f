package reporters_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/runreport"
)

func attackSource(t testing.TB) runreport.Source { return attacking(t, "", record.Fail) }

// attacking is a record that attacks, its answers with something before them
// and its checks of the outcome.
func attacking(t testing.TB, before, outcome string) runreport.Source {
	var names []string
	for i := range attacks {
		names = append(names, fmt.Sprint("attack ", i, attacks[i]))
	}
	lines := []record.Line{runLine(names...)}
	for i, text := range attacks {
		id := record.ID{Suite: names[i], Case: text, Variant: text}
		check := record.Check{Outcome: outcome, Why: text, Trace: toJSON(t, []map[string]any{{"at": 0, "len": 1, "value": text}})}
		image := map[string]any{"type": "image", "source": map[string]any{"type": "base64", "media_type": "image/svg+xml", "data": text}}
		link := map[string]any{"type": "image", "source": map[string]any{"type": "url", "url": "https://example.com/" + text}}
		lines = append(lines, asked{id: id, line: 1, user: []any{image, link, text}, system: text, exprs: []string{text}, rubrics: []string{text}, tags: []string{text}, answers: []given{
			{text: before + text, checks: []record.Check{check, verdict(1, text)}},
			{blocks: []map[string]any{{"type": "tool_use", "name": text, "input": text}, {"type": "thinking", "thinking": text}, {"type": text}, {"type": "tool_result", "content": text}}},
			{err: &record.Error{Status: 400, Type: text, Message: text}},
		}}.lines(t)...)
	}
	return source(t, lines...)
}

func pageText(t testing.TB, src runreport.Source) string {
	t.Helper()
	var b bytes.Buffer
	if err := runreport.HTML(&b, src, runreport.HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := runreport.HTML(w, recordedRun(t), runreport.HTMLOptions{}); err != io.ErrClosedPipe {
		t.Errorf("got the error %v", err)
	}
}

// TestHTML holds the page's body, without its style and script.
func TestHTML(t *testing.T) {
	out := pageText(t, recordedRun(t))
	_, body, _ := strings.Cut(out, "</style>")
	body = body[:strings.LastIndex(body, "<script>")]
	golden(t, "report.html", body)
}

// TestHTMLOfARunCutShort shows what is there.
func TestHTMLOfARunCutShort(t *testing.T) {
	id := record.ID{Suite: "s", Case: "half"}
	a := asked{id: id, user: "x", answers: []given{{text: "not judged yet"}}}
	lines := a.lines(t)
	out := pageText(t, source(t, runLine("s"), lines[0], lines[1]))
	for _, want := range []string{"Incomplete:", "not judged yet", "Undecided"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

// largeSource has 5,000 samples, some of them with a large answer.
func largeSource(t testing.TB) runreport.Source {
	lines := []record.Line{runLine("large")}
	for i := range 2500 {
		text := strings.Repeat("An answer of some length. ", 20)
		if i%100 == 0 {
			text = strings.Repeat("A large answer. ", 65_536)
		}
		check := pass
		if i%7 == 0 {
			check = miss
		}
		for _, v := range []string{"prompt=terse", "prompt=polite"} {
			id := record.ID{Suite: "large", Case: fmt.Sprintf("case %04d", i), Variant: v}
			lines = append(lines, asked{id: id, line: i + 1, user: "Say something.", exprs: []string{"len(text) > 3"},
				answers: []given{{text: text, checks: []record.Check{check}, cost: .001}}}.lines(t)...)
		}
	}
	return source(t, append(lines, summaryLine())...)
}

// BenchmarkLargePage opens a page of 5,000 samples and 52 MB of answers, and
// filters it.
func BenchmarkLargePage(b *testing.B) {
	src := largeSource(b)
	address := htmlFile(b, src)
	tab := openBrowser(b, address)
	b.ResetTimer()
	for b.Loop() {
		tab.do(b, chromedp.Navigate(address), chromedp.Poll(`document.querySelector("#count") && document.querySelector("#count").textContent === "2500 of 2500"`, nil))
	}
	b.StopTimer()
	b.ReportMetric(eval[float64](b, tab, `performance.getEntriesByType("navigation")[0].loadEventEnd`), "load-ms")
	b.ReportMetric(eval[float64](b, tab, `(() => { const t = performance.now(); const s = document.querySelector("#show"); s.value = "fail"; s.dispatchEvent(new Event("change")); document.body.offsetHeight; return performance.now() - t; })()`), "filter-ms")
	b.ReportMetric(eval[float64](b, tab, `(() => { const t = performance.now(); location.hash = "#case=100"; dispatchEvent(new Event("hashchange")); document.body.offsetHeight; return performance.now() - t; })()`), "case-ms")
}

func BenchmarkHTML(b *testing.B) {
	src := largeSource(b)
	for b.Loop() {
		if err := runreport.HTML(io.Discard, src, runreport.HTMLOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPictures writes pictures of the page where -pictures names a directory.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("-pictures names no directory to write them to")
	}
	c := comparedRuns(t)
	for of, address := range map[string]string{
		"report":  htmlFile(t, recordedRun(t)),
		"compare": pageFile(t, func(w io.Writer) error { return comparereport.HTML(w, compared(c)) }),
	} {
		takePictures(t, of, openBrowser(t, address))
	}
}

func takePictures(t *testing.T, of string, b *browser) {
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 320} {
			for name, hash := range map[string]string{"overview": "#cases", "case": "#case=1", "image": "#case=2"} {
				var image []byte
				b.do(t, emulation.SetDeviceMetricsOverride(width, 900, 1, false),
					emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
					chromedp.Evaluate(`location.hash = "`+hash+`"`, nil), chromedp.Poll(`location.hash === "`+hash+`"`, nil),
					chromedp.FullScreenshot(&image, 100))
				path := filepath.Join(*pictures, fmt.Sprintf("%s-%s-%d-%s.png", of, name, width, scheme))
				if err := os.WriteFile(path, image, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestHTMLOfTooManyCases lists those that did not pass before others, in the
// order of the run, and says so.
func TestHTMLOfTooManyCases(t *testing.T) {
	lines := []record.Line{runLine("s")}
	for i, check := range []record.Check{pass, pass, miss, pass, miss, pass} {
		a := asked{id: record.ID{Suite: "s", Case: fmt.Sprint("case ", i)}, user: "x", exprs: []string{"a"}, answers: []given{{text: "answer", checks: []record.Check{check}}}}
		lines = append(lines, a.lines(t)...)
	}
	src := source(t, lines...)
	for _, test := range []struct {
		most        int
		listed, say string
	}{
		{6, "0 1 2 3 4 5", ""},
		{3, "0 2 4", "3 of 6 cases are listed, first those that did not pass"},
		{1, "2", "1 of 6 cases are listed"},
	} {
		var b bytes.Buffer
		if err := runreport.HTML(&b, src, runreport.HTMLOptions{MaxCases: test.most}); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		var rows, data []string
		for i := range 6 {
			name := fmt.Sprint(i)
			if strings.Contains(out, ">case "+name+"</a>") {
				rows = append(rows, name)
			}
			if strings.Contains(out, `"case":"case `+name+`"`) {
				data = append(data, name)
			}
		}
		if got := strings.Join(rows, " "); got != test.listed || strings.Join(data, " ") != got {
			t.Errorf("of at most %d: rows %s, data of %s, want %s", test.most, got, data, test.listed)
		}
		if !strings.Contains(out, test.say) || strings.Contains(out, "cases are listed") != (test.say != "") {
			t.Errorf("of at most %d: %q is not said", test.most, test.say)
		}
		if !strings.Contains(out, "4 of 6") {
			t.Errorf("of at most %d: the numbers are not of all cases", test.most)
		}
	}
}
