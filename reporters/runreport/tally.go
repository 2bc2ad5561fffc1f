package runreport

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/trace"
)

// tally counts samples by the text about them.
type tally struct {
	samples int
	said    []said
	index   map[string]int // of said, by text
	traces  []json.RawMessage
	turns   []int // of conversations, each once
}

// said is one text and the samples that it is about, with the trace of the
// first of them.
type said struct {
	text    string
	trace   json.RawMessage
	samples []int
}

// add counts a sample, of which the text and the trace, if any, are said.
func (t *tally) add(sample int, text string, trace json.RawMessage) {
	if t.index == nil {
		t.index = map[string]int{}
	}
	i, ok := t.index[text]
	if !ok {
		i = len(t.said)
		t.index[text] = i
		t.said = append(t.said, said{text: text, trace: trace})
	}
	t.traces = append(t.traces, trace)
	t.said[i].samples = append(t.said[i].samples, sample)
	t.samples++
}

// at takes note of the turn of a conversation that it is about; 0 is none.
func (t *tally) at(turn int) {
	if turn > 0 && !slices.Contains(t.turns, turn) {
		t.turns = append(t.turns, turn)
	}
}

// turn says at which turn it was so, where that is one.
func (t *tally) turn() string {
	if len(t.turns) != 1 {
		return ""
	}
	return atTurn(t.turns[0])
}

// atTurn names a turn of a conversation; 0 is none.
func atTurn(turn int) string {
	if turn <= 0 {
		return ""
	}
	return fmt.Sprintf(" at turn %d", turn)
}

// share is in how many of the case's samples it was so, where there are
// several.
func (t *tally) share(c *summary.Case) string {
	if len(c.Samples) < 2 {
		return ""
	}
	return fmt.Sprintf(" in %d of %d", t.samples, len(c.Samples))
}

// details is what was said, each text once, with its samples' numbers where
// the case has several.
func (t *tally) details(c *summary.Case) []string {
	var lines []string
	for _, s := range t.said {
		if len(c.Samples) < 2 {
			lines = append(lines, layout.NonEmpty(s.text)...)
		} else {
			lines = append(lines, s.who()+": "+s.text)
		}
	}
	return lines
}

// drawings explains an expression that was not true: its trace, one for each
// text that was said, or a row where only a value differs between samples.
// None where a trace is missing.
func (t *tally) drawings(c *summary.Case, expr string) []string {
	if row := trace.Fold(expr, t.traces); row != "" {
		return []string{fmt.Sprintf("`%s` false%s: %s", safetext.Cut(expr, layout.MaxLine), t.share(c), row)}
	}
	var out []string
	for _, s := range t.said {
		drawing := trace.Draw(expr, s.trace)
		if drawing == "" {
			return nil
		}
		if len(c.Samples) > 1 {
			drawing = s.who() + ":\n" + drawing
		}
		out = append(out, drawing)
	}
	return out
}

// maxSampleNumbers is how many samples are named that one text is about.
const maxSampleNumbers = 10

// who names the samples: sample 3; samples 3, 4.
func (s said) who() string {
	if len(s.samples) == 1 {
		return "sample " + strconv.Itoa(s.samples[0])
	}
	var numbers []string
	for _, n := range s.samples[:min(len(s.samples), maxSampleNumbers)] {
		numbers = append(numbers, strconv.Itoa(n))
	}
	who := "samples " + strings.Join(numbers, ", ")
	if more := len(s.samples) - maxSampleNumbers; more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	return who
}
