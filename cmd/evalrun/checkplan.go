package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/reporters/checkreport"
)

// planLine says what a run would do.
func planLine(p *runner.Plan, f *suiteFlags) string {
	line := wording.Count(p.Cases, "case")
	if p.Variants > 1 {
		line += fmt.Sprintf(" (of %d variants)", p.Variants)
	}
	line += " in " + wording.Count(p.InSuites, "suite")
	if p.Samples != p.Cases-p.Skipped {
		line += ", " + wording.Count(p.Samples, "sample")
	}
	line += ", " + requests(p)
	if p.Skipped > 0 {
		line += fmt.Sprintf(" (%s skipped)", wording.Count(p.Skipped, "case"))
	}
	if f.choice.pick > 0 {
		line += fmt.Sprintf(", picked with --seed %d", f.choice.seed)
	}
	return line
}

// runLine is planLine with what the run may cost. What a record answers, where
// there is one that may, costs nothing.
func runLine(p *runner.Plan, f *runFlags) string {
	line := planLine(p, &f.suiteFlags)
	models := p.Estimates()
	if f.records.replay != "" || len(models) == 0 {
		return line
	}
	if f.records.reuse != "" || f.records.resume != "" {
		models = slices.Clone(models)
		for i := range models {
			models[i].Cost.Low = 0
		}
	}
	return line + ", estimated cost " + checkreport.EstimateCost(models)
}

// requests says how many requests a run sends.
func requests(p *runner.Plan) string {
	text := wording.Count(p.Requests, "request")
	if p.AtLeast {
		text = "at least " + text
	}
	if asked := p.Cases - p.Skipped; p.Distinct < asked {
		text += fmt.Sprintf(" (%s with %d different ones)", wording.Count(asked, "case"), p.Distinct)
	}
	if n := judgeCalls(p); n > 0 {
		text += fmt.Sprintf(" and up to %d to judges", n)
	}
	return text
}

// judgeCalls is how many requests judges are sent at most.
func judgeCalls(p *runner.Plan) int {
	sum := 0
	for _, m := range p.JudgeCalls() {
		sum += m.Requests
	}
	return sum
}

// planJSON is the plan in the JSON of a check.
type planJSON struct {
	Suites   int `json:"suites"`
	Cases    int `json:"cases"`
	Skipped  int `json:"skipped"`
	Variants int `json:"variants"`
	Samples  int `json:"samples"`
	Requests int `json:"requests"`
	// Distinct is how many different requests the cases begin with.
	Distinct int `json:"distinct_requests"`
	// AtLeast says that there can be more requests.
	AtLeast bool `json:"at_least"`
	// JudgeRequests is how many requests judges are sent at most.
	JudgeRequests int            `json:"judge_requests"`
	Estimate      []estimateJSON `json:"estimate"`
	// Batches is what batches have to do with it; only with --batch.
	Batches *batchPlanJSON `json:"batches,omitempty"`
	// Against is the other side of a run with --against, which costs besides.
	Against *againstJSON `json:"against,omitempty"`
}

// batchPlanJSON is what a run does in Message Batches.
type batchPlanJSON struct {
	// Rounds is how many batches come one after the other at least.
	Rounds int `json:"rounds"`
	// Direct are the samples whose requests are in none.
	Direct []directJSON `json:"direct"`
}

type directJSON struct {
	Why     string `json:"why"`
	Samples int    `json:"samples"`
	First   string `json:"first_case"`
}

func newBatchPlanJSON(b *runner.BatchPlan) *batchPlanJSON {
	if b == nil {
		return nil
	}
	out := &batchPlanJSON{Rounds: b.Rounds, Direct: []directJSON{}}
	for _, d := range b.Direct {
		out.Direct = append(out.Direct, directJSON{d.Why, d.Samples, d.First})
	}
	return out
}

// batchPlanLines say how a run by batches goes; none without --batch.
func batchPlanLines(c *checked) []string {
	if !c.flags.batch {
		return nil
	}
	b := c.plan.Batches
	if b == nil {
		return []string{fmt.Sprintf("batches: %s has none, all requests are sent directly at the usual price", c.flags.target.Platform)}
	}
	rounds := wording.Count(b.Rounds, "round")
	if c.plan.AtLeast {
		rounds = "at least " + rounds
	}
	lines := []string{fmt.Sprintf("batches: %s, each of which takes minutes to 24 hours; the costs are those of batches", rounds)}
	for _, d := range b.Direct {
		lines = append(lines, fmt.Sprintf("in no batch: %s, the first of them of the case %q: %s", wording.Count(d.Samples, "sample"), d.First, d.Why))
	}
	return lines
}

// againstJSON is the plan of a commit's suites.
type againstJSON struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit"`
	*planJSON
}

// estimateJSON is what the requests to one model may cost.
type estimateJSON struct {
	Model    string `json:"model"`
	Judge    bool   `json:"judge"`
	Requests int    `json:"requests"`
	// AtLeast says that there can be more requests, AtMost that there can be
	// fewer.
	AtLeast bool `json:"at_least"`
	AtMost  bool `json:"at_most"`
	Input   struct {
		Low    int64 `json:"low"`
		Likely int64 `json:"likely"`
		High   int64 `json:"high"`
	} `json:"input_tokens"`
	// Unread counts the files that are not in Input.
	Unread int       `json:"files_not_counted"`
	Output int64     `json:"output_tokens_at_most"`
	Cached bool      `json:"cached"`
	Cost   *costJSON `json:"cost_usd"` // null where it is not known
	Why    string    `json:"unknown,omitempty"`
	// Worst is by what --max-cost is kept, null where it is not known or there
	// is no bound.
	Worst   *float64     `json:"at_most_usd"`
	NoBound *noBoundJSON `json:"no_bound,omitempty"`
}

// noBoundJSON is the first part of a request that nothing bounds the cost of.
type noBoundJSON struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

type costJSON struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func newEstimateJSON(e *prices.Estimate) estimateJSON {
	out := estimateJSON{
		Model: e.Model, Judge: e.Judge, Requests: e.Requests, AtLeast: e.MoreRequests, AtMost: e.Fewer, Unread: e.Input.Unread,
		Output: int64(e.Output), Cached: e.Cached, Why: e.Unknown,
	}
	out.Input.Low, out.Input.Likely, out.Input.High = int64(e.Input.Low), int64(math.Round(e.Input.Likely)), int64(math.Ceil(e.Input.High))
	if e.Unknown == "" {
		out.Cost = &costJSON{micros(e.Cost.Low), micros(e.Cost.High)}
	}
	switch {
	case e.Unbounded != nil:
		out.NoBound = &noBoundJSON{e.Unbounded.Name, e.Unbounded.Why}
	case e.Unknown == "":
		worst := math.Ceil(e.Worst*1e9*(1-1e-12)) / 1e9
		out.Worst = &worst
	}
	return out
}

// micros rounds an amount that is an estimate to a millionth.
func micros(usd float64) float64 { return math.Round(usd*1e6) / 1e6 }

// planOf is the plan of a run, with its other side where there is one.
func planOf(p *runner.Plan, other *against) *planJSON {
	out := onePlan(p)
	if other != nil {
		out.Against = &againstJSON{other.commit.Ref, other.commit.Hash, onePlan(other.plan)}
	}
	return out
}

func onePlan(p *runner.Plan) *planJSON {
	out := &planJSON{
		Suites: p.InSuites, Cases: p.Cases, Skipped: p.Skipped, Variants: p.Variants,
		Samples: p.Samples, Requests: p.Requests, Distinct: p.Distinct, AtLeast: p.AtLeast, JudgeRequests: judgeCalls(p),
		Estimate: []estimateJSON{}, Batches: newBatchPlanJSON(p.Batches),
	}
	for _, e := range p.Estimates() {
		out.Estimate = append(out.Estimate, newEstimateJSON(&e))
	}
	return out
}
