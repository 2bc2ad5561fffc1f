// Package summary is a record's numbers: what became of each case, each
// suite and the run. It reads a record and nothing else, and it refuses to
// hide an error: a sample that has no answer is neither a pass nor a fail, and
// a rate is given with the bounds that such samples leave.
package summary

import (
	"time"

	"github.com/evalrun/evalrun/record"
)

// Run is a whole run. It holds no more than some thirty bytes of each case,
// whatever the case holds.
type Run struct {
	Header record.Run
	// Complete is false where the run was cut short: its record has no
	// summary line, or one that says so.
	Complete bool
	// Wall is how long the run took; 0 where the record does not say.
	Wall   time.Duration
	Suites []Suite
	Totals Totals
	// Variants are the totals of each variant over all suites, in the order of
	// their first case.
	Variants []VariantTotals
	// Sources counts the answers by who made them: "api", "documentation",
	// "fake". An answer is the header's source's where its exchange names none.
	Sources map[string]int
}

// End takes how the run ended from its record's last line; nil says that it was
// cut short.
func (r *Run) End(s *record.Summary) {
	r.Complete, r.Wall = false, 0
	if s != nil {
		r.Complete, r.Wall = s.Complete, record.Duration(s.WallMS)
	}
}

// VariantTotals are the totals of a variant; its name is "" for the cases of
// suites without a matrix.
type VariantTotals struct {
	Name    string
	Totals  Totals
	Latency Latency
}

// Suite is a suite of the run. Its cases are in the record, from which Case
// reads one of them; a Mark of each is kept.
type Suite struct {
	Path   string
	Name   string
	Owner  string // as the suite names it; "" for nobody
	Totals Totals
	Numbers
	// Variants are the suite's variants in the order of their first case. A
	// suite without a matrix has one, without a name.
	Variants []Variant
	Gates    []Gate
	// Gated says that a gate names cases.pass_rate or samples.pass_rate: the
	// gates decide the suite. Else every case must pass.
	Gated bool

	marks marks
}

// Variant is the cases of a suite in one variant.
type Variant struct {
	Name   string            // axis=label, for each axis
	Axes   map[string]string // axis to label
	Totals Totals
	Numbers
}

// Numbers are what cases that belong together came to, beside their totals.
type Numbers struct {
	Latency Latency
	// TTFT and Speed are of the answers that were streamed.
	TTFT  Latency
	Speed Speed
	// Queue is nil where nothing says that answers waited in one.
	Queue   *Queue
	Metrics []Metric // by name
	// Repeats is nil where no case was asked more than once.
	Repeats *Repeats
}

// Totals counts what is below it. Cases counts case outcomes, Samples
// sample outcomes; Requests counts what was sent to the API, not what a
// record answered. Tokens and latency are those of all answers, sent or not;
// of judges' answers only the cost is counted.
type Totals struct {
	Cases    Outcomes
	Samples  Outcomes
	Requests int
	// Input and Output are the tokens of the answers.
	Input, Output Tokens
	// Latency is the sum of the answering attempts' latencies.
	Latency time.Duration
	Cost    Cost
	// Comparisons are the votes on an answer against another variant's.
	Comparisons Comparisons
	// KnownFailures is how many of the cases failed as known failures, which does
	// not fail the run yet.
	KnownFailures int
	// OffRecording is how many of the cases without an outcome have a sample in
	// which the model called a tool as it never did while results were recorded.
	OffRecording int

	draws *sharedDraws // nil where every case is a draw of its own
}

// Outcomes counts by outcome.
type Outcomes struct {
	Pass, Fail, Error, Skip int
}

// Nothing reports whether nothing was asked: the run has no case, or every
// case was skipped.
func (r *Run) Nothing() bool { return r.Totals.Cases.asked() == 0 }

// asked counts what was not skipped.
func (o Outcomes) asked() int { return o.Total() - o.Skip }

// Total is the number of all outcomes.
func (o Outcomes) Total() int { return o.Pass + o.Fail + o.Error + o.Skip }
