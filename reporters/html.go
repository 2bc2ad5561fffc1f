package reporters

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

//go:embed web
var web embed.FS

// htmlTemplates are the parts of the page before and after its data.
var htmlTemplates = template.Must(template.ParseFS(web, "web/page.html"))

// HTMLOptions is how the HTML report is made.
type HTMLOptions struct {
	// Live makes a page that is served: it listens to server-sent events at
	// "events", relative to its address, and loads itself anew after one.
	Live bool
}

// HTML writes the run as one page that needs no other file and no network.
//
// The numbers and the grid of cases are plain HTML. What was asked and
// answered is in JSON blocks, one a case, which the page's script reads when
// a case is opened; it shows text as text nodes only. A content security
// policy lets nothing run or load but that script, the style and images that
// the page holds.
func HTML(w io.Writer, src Source, opts HTMLOptions) error {
	out := bufio.NewWriter(w)
	rows := htmlRows(src.Run)
	times, err := readLatencies(src)
	if err != nil {
		return err
	}
	page := newHTMLPage(src, rows, times, opts)
	if err := htmlTemplates.ExecuteTemplate(out, "head", page); err != nil {
		return err
	}
	data := htmlData{out: out, src: src, blobs: map[string]bool{}}
	for i, row := range rows {
		if err := data.writeRow(i, row); err != nil {
			return err
		}
	}
	if err := htmlTemplates.ExecuteTemplate(out, "foot", page); err != nil {
		return err
	}
	return out.Flush()
}

// htmlStyle and htmlScripts are what stands in a page and in a live one.
var (
	htmlStyle      = readWeb("style.css")
	htmlScript     = wrapScript("text.js", "diff.js", "grid.js", "turns.js", "case.js", "main.js")
	htmlLiveScript = wrapScript("text.js", "diff.js", "grid.js", "turns.js", "case.js", "main.js", "live.js")
)

// readWeb reads an embedded file, which is there by construction.
func readWeb(name string) string {
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// wrapScript joins files into one script that leaves no global names.
func wrapScript(names ...string) string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range names {
		b.WriteString(readWeb(name))
	}
	b.WriteString("})();\n")
	return b.String()
}

// policy is the content security policy of a page with the script and the
// style: nothing else runs, and nothing is fetched.
func policy(script, style string, live bool) string {
	directives := []string{
		"default-src 'none'",
		"script-src " + hashSource(script),
		"style-src " + hashSource(style),
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
	}
	if live {
		directives = append(directives, "connect-src 'self'")
	}
	return strings.Join(directives, "; ")
}

func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// htmlRow is a case of the grid: its variants, in the run's order.
type htmlRow struct {
	suite *summary.Suite
	cases []*summary.Case
}

// htmlRows groups the cases of each suite by name.
func htmlRows(run *summary.Run) []htmlRow {
	var rows []htmlRow
	for s := range run.Suites {
		suite := &run.Suites[s]
		index := map[string]int{}
		for i := range suite.Cases {
			c := &suite.Cases[i]
			at, ok := index[c.Case.Case]
			if !ok {
				at = len(rows)
				index[c.Case.Case] = at
				rows = append(rows, htmlRow{suite: suite})
			}
			rows[at].cases = append(rows[at].cases, c)
		}
	}
	return rows
}

// latencies are those of the answers in milliseconds, by variant.
type latencies struct {
	all       []float64
	byVariant map[string][]float64
}

// readLatencies reads the record once for its answers' latencies.
func readLatencies(src Source) (latencies, error) {
	times := latencies{byVariant: map[string][]float64{}}
	for s := range src.Run.Suites {
		for i := range src.Run.Suites[s].Cases {
			c := &src.Run.Suites[s].Cases[i]
			for e, err := range src.exchanges(c) {
				if err != nil {
					return latencies{}, err
				}
				if isAnswer(e) && e.Error == nil && e.LatencyMS > 0 {
					times.all = append(times.all, e.LatencyMS)
					times.byVariant[c.Variant] = append(times.byVariant[c.Variant], e.LatencyMS)
				}
			}
		}
	}
	return times, nil
}

// htmlVerdict is an outcome as the page shows it.
type htmlVerdict struct{ Mark, Word, Class string }

func newHTMLVerdict(outcome string) htmlVerdict {
	switch outcome {
	case record.Pass:
		return htmlVerdict{"✓", "pass", "pass"}
	case record.Fail:
		return htmlVerdict{"✗", "fail", "fail"}
	case record.Skip:
		return htmlVerdict{"-", "skip", "skip"}
	case record.Errored:
		return htmlVerdict{"!", "error", "error"}
	}
	return htmlVerdict{"?", safetext.Cut(outcome, maxVariant), "error"}
}
