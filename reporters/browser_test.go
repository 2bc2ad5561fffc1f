package reporters_test

import (
	"context"
	"flag"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

var pictures = flag.String("pictures", "", "write pictures of the HTML report to this directory")

// chromium is the browser's path; the test is skipped where there is none.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium is installed (Debian: chromium); the page is not looked at in a browser")
	return ""
}

// browser is a tab, and what it complained of and asked for.
type browser struct {
	ctx context.Context
	mu  sync.Mutex
	// trouble is what the page's scripts and policy said; fetched is what was
	// loaded but for pages of the test itself.
	trouble, fetched []string
}

// theBrowser is one Chromium for all tests; each has a tab of its own.
var theBrowser struct {
	once sync.Once
	ctx  context.Context
	stop func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if theBrowser.stop != nil {
		theBrowser.stop()
	}
	os.Exit(code)
}

// startBrowser starts Chromium with the first test that asks for it.
func startBrowser(t testing.TB) context.Context {
	t.Helper()
	path := chromium(t)
	theBrowser.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 900))
		allocated, stopAll := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, stop := chromedp.NewContext(allocated)
		theBrowser.stop = func() { stop(); stopAll() }
		if err := chromedp.Run(ctx); err == nil {
			theBrowser.ctx = ctx
		}
	})
	if theBrowser.ctx == nil {
		t.Fatalf("%s does not start", path)
	}
	return theBrowser.ctx
}

// openBrowser opens the page at the address in a tab.
func openBrowser(t testing.TB, address string) *browser {
	t.Helper()
	ctx, stop := chromedp.NewContext(startBrowser(t))
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 45*time.Second)
	t.Cleanup(stop)
	b := &browser{ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	b.do(t, page.BringToFront(), network.Enable(), log.Enable(), chromedp.Navigate(address), chromedp.WaitReady("#count", chromedp.ByQuery))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		b.trouble = append(b.trouble, e.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		b.trouble = append(b.trouble, "dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		if e.Type != network.ResourceTypeDocument && !strings.HasPrefix(e.Request.URL, "data:") {
			b.fetched = append(b.fetched, e.Request.URL)
		}
	}
}

func (b *browser) do(t testing.TB, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval gives the value of an expression in the page.
func eval[T any](t testing.TB, b *browser, expr string) T {
	t.Helper()
	var value T
	b.do(t, chromedp.Evaluate(expr, &value, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return value
}

// quiet fails where the page complained or fetched anything.
func (b *browser) quiet(t testing.TB) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.trouble {
		t.Errorf("the browser says: %s", text)
	}
	for _, address := range b.fetched {
		t.Errorf("the page fetched %s", address)
	}
}

// htmlFile writes the report and gives its address.
func htmlFile(t testing.TB, src runreport.Source) string {
	t.Helper()
	return pageFile(t, func(w io.Writer) error { return runreport.HTML(w, src, runreport.HTMLOptions{}) })
}

// pageFile writes a page and gives its address.
func pageFile(t testing.TB, write func(io.Writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := write(file); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

const listed = `[...document.querySelectorAll("#grid tbody tr")].filter((r) => !r.hidden).map((r) => r.querySelector("a").textContent)`

// TestPageInABrowser filters, sorts, opens cases by keyboard and shows a
// difference.
func TestPageInABrowser(t *testing.T) {
	b := openBrowser(t, htmlFile(t, recordedRun(t)))
	expect := func(want string, expr string) {
		t.Helper()
		if got := eval[string](t, b, "String("+expr+")"); got != want {
			t.Errorf("%s is %q, want %q", expr, got, want)
		}
	}
	expect("✗ Failed", `document.querySelector("h1 .verdict").textContent`)
	expect("7 of 7", `document.querySelector("#count").textContent`)

	b.do(t, chromedp.SetValue("#show", "fail"), chromedp.Evaluate(`document.querySelector("#show").dispatchEvent(new Event("change"))`, nil))
	expect("capital of Japan,=1+1, formula", listed)
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = "differs"; s.dispatchEvent(new Event("change"))}`, nil))
	expect("capital of Japan", listed)
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = "mixed"; s.dispatchEvent(new Event("change"))}`, nil))
	expect("capital of Japan", listed)
	b.do(t, chromedp.Evaluate(`{const s = document.querySelector("#show"); s.value = ""; s.dispatchEvent(new Event("change"))}`, nil),
		// A browser under test types the key although the page takes it.
		chromedp.KeyEvent("/"), chromedp.Evaluate(`document.querySelector("#find").value = ""`, nil), chromedp.KeyEvent("CAPITAL of f"),
		chromedp.Poll(`document.querySelector("#count").textContent === "1 of 7"`, nil))
	expect("capital of France", listed)
	b.do(t, chromedp.Evaluate(`{const f = document.querySelector("#find"); f.value = "pleasure"; document.querySelector("#deep").click()}`, nil))
	expect("capital of France", listed)
	b.do(t, chromedp.Evaluate(`{const f = document.querySelector("#find"); f.value = ""; f.dispatchEvent(new Event("input"))}`, nil),
		chromedp.Poll(`document.querySelector("#count").textContent === "7 of 7"`, nil),
		chromedp.Click(`#grid button[data-key="tokens"]`), chromedp.Click(`#grid button[data-key="tokens"]`))
	expect("capital of France", listed+"[0]")

	// From the find box into the first case, by keys alone.
	b.do(t, chromedp.KeyEvent("\u001b"), chromedp.KeyEvent("j"), chromedp.KeyEvent("\r"), chromedp.Poll(`document.querySelector("#case h1") !== null`, nil))
	expect("capital of France", `document.querySelector("#case h1").textContent`)
	expect("2", `document.querySelectorAll(".answer").length`)
	expect("0", `document.querySelectorAll(".answer ins").length`)
	b.do(t, chromedp.KeyEvent("d"))
	expect("The capital of France is ,, and it is a pleasure to tell you.", `[...document.querySelectorAll(".answer ins")].map((n) => n.textContent)`)
	expect("Requests differ in: system", `[...document.querySelectorAll("#case p")].map((p) => p.textContent).find((t) => t.startsWith("Requests"))`)
	b.do(t, chromedp.KeyEvent("j"), chromedp.Poll(`document.querySelector("#case h1").textContent === "capital of Japan"`, nil))
	// One answer of each variant at first, then all.
	expect("prompt=terse · sample 1,prompt=polite · sample 1", `[...document.querySelectorAll(".answer h3")].map((n) => n.textContent)`)
	b.do(t, chromedp.Click(`.answers + button`, chromedp.ByQuery))
	expect("4", `document.querySelectorAll(".answer").length`)
	expect("✗ fail prompt=terse · 1 of 2, 2 needed,✓ pass prompt=polite · 2 of 2, 2 needed", `[...document.querySelectorAll(".answers .group")].map((n) => n.textContent)`)
	expect("true", `document.querySelector(".trace").textContent.includes("│    false")`)
	b.do(t, chromedp.KeyEvent("\u001b"), chromedp.Poll(`document.querySelector("#case").hidden`, nil))
	expect("capital of Japan", `document.activeElement.textContent`)
	b.quiet(t)
}

// TestPageShowsImagesAndRawJSON opens the case with an image.
func TestPageShowsImagesAndRawJSON(t *testing.T) {
	b := openBrowser(t, htmlFile(t, recordedRun(t))+"#case=2")
	b.do(t, chromedp.Poll(`document.querySelector("#case img") !== null`, nil), chromedp.Poll(`document.querySelector("#case img").naturalWidth > 0`, nil))
	if text := eval[string](t, b, `document.querySelector("#case").textContent`); strings.Contains(text, "null") || strings.Contains(text, "undefined") {
		t.Errorf("the view shows what is not there: %s", text)
	}
	b.do(t, chromedp.Evaluate(`for (const d of document.querySelectorAll("#case details")) d.open = true`, nil),
		chromedp.Poll(`document.querySelector("#case").textContent.includes('"request_id": "req_1"')`, nil))
	b.quiet(t)
}

// attacks are texts that would set window.harm, or load something, if
// anything in the page took them for more than text.
var attacks = []string{
	`</script><script>window.harm=1</script>`, `<img src=x onerror="window.harm=1">`, `<!--<script>window.harm=1</script>`,
	`"><svg onload=window.harm=1>`, `javascript:window.harm=1`, `{{.}}{{constructor.constructor('window.harm=1')()}}`,
	`<iframe srcdoc="<script>parent.harm=1</script>">`, `<style>@import url(https://example.com/x.css)</style>`,
	`<link rel=stylesheet href=https://example.com/y.css>`, `<meta http-equiv=refresh content="0;url=https://example.com">`,
	`' onfocus=window.harm=1 autofocus x='`, "\u2028window.harm=1\u2029", `<a href="javascript:window.harm=1">x</a>`, `]]>--></style>`,
	`<base href=https://example.com>`, `__proto__`,
}

// TestPageOfAHostileRecordRunsNothing opens every case of records that attack
// and unfolds all there is.
func TestPageOfAHostileRecordRunsNothing(t *testing.T) {
	for name, src := range map[string]runreport.Source{"corpus": hostileSource(t), "attacks": attackSource(t)} {
		t.Run(name, func(t *testing.T) {
			runsNothing(t, htmlFile(t, src), len(src.Run.Suites))
		})
	}
}

// openEvery opens one case after the other, unfolds all there is, points at
// everything, shows differences, and counts the cases that opened.
const openEvery = `(async () => {
	const tick = () => new Promise((done) => setTimeout(done));
	let opened = 0;
	for (const row of document.querySelectorAll("#grid tbody tr")) {
		location.hash = "#case=" + row.dataset.i;
		while (document.querySelector("#case").hidden || document.querySelector("#case").dataset.at !== row.dataset.i) await tick();
		for (const d of document.querySelectorAll("#case details")) d.open = true;
		await tick();
		for (const n of document.querySelectorAll("#case *")) n.dispatchEvent(new MouseEvent("mouseover"));
		const base = document.querySelector("#base");
		if (base) { base.value = "1"; base.dispatchEvent(new Event("change")); }
		opened++;
	}
	return opened;
})()`

// runsNothing opens every case of a page and unfolds all there is.
func runsNothing(t *testing.T, address string, cases int) {
	t.Helper()
	b := openBrowser(t, address)
	count := eval[int](t, b, `document.querySelectorAll("#grid tbody tr").length`)
	if count != cases {
		t.Errorf("%d rows of %d cases", count, cases)
	}
	opened := eval[int](t, b, openEvery)
	if opened != cases {
		t.Errorf("%d cases could be opened, of %d", opened, cases)
	}
	if harm := eval[string](t, b, `typeof window.harm`); harm != "undefined" {
		t.Errorf("a text of the record was run: %s", harm)
	}
	if n := eval[int](t, b, `document.querySelectorAll("iframe, object, embed, base, link, main style, main script, main meta").length`); n != 0 {
		t.Errorf("%d elements came from texts", n)
	}
	b.quiet(t)
}

// TestPageIsReadableWhenNarrow holds that nothing but wide tables, traces and
// code reaches beyond a window of 320 pixels.
func TestPageIsReadableWhenNarrow(t *testing.T) {
	b := openBrowser(t, htmlFile(t, recordedRun(t)))
	b.do(t, emulation.SetDeviceMetricsOverride(320, 640, 1, false))
	for _, hash := range []string{"#cases", "#case=1", "#case=2"} {
		b.do(t, chromedp.Evaluate(`location.hash = "`+hash+`"`, nil), chromedp.Poll(`location.hash === "`+hash+`"`, nil))
		if width := eval[int](t, b, `document.documentElement.scrollWidth`); width > 320 {
			t.Errorf("%s is %d pixels wide", hash, width)
		}
	}
}

// TestALongVerdictIsReadableWhenNarrow holds it for a verdict with all that it
// can name.
func TestALongVerdictIsReadableWhenNarrow(t *testing.T) {
	d := decidedRun{letters: "pfe", header: record.Run{Allow: []string{"failures", "gates", "errors", "regressions"}},
		beyond: []record.Reason{{Kind: "stopped", Exit: 3, Text: "the run was stopped: " + strings.Repeat("a-long-path/", 40)}}, want: 3}
	b := openBrowser(t, htmlFile(t, d.source(t)))
	b.do(t, emulation.SetDeviceMetricsOverride(320, 640, 1, false))
	if width := eval[int](t, b, `document.documentElement.scrollWidth`); width > 320 {
		t.Errorf("it is %d pixels wide", width)
	}
}
