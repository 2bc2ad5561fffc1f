package main

import (
	"fmt"

	"github.com/evalrun/evalrun/runner"
)

// planLine says what a run would do.
func planLine(p *runner.Plan, f *suiteFlags) string {
	line := count(p.Cases, "case")
	if p.Variants > 1 {
		line += fmt.Sprintf(" (of %d variants)", p.Variants)
	}
	line += fmt.Sprintf(" in %s, %s", count(p.InSuites, "suite"), requests(p))
	if p.Skipped > 0 {
		line += fmt.Sprintf(" (%s skipped)", count(p.Skipped, "case"))
	}
	if f.choice.pick > 0 {
		line += fmt.Sprintf(", picked with --seed %d", f.choice.seed)
	}
	return line
}

// requests says how many requests a run sends.
func requests(p *runner.Plan) string {
	text := count(p.Requests, "request")
	if p.AtLeast {
		text = "at least " + text
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

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// planJSON is the plan in the JSON of a check.
type planJSON struct {
	Suites   int `json:"suites"`
	Cases    int `json:"cases"`
	Skipped  int `json:"skipped"`
	Variants int `json:"variants"`
	Samples  int `json:"samples"`
	Requests int `json:"requests"`
	// AtLeast says that there can be more requests.
	AtLeast bool `json:"at_least"`
	// JudgeRequests is how many requests judges are sent at most.
	JudgeRequests int `json:"judge_requests"`
}

func planOf(p *runner.Plan) *planJSON {
	return &planJSON{
		Suites: p.InSuites, Cases: p.Cases, Skipped: p.Skipped, Variants: p.Variants,
		Samples: p.Samples, Requests: p.Requests, AtLeast: p.AtLeast, JudgeRequests: judgeCalls(p),
	}
}
