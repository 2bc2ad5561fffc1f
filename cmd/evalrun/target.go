package main

import (
	"log/slog"
	"time"

	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/batch"
	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/record"
)

// target is where answers come from, and what the record says about that.
type target struct {
	sender messages.Sender
	api    *messages.HTTP // nil where nothing is sent
	pool   *pace.Pool     // nil where nothing is sent
	// batches are what answers come from that take long; nil without them.
	batches     *batch.Sender
	showBatches func([]record.Batch)
	// replayed is the record that gives all answers; nil where one may be sent
	// for.
	replayed *record.File
	version  string
	header   record.Run
	close    func() error
	budget   *runner.Budget // nil without a bound of money
	// interrupts say when what is under way is given up.
	interrupts *interrupts
	// missed counts what the record of --replay has no answer to, and old the
	// answers of --reuse that are older than --max-age.
	missed, old func() int
	checks      runner.Checker // nil without a file of tools
	// tools begins the calls of a sample to tools; nil where none is run.
	tools runner.ToolCaller
}

// run has the checks of a file of tools asked; nil is none. They end with the
// target.
func (t *target) run(file *tools.File) {
	if file == nil {
		return
	}
	checks, closeSender := tools.NewChecks(file), t.close
	t.checks = checks
	t.close = func() error {
		checks.Close()
		return closeSender()
	}
}

func none() int { return 0 }

// newTarget makes the sender that the flags and the environment name.
func newTarget(s streams, f *runFlags) (*target, error) {
	t := &target{version: f.target.apiVersion, close: func() error { return nil }, interrupts: newInterrupts(), missed: none, old: none}
	if t.version == "" {
		t.version = endpoint.DefaultVersion
	}
	t.header = record.Run{Tool: tool(), APIVersion: t.version, Source: record.SourceAPI, FailOn: f.verdict.failOn, Allow: f.verdict.allow, MaxErrors: f.verdict.maxErrors}
	if f.records.replay != "" {
		return t, t.replay(f.records.replay)
	}
	log, err := logger(s.err, f.logLevel)
	if err != nil {
		return t, nil // loading the suites reports it
	}
	return t, t.http(f.target, &f.pace, log)
}

// bound keeps the bound of money, if there is one. It is of both sides together.
func (t *target) bound(plan *runner.Plan, paced *paceFlags, rec *runRecord, other *against) error {
	if !paced.bounds() || t.replayed != nil {
		return nil
	}
	spent, err := rec.spent()
	if err == nil && other != nil {
		var more record.Spending
		more, err = other.rec.spent()
		spent.USD += more.USD
		spent.LostUSD += more.LostUSD
	}
	if err == nil {
		t.budget = plan.Bounded(t.sender, paced.maxCost, spent, rec.writer)
		t.sender = t.budget
	}
	return err
}

// direct gives options the sender of requests that no record answers.
func (t *target) direct() func(*runner.Options) {
	sender, budget := t.sender, t.budget
	return func(o *runner.Options) {
		o.Sender, o.Budget, o.Checks, o.Tools = sender, budget, t.checks, t.tools
	}
}

// options are those of a run of the plan that is written to rec.
func (t *target) options(flags *runFlags, plan *runner.Plan, rec *runRecord) runner.Options {
	t.header.Choice, t.header.Resumed = flags.choice.line(), rec.resumed
	gates := rec.gates
	if flags.choice.isPart() {
		gates = nil // which are of all parts together
	}
	return runner.Options{
		Sender:      t.sender,
		Answers:     t.answeredBy(rec.answers, plan, flags),
		Resumed:     rec.resumed,
		Checks:      t.checks,
		Tools:       t.tools,
		Budget:      t.budget,
		Record:      rec.writer,
		Concurrency: flags.samples(plan),
		Version:     t.version,
		Timeout:     flags.timeout,
		Stream:      flags.stream,
		StopEarly:   flags.stopEarly,
		Header:      t.header,
		Shard:       flags.choice.shardOf(),
		Gates:       gates,
	}
}

// answeredBy has a record answer where there is one: that of --replay all
// requests, and reused those that it has the answers to. In a watch a request
// that failed before fails again.
func (t *target) answeredBy(reused *record.File, plan *runner.Plan, flags *runFlags) *record.Answers {
	if t.replayed != nil {
		answers := record.NewAnswers(t.replayed, plan.Has)
		sender := replay.New(answers)
		t.sender, t.missed = sender, sender.Missed
		return answers
	}
	if flags.failed != nil {
		t.sender = flags.failed.before(t.sender)
	}
	if reused == nil {
		return nil
	}
	answers := record.NewAnswers(reused, plan.Has)
	sender := replay.NewReuse(answers, t.sender)
	if age := time.Duration(flags.records.maxAge); age > 0 {
		sender.NotBefore(time.Now().Add(-age))
	}
	t.sender, t.old = sender, sender.Old
	return answers
}

// replay has all answers come from a record.
func (t *target) replay(path string) error {
	file, err := openForAnswers(path)
	if err != nil {
		return recordError("--replay", err)
	}
	t.replayed, t.close = file, file.Close
	t.header.BaseURL, t.header.Platform, t.header.Source = file.Run.BaseURL, file.Run.Platform, file.Run.Source
	return nil
}

// http sends to the API.
func (t *target) http(f targetFlags, paced *paceFlags, log *slog.Logger) error {
	pool := paced.pool()
	sender, err := f.NewHTTP(endpoint.Needs{
		UserAgent: userAgent(), Pacer: pool, RetryFor: paced.retryFor, OnAttempt: attemptLog(log, paced.retryFor),
		Abandon: t.interrupts.under, Otherwise: "answer from a record with --replay FILE",
	})
	if err != nil || sender == nil {
		return err
	}
	t.api, t.pool, t.sender, t.header.BaseURL, t.header.Platform = sender, pool, sender, sender.BaseURL(), f.Platform
	t.close = func() error {
		sender.Close()
		return nil
	}
	return nil
}
