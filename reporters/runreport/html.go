package runreport

import (
	"bufio"
	"io"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/page"
)

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
	if shown.Leads, err = src.leadTexts(); err != nil {
		return err
	}
	if err := page.Templates().ExecuteTemplate(out, "head", &shown); err != nil {
		return err
	}
	if shown.err != nil {
		return shown.err
	}
	data := page.NewBlocks(out, src.File)
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
	if err := page.Templates().ExecuteTemplate(out, "foot", &shown); err != nil {
		return err
	}
	return out.Flush()
}

// htmlFound is what the page needs to know of all cases before it shows the
// first.
type htmlFound struct {
	// times are those of the answers, all and by variant.
	times     answerTimes
	byVariant map[string]*answerTimes
	tags      map[string]bool // safe to show
	vars      []string        // that have a column
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
	h.addVars(c)
	for _, tag := range c.Tags {
		h.tags[safetext.Cut(tag, layout.MaxName)] = true
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
