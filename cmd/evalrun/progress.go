package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// How often progress is shown: drawn anew on a terminal, a line elsewhere.
const (
	drawEvery  = 200 * time.Millisecond
	printEvery = 10 * time.Second
)

// maxModels bounds how many models have a line of their own.
const maxModels = 8

// progress shows on stderr how far the run has come, one line a model.
type progress struct {
	err   io.Writer
	w     *safetext.Writer // nil shows no progress
	drawn bool             // lines are drawn over each other, as a terminal can
	width func() int       // of the terminal, 0 for none
	pool  *pace.Pool       // nil where nothing is sent

	mu      sync.Mutex
	started time.Time
	models  []modelLine
	batches []string    // as they were seen last
	lines   int         // that are on the terminal
	said    chan string // what is between the lines
	stop    chan struct{}
	stopped sync.WaitGroup
}

// modelLine is what is known of one model's requests.
type modelLine struct {
	model       string
	judge       bool // it is not asked for answers
	done, total int
	spent       float64
	rate        rate
}

// newProgress begins to show the progress of a plan.
func newProgress(s streams, flags *runFlags, pool *pace.Pool, plans ...*runner.Plan) *progress {
	p := &progress{err: s.err, pool: pool, started: time.Now(), said: make(chan string, 1), stop: make(chan struct{})}
	if flags.quiet {
		return p
	}
	p.w, p.width = s.err.Writer, func() int { return width(s.err) }
	// What is logged would be drawn over.
	p.drawn = isTerminal(s.err) && os.Getenv("TERM") != "dumb" && flags.logLevel == defaultLogLevel
	p.models = modelLines(plans...)
	p.stopped.Go(func() {
		defer fault.Catch()
		p.show()
	})
	return p
}

// modelLines are the lines of the models of plans that are asked together: those
// that are asked, and then those that only judge.
func modelLines(plans ...*runner.Plan) []modelLine {
	var lines []modelLine
	line := func(model string) *modelLine {
		i := slices.IndexFunc(lines, func(l modelLine) bool { return l.model == model })
		if i < 0 {
			i = len(lines)
			lines = append(lines, modelLine{model: model, judge: true})
		}
		return &lines[i]
	}
	for _, plan := range plans {
		for _, m := range plan.Models() {
			l := line(m.Model)
			l.judge, l.total = false, l.total+m.Requests
		}
	}
	for _, plan := range plans {
		for _, j := range plan.JudgeCalls() {
			line(j.Model)
		}
	}
	return lines
}

// observe takes in that a sample ended.
func (p *progress) observe(at runner.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.models {
		if m := &p.models[i]; m.model == at.Model {
			m.done, m.total, m.spent = at.ModelDone, at.ModelTotal, at.ModelSpentUSD
		}
	}
}

// show shows the lines until the run ends.
func (p *progress) show() {
	every := printEvery
	if p.drawn {
		every = drawEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.write(p.text(time.Now()))
		case text := <-p.said:
			p.write(nil)
			fmt.Fprintln(p.w, text)
		case <-p.stop:
			p.write(nil)
			return
		}
	}
}

// end stops it, and takes the drawn lines away.
func (p *progress) end() {
	close(p.stop)
	p.stopped.Wait()
}

// wait says that the run waits for what is under way, if anything is.
func (p *progress) wait() {
	inFlight := 0
	if p.pool != nil {
		for _, s := range p.pool.Statuses() {
			inFlight += s.InFlight
		}
	}
	if inFlight == 0 {
		return
	}
	text := fmt.Sprintf("interrupted: waiting up to %s for %s under way, which %s paid for; Ctrl-C again gives %s up",
		graceful, wording.Count(inFlight, "answer"), inflected(inFlight, "is", "are"), inflected(inFlight, "it", "them"))
	if p.w == nil {
		fmt.Fprintln(p.err, text)
		return
	}
	p.said <- text
}

// write draws lines over those that were drawn before.
func (p *progress) write(lines []string) {
	if p.drawn {
		if p.lines > 0 {
			p.w.Control(fmt.Sprintf("\x1b[%dA", p.lines))
		}
		p.w.Control("\r\x1b[J")
		p.lines = len(lines)
	}
	if len(lines) == 0 {
		return
	}
	cells := p.width() // a terminal can change its size
	for _, line := range lines {
		if cells > 0 {
			line = safetext.Cut(line, cells-1)
		}
		fmt.Fprintln(p.w, line)
	}
}

// text is a line for each model.
func (p *progress) text(now time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	statuses := map[string]pace.Status{}
	if p.pool != nil {
		for _, s := range p.pool.Statuses() {
			statuses[s.Model] = s
		}
	}
	var lines []string
	for i := range p.models {
		if i == maxModels {
			return append(lines, fmt.Sprintf("… and %s", wording.Count(len(p.models)-i, "more model")))
		}
		m := &p.models[i]
		s, asked := statuses[m.model]
		if m.judge && !asked {
			continue
		}
		if m.judge {
			m.done = s.Attempts - s.Retries
		}
		m.rate.add(now, m.done)
		lines = append(lines, m.text(s, now.Sub(p.started)))
	}
	return append(lines, p.batches...)
}

// showBatches takes in what became of batches.
func (p *progress) showBatches(all []record.Batch) {
	lines := pendingBatches(all)
	if more := len(lines) - maxModels; more > 0 {
		lines = append(lines[:maxModels], fmt.Sprintf("… and %d more batches", more))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batches = lines
}

// text says what is done and what is under way, what it costs and how long
// the rest will take, and what the API is doing meanwhile.
func (m *modelLine) text(s pace.Status, elapsed time.Duration) string {
	parts := []string{fmt.Sprintf("%s %d/%d", safetext.Line(m.model), m.done, m.total)}
	if m.judge { // how much there will be to judge is not known
		parts[0] = fmt.Sprintf("judge %s %d", safetext.Line(m.model), m.done)
	}
	part := func(show bool, format string, values ...any) {
		if show {
			parts = append(parts, fmt.Sprintf(format, values...))
		}
	}
	part(s.InFlight > 0, "%d in flight", s.InFlight)
	perSecond := m.rate.perSecond()
	part(perSecond > 0, "%.3g/s", perSecond)
	part(s.Retries > 0, "%s", wording.Count(s.Retries, "retried request"))
	part(s.RateLimited > 0, "%d × 429", s.RateLimited)
	part(s.Overloaded > 0, "%d × 529", s.Overloaded)
	part(s.Broken > 0, "%d broken", s.Broken)
	part(s.Paused >= time.Second, "paused %s by retry-after", s.Paused.Round(time.Second))
	part(s.Limited && s.Paused < time.Second, "held up by its rate limit")
	part(m.spent > 0, "$%.4f", m.spent)
	if left := m.left(elapsed, perSecond); left > 0 {
		part(true, "%s left", left.Round(time.Second))
	}
	return strings.Join(parts, " · ")
}

// left is how long the rest takes: as the whole has gone or as it goes now,
// whichever is longer. What a record answered says nothing of the API's pace.
func (m *modelLine) left(elapsed time.Duration, perSecond float64) time.Duration {
	if m.done == 0 || m.done >= m.total {
		return 0
	}
	rest := float64(m.total - m.done)
	seconds := elapsed.Seconds() / float64(m.done) * rest
	if perSecond > 0 {
		seconds = max(seconds, rest/perSecond)
	}
	return time.Duration(min(seconds, maxLeft.Seconds()) * float64(time.Second))
}

// maxLeft is longer than any run.
const maxLeft = 1000 * time.Hour

// rate is how many were done in the last seconds.
type rate struct {
	points []point
}

type point struct {
	at   time.Time
	done int
}

// rateOver is the time that a rate is of.
const rateOver = 15 * time.Second

func (r *rate) add(now time.Time, done int) {
	r.points = append(r.points, point{now, done})
	for len(r.points) > 2 && now.Sub(r.points[1].at) >= rateOver {
		r.points = r.points[1:]
	}
}

// perSecond is 0 until it is known.
func (r *rate) perSecond() float64 {
	if len(r.points) < 2 {
		return 0
	}
	first, last := r.points[0], r.points[len(r.points)-1]
	seconds := last.at.Sub(first.at).Seconds()
	if seconds <= 0 {
		return 0
	}
	return float64(last.done-first.done) / seconds
}
