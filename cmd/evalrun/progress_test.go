package main

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
)

func TestModelLine(t *testing.T) {
	half := modelLine{model: "m\x1b[31m", done: 30, total: 120, spent: 0.0612}
	half.rate.add(time.Unix(0, 0), 10)
	half.rate.add(time.Unix(10, 0), 30)
	resumed := modelLine{model: "m", done: 95, total: 100}
	resumed.rate.add(time.Unix(0, 0), 90)
	resumed.rate.add(time.Unix(10, 0), 95)
	for _, test := range []struct {
		name   string
		line   modelLine
		status pace.Status
		want   string
	}{
		{"nothing yet", modelLine{model: "m", total: 3}, pace.Status{}, "m 0/3"},
		{"under way", half, pace.Status{InFlight: 20, Retries: 3, RateLimited: 2, Overloaded: 1, Broken: 4, Paused: 12 * time.Second},
			`m\x1b[31m 30/120 · 20 in flight · 2/s · 3 retried requests · 2 × 429 · 1 × 529 · 4 broken · paused 12s by retry-after · $0.0612 · 45s left`},
		{"resumed", resumed, pace.Status{}, "m 95/100 · 0.5/s · 10s left"},
		{"limited", modelLine{model: "m", total: 3}, pace.Status{Limited: true}, "m 0/3 · held up by its rate limit"},
		{"judge", modelLine{model: "j", judge: true, done: 7}, pace.Status{InFlight: 2, Paused: 7 * time.Second}, "judge j 7 · 2 in flight · paused 7s by retry-after"},
		{"done", modelLine{model: "m", done: 3, total: 3}, pace.Status{}, "m 3/3"},
	} {
		if got := test.line.text(test.status, 15*time.Second); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// progressOf shows progress in w for a while.
func progressOf(p *progress, models ...string) *progress {
	if p.width == nil {
		p.width = func() int { return 0 }
	}
	p.started, p.stop = time.Now(), make(chan struct{})
	for _, m := range models {
		p.models = append(p.models, modelLine{model: m, total: 10})
	}
	p.stopped.Go(p.show)
	return p
}

func TestALineEveryTenSecondsWhereThereIsNoTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := progressOf(&progress{w: safetext.NewWriter(&out, nil, false)}, "a", "b")
		time.Sleep(11 * time.Second)
		p.observe(runner.Progress{Model: "b", ModelDone: 5, ModelTotal: 10, ModelSpentUSD: 1})
		time.Sleep(10 * time.Second)
		p.end()
		want := "a 0/10\nb 0/10\na 0/10\nb 5/10 · 0.5/s · $1.0000 · 20s left\n"
		if out.String() != want {
			t.Errorf("shown:\n%s\nwant:\n%s", out.String(), want)
		}
	})
}

func TestATerminalIsDrawnOverAndLeftClean(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var cells atomic.Int64
		cells.Store(60)
		p := progressOf(&progress{w: safetext.NewWriter(&out, nil, false), drawn: true, width: func() int { return int(cells.Load()) }}, "a", "a model of a long name that does not fit")
		time.Sleep(drawEvery + time.Millisecond)
		cells.Store(20) // the terminal is made narrower
		time.Sleep(drawEvery)
		p.end()
		if got := strings.Count(out.String(), "\x1b[2A\r\x1b[J"); got != 2 {
			t.Errorf("drawn over %d times, want 2: %q", got, out.String())
		}
		if !strings.HasSuffix(out.String(), "\x1b[2A\r\x1b[J") {
			t.Errorf("something is left: %q", out.String())
		}
		frames := strings.Split(out.String(), "\x1b[2A\r\x1b[J")
		if !strings.Contains(frames[0], "that does not fit 0/10") {
			t.Errorf("it is cut though there is room: %q", frames[0])
		}
		for line := range strings.Lines(frames[1]) {
			if text := line[strings.LastIndex(line, "J")+1:]; len([]rune(text)) > 20 {
				t.Errorf("line %q is longer than the terminal is wide", text)
			}
		}
	})
}
