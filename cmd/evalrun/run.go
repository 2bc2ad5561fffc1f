package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/suite"
)

// runSuites is `evalrun PATH…`.
func runSuites(ctx context.Context, s streams, flags *runFlags, paths []string) error {
	if flags.dryRun {
		return dryRun(s, flags, paths)
	}
	lints := &linting{version: flags.target.apiVersion, platform: flags.target.platform}
	outputs, plan, target, err := prepare(s, flags, paths, lints.see)
	if err != nil {
		return err
	}
	defer target.close()
	if ctx.Err() != nil { // while the suites were read, under --watch
		return &exitError{code: exitInterrupted}
	}
	bases, err := flags.baseline.open()
	if err != nil {
		return err
	}
	defer closeSides(bases)
	rec, err := openRecord(&flags.records, target.header.BaseURL)
	if err != nil {
		return err
	}
	defer rec.writer.Close() // end has reported what is wrong with it
	defer rec.closeAnswers()
	if patterns, _ := flags.records.patterns(); len(patterns) > 0 { // check has reported what is wrong with them
		rec.writer.Redact(patterns)
	}
	if err := rec.samePart(flags.choice.shardOf()); err != nil {
		return err
	}
	if err := target.bound(plan, &flags.pace, rec); err != nil {
		return err
	}
	if !flags.records.answered() {
		sends(plan.Held())
	}
	rec.release = releaseOnce(&flags.records, rec.closeAnswers, target.close)

	if !flags.quiet {
		announce(s, flags, plan, lints)
	}
	bar := newProgress(s, flags, plan, target.pool)
	// A watch asks for what it lacks when it is begun anew.
	waits := func(sig os.Signal) bool { return !flags.watch && s.waitsFor(sig) }
	ctx, stopAsking := target.interrupts.askUntil(ctx, waits, bar.wait)
	defer stopAsking()
	opts := target.options(flags, plan, rec)
	opts.Observe = bar.observe
	runErr := runner.Run(ctx, plan, opts)
	if errors.Is(runErr, runner.ErrNotBegun) {
		stopAsking()
		bar.end()
		return usage(fmt.Sprintf("cannot write the record: %v", runErr), "`--record FILE` writes it to another file")
	}
	ended := ending(ctx, runErr)
	defer s.reporting()()
	stopAsking()
	rec.release()
	bar.end()
	flags.hint(s, target, rec.path)
	defer rec.rescue(s)
	return concludeRun(s, rec, bases, outputs, flags, ended)
}

// announce says what is going to run, and what may be wrong with it.
func announce(s streams, flags *runFlags, plan *runner.Plan, lints *linting) {
	fmt.Fprintln(s.err, runLine(plan, flags))
	if flags.choice.isPart() {
		shard := flags.choice.shardOf()
		fmt.Fprintf(s.err, "shard %d of %d: gates are left to `evalrun merge`, which makes one record of all\n", shard[0], shard[1])
	}
	for _, line := range flags.pace.tightTokens(plan.Estimates()) {
		fmt.Fprintln(s.err, line)
	}
	if n := len(lints.report(plan).Findings); n > 0 {
		fmt.Fprintf(s.err, "%s; `evalrun check` shows %s\n", wording.Count(n, "warning"), inflected(n, "it", "them"))
	}
}

// prepare does all that can go wrong before the first request. Problems of
// the suites, the flags and the environment are reported together.
func prepare(s streams, flags *runFlags, paths []string, observe func(*runner.Planner, *suite.Case)) ([]output, *runner.Plan, *target, error) {
	if len(paths) == 0 { // before it is said that there is no key
		return nil, nil, nil, usage("no suites are named", "name a file or a directory: `evalrun ./suites`; `evalrun init` writes a first suite; `evalrun help` lists the commands")
	}
	outputs, outErr := parseOutputs(flags.outputs)
	var target *target
	var targetErr error
	var opened sync.WaitGroup
	opened.Go(func() { // a record that answers is read meanwhile
		defer fault.Catch()
		target, targetErr = newTarget(s, flags)
	})
	names := newUnredactable(&flags.records)
	plan, planErr := flags.plan(s, paths, planning{run: true, observe: names.seenBy(observe)})
	opened.Wait()
	if err := joinProblems(flags.check(), flags.records.check(), flags.pace.check(), flags.baseline.check(&flags.records), flags.verdict.check(&flags.baseline), outErr, names.found.Err(), planErr, targetErr); err != nil {
		if target != nil {
			target.close()
		}
		return nil, nil, nil, err
	}
	if flags.pace.bounds() {
		if err := plan.CheckBounds(); err != nil {
			target.close()
			return nil, nil, nil, err
		}
	}
	return outputs, plan, target, nil
}

// joinProblems joins problems into one list. An error that is no list is one
// problem.
func joinProblems(errs ...error) error {
	var all diagnostic.List
	for _, err := range errs {
		var list diagnostic.List
		switch {
		case err == nil:
		case errors.As(err, &list):
			all.Add(list...)
		default:
			all.Add(diagnostic.Diagnostic{Message: err.Error()})
		}
	}
	return all.Err()
}

// samples is how many samples are in hand at once. Where nothing is sent, more
// than what keeps the machine busy would only be in each other's way.
func (f *runFlags) samples(plan *runner.Plan) int {
	switch {
	case f.records.replay == "":
		return f.pace.samples(plan.Samples, len(modelLines(plan)))
	case f.pace.fixed() == 0:
		return max(1, min(plan.Samples, 2*runtime.GOMAXPROCS(0)))
	}
	return max(1, min(plan.Samples, f.pace.fixed()))
}

// check reports values that flags cannot have.
func (f *runFlags) check() error {
	var all diagnostic.List
	if f.choice.isPart() && len(f.baseline.paths) > 0 {
		all.Add(diagnostic.Diagnostic{
			Message: "--shard asks a part of the cases, and --baseline compares all of them",
			Hint:    "make one record of the parts with `evalrun merge`, and compare that: `evalrun compare " + f.baseline.paths[0] + " all.jsonl`",
		})
	}
	if f.timeout < 0 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--timeout is %s, expected a positive duration", f.timeout)})
	}
	return all.Err()
}
