package main

import (
	"fmt"
	"io"
	"time"

	"github.com/evalrun/evalrun/runner"
)

// progressEvery bounds how often the line is drawn anew.
const progressEvery = 100 * time.Millisecond

// progress is a line on stderr that says how far the run has come. It is
// drawn on a terminal only.
type progress struct {
	w       io.Writer // nil draws nothing
	now     func() time.Time
	started time.Time
	drawn   time.Time
}

func newProgress(s streams, quiet bool) *progress {
	p := &progress{now: time.Now, started: time.Now()}
	if !quiet && isTerminal(s.err) {
		p.w = s.err
	}
	return p
}

// observe draws the line, but not more often than people can read.
func (p *progress) observe(at runner.Progress) {
	now := p.now()
	if p.w == nil || at.Done < at.Total && now.Sub(p.drawn) < progressEvery {
		return
	}
	p.drawn = now
	fmt.Fprintf(p.w, "\r\x1b[K%s", progressLine(at, now.Sub(p.started)))
}

// end takes the line away.
func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// progressLine says what is done, what went wrong and how long the rest will
// take at the pace so far.
func progressLine(at runner.Progress, elapsed time.Duration) string {
	line := fmt.Sprintf("%d/%d", at.Done, at.Total)
	if at.Failed > 0 {
		line += fmt.Sprintf(" · %d failed", at.Failed)
	}
	if at.Errors > 0 {
		line += fmt.Sprintf(" · %s", count(at.Errors, "error"))
	}
	if at.Done > 0 && at.Done < at.Total {
		left := elapsed * time.Duration(at.Total-at.Done) / time.Duration(at.Done)
		line += fmt.Sprintf(" · %s left", left.Round(time.Second))
	}
	return line
}
