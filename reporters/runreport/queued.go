package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// queued are the variants of a suite whose answers waited in a queue.
func queued(suite *summary.Suite) []summary.Variant {
	return variantsThat(suite, func(v *summary.Variant) bool { return v.Queue != nil })
}

// queueText says that answers waited in a queue.
func queueText(q *summary.Queue) string {
	return fmt.Sprintf("latencies are those of a queue: p50 %s with up to %d requests under way, %s with %d or more (%s of %s); fewer at once (-j) measure the model",
		numbers.Duration(q.FewP50), q.Few, numbers.Duration(q.ManyP50), q.Many, numbers.Grouped(int64(q.Answers)), numbers.Counted(q.Of, "answer"))
}

// queueNotes are queueText of each variant of a suite, safe to show.
func queueNotes(suite *summary.Suite) []string {
	var notes []string
	for _, v := range queued(suite) {
		text := queueText(v.Queue)
		if len(suite.Variants) > 1 {
			text = safetext.Cut(v.Name, layout.MaxLine) + ": " + text
		}
		notes = append(notes, text)
	}
	return notes
}

// writeQueues names the suites whose answers waited in a queue.
func (m *markdown) writeQueues() {
	for i := range m.src.Run.Suites {
		for _, v := range queued(&m.src.Run.Suites[i]) {
			line := fmt.Sprintf("⚠️ %s: %s\n\n", strings.Join(inlined(m.src.Run.Suites[i].Name, v.Name), " · "), safetext.Markdown(queueText(v.Queue)))
			if !m.writeUpTo(maxMarkdownGates, line) {
				return
			}
		}
	}
}

// jsonQueue is a queue in the JSON report.
type jsonQueue struct {
	Variant   string  `json:"variant"`
	Few       int     `json:"few"`
	Many      int     `json:"many"`
	FewP50MS  float64 `json:"few_p50_ms"`
	ManyP50MS float64 `json:"many_p50_ms"`
	Answers   int     `json:"answers"`
	Of        int     `json:"of"`
}

func newJSONQueues(suite *summary.Suite) []jsonQueue {
	out := []jsonQueue{}
	for _, v := range queued(suite) {
		q := v.Queue
		out = append(out, jsonQueue{v.Name, q.Few, q.Many, shortMS(q.FewP50), shortMS(q.ManyP50), q.Answers, q.Of})
	}
	return out
}
