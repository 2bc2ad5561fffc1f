package reporters

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

//go:embed web
var web embed.FS

// htmlTemplates are the parts of the pages: "head" of a run or "compare" of
// comparisons before the data, "foot" after it.
var htmlTemplates = template.Must(template.ParseFS(web, "web/*.html"))

// htmlAssets are the style and the script of a page, and the policy that lets
// nothing else act.
type htmlAssets struct {
	Policy string
	Style  template.CSS
	Script template.JS
}

// newHTMLAssets gives those of a page, which is served where live is set.
func newHTMLAssets(live bool) htmlAssets {
	script := htmlScript
	if live {
		script = htmlLiveScript
	}
	return htmlAssets{policy(script, htmlStyle, live), template.CSS(htmlStyle), template.JS(script)}
}

// HTMLOptions is how the HTML report is made.
type HTMLOptions struct {
	// Live makes a page that is served: it listens to server-sent events at
	// "events", relative to its address, and loads itself anew after one.
	Live bool
	// MaxCases bounds how many cases the page lists; 0 is 20,000. Those that
	// did not pass come before others.
	MaxCases int
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
	found, err := lookThrough(src)
	if err != nil {
		return err
	}
	shown := newHTMLPage(src, found, opts)
	if err := htmlTemplates.ExecuteTemplate(out, "head", &shown); err != nil {
		return err
	}
	if shown.err != nil {
		return shown.err
	}
	data := newHTMLData(out, src.File)
	i := 0
	for row, err := range shown.rows.read(src) {
		if err == nil {
			err = writeRow(data, src, i, row)
		}
		if err != nil {
			return err
		}
		i++
	}
	if err := htmlTemplates.ExecuteTemplate(out, "foot", &shown); err != nil {
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

// htmlFound is what the page needs to know of all cases before it shows the
// first.
type htmlFound struct {
	// times are those of the answers, all and by variant.
	times     answerTimes
	byVariant map[string]*answerTimes
	tags      map[string]bool // safe to show
}

// answerTimes are what was measured of answers: their latencies and, of
// streamed ones, the times to the first token, in milliseconds, and how fast
// they came then, in tokens a second.
type answerTimes struct{ latencies, ttfts, speeds []float64 }

func (t *answerTimes) add(e *record.Exchange) {
	if e.LatencyMS > 0 {
		t.latencies = append(t.latencies, e.LatencyMS)
	}
	if e.TTFTMS != nil {
		t.ttfts = append(t.ttfts, max(*e.TTFTMS, 0))
	}
	if e.TokensPerSecond != nil && *e.TokensPerSecond > 0 {
		t.speeds = append(t.speeds, *e.TokensPerSecond)
	}
}

// lookThrough reads the record once.
func lookThrough(src Source) (htmlFound, error) {
	found := htmlFound{byVariant: map[string]*answerTimes{}, tags: map[string]bool{}}
	for i := range src.Run.Suites {
		for c, err := range src.cases(&src.Run.Suites[i], nil) {
			if err == nil {
				err = found.add(src, c)
			}
			if err != nil {
				return htmlFound{}, err
			}
		}
	}
	found.join()
	return found, nil
}

// join gathers the times of all answers; a variant's own where it is one,
// which are not copied.
func (h *htmlFound) join() {
	for _, of := range h.byVariant {
		if len(h.byVariant) == 1 {
			h.times = *of
			return
		}
		h.times.latencies = append(h.times.latencies, of.latencies...)
		h.times.ttfts = append(h.times.ttfts, of.ttfts...)
		h.times.speeds = append(h.times.speeds, of.speeds...)
	}
}

func (h *htmlFound) add(src Source, c *summary.Case) error {
	for _, tag := range c.Tags {
		h.tags[safetext.Cut(tag, maxVariant)] = true
	}
	if h.byVariant[c.Variant] == nil {
		h.byVariant[c.Variant] = &answerTimes{}
	}
	for e, err := range src.exchanges(c) {
		if err != nil {
			return err
		}
		if e.IsAnswer() && e.Error == nil {
			h.byVariant[c.Variant].add(e)
		}
	}
	return nil
}

// htmlVerdict is an outcome as the page shows it.
type htmlVerdict struct{ Mark, Word, Class string }

// newHTMLHead is what a run or comparisons came to.
func newHTMLHead(v verdict.Verdict) htmlVerdict {
	word := string(v.Found)
	if word == "" {
		word = verdictWord(v)
		word = word[:1] + strings.ToLower(word[1:])
	}
	head := htmlVerdict{"!", word, "error"}
	switch {
	case v.Exit() == verdict.ExitFailed:
		head.Mark, head.Class = "✗", "fail"
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0 && v.Found == compare.Inconclusive:
		head.Mark = "?"
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0:
		head.Mark, head.Class = "✓", "pass"
	}
	if allow := v.Options.AllowFlag(); allow != "" {
		head.Word += " with " + safetext.Cut(allow, maxVariant)
	}
	return head
}

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
