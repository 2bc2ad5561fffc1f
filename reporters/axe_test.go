package reporters_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// axe is the script of axe-core, which looks for what people with disabilities
// stumble over; the test is skipped where npm has not installed it.
func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../.ci/axe/node_modules/axe-core/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("axe-core is not installed (npm ci in .ci/axe); the pages are not looked at for accessibility")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// TestPagesAreAccessible looks at each page with axe-core, wide and light, narrow
// and dark: its overview, and a case.
func TestPagesAreAccessible(t *testing.T) {
	script := axe(t)
	pages := map[string]func(io.Writer) error{
		"run":      func(w io.Writer) error { return runreport.HTML(w, recordedRun(t), runreport.HTMLOptions{}) },
		"variants": func(w io.Writer) error { return runreport.HTML(w, sideBySide(t, 10, true), runreport.HTMLOptions{}) },
		"classes":  func(w io.Writer) error { return runreport.HTML(w, classified(t), runreport.HTMLOptions{}) },
		"view":     func(w io.Writer) error { return runreport.HTML(w, recordedRun(t), runreport.HTMLOptions{Live: true}) },
		"compared": func(w io.Writer) error { return comparereport.HTML(w, compared(comparedRuns(t))) },
	}
	for name, write := range pages {
		t.Run(name, func(t *testing.T) {
			b := openBrowser(t, pageFile(t, write))
			b.do(t, chromedp.Evaluate(script, nil))
			for scheme, width := range map[string]int64{"light": 1400, "dark": 390} {
				b.do(t, chromedp.EmulateViewport(width, 900),
					emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
				for _, at := range []string{"#cases", "#case=0"} {
					b.do(t, chromedp.Evaluate(`location.hash = "`+at+`"`, nil), chromedp.Poll(`document.querySelector("#case").hidden === `+map[string]string{"#cases": "true", "#case=0": "false"}[at], nil))
					for _, v := range eval[[]string](t, b, violations) {
						t.Errorf("%d px, %s, %s: %s", width, scheme, at, v)
					}
				}
			}
			b.do(t, chromedp.Evaluate(`document.querySelector("#case").append(document.createElement("img"))`, nil))
			if found := eval[[]string](t, b, violations); len(found) != 1 || !strings.HasPrefix(found[0], "image-alt: ") {
				t.Errorf("a picture without words is %q", found)
			}
		})
	}
}

// violations are the rules that the page breaks, each with where it does first.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then((r) =>
	r.violations.map((v) => v.id + ": " + v.help + " (" + v.nodes.length + "), the first: " + v.nodes[0].html.slice(0, 200) + " " + v.nodes[0].failureSummary))`
