package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// runSuites is `evalrun PATH…`.
func runSuites(ctx context.Context, s streams, flags *runFlags, paths []string) error {
	if flags.dryRun {
		return dryRun(s, flags, paths)
	}
	lints := &linting{version: flags.target.apiVersion, platform: flags.target.Platform}
	prepared, err := prepare(ctx, s, flags, paths, lints.see)
	if err != nil {
		return err
	}
	defer prepared.close()
	if ctx.Err() != nil { // while the suites were read, under --watch
		return &exitError{code: exitInterrupted}
	}
	bases, err := flags.baseline.open()
	if err != nil {
		return err
	}
	defer closeSides(bases)
	rec, err := prepared.begin(s, flags)
	if err != nil {
		return err
	}
	defer prepared.closeRecords(rec)
	if !flags.quiet {
		announce(s, flags, prepared, lints)
	}
	anew := &confirmation{s: s, flags: flags, p: prepared, rec: rec, sender: prepared.target.direct()}
	if flags.against == "" && len(bases) > 0 {
		anew.base = bases[0]
	}
	defer anew.close()
	ended, stopAsking, err := prepared.ask(ctx, s, flags, rec, anew)
	if err != nil {
		return err
	}
	defer s.reporting()()
	stopAsking()
	rec.release()
	target, other := prepared.target, prepared.against
	if flags.submit && target.batches != nil && target.batches.IsWaiting() {
		return submitted(s, target, rec, paths, ended)
	}
	flags.hint(s, target, rec.path)
	defer rec.rescue(s)
	if other != nil {
		defer other.rec.rescue(s)
	}
	bases, ended = other.end(bases, ended)
	return concludeRun(s, rec, comparedWith{bases, anew}, prepared.outputs, flags, ended)
}

// begin opens the records of all sides, the batches and the budget that go with
// them. Where that fails, all are closed again.
func (p *prepared) begin(s streams, flags *runFlags) (*runRecord, error) {
	flags.records.begin(s)
	baseURL := p.target.header.BaseURL
	rec, err := openRecord(&flags.records, baseURL)
	if err != nil {
		return nil, err
	}
	patterns, _ := flags.records.patterns() // check has reported what is wrong with them
	if len(patterns) > 0 {
		rec.writer.Redact(patterns)
	}
	err = rec.samePart(flags.choice.shardOf())
	if err == nil {
		err = p.against.begin(flags, rec, baseURL, patterns)
	}
	if err == nil {
		err = p.target.inBatches(flags, rec)
	}
	if err == nil {
		err = p.target.bound(p.plan, &flags.pace, rec, p.against)
	}
	if err != nil {
		p.closeRecords(rec)
		return nil, err
	}
	if !flags.records.answered() {
		sends(p.plan.Held() + p.against.held() + p.target.heldByBatches(p.plan))
	}
	rec.release = releaseOnce(&flags.records, rec.closeAnswers, p.against.closeAnswers, p.target.close)
	return rec, nil
}

// closeRecords closes what begin opened.
func (p *prepared) closeRecords(rec *runRecord) {
	p.against.closeRecords()
	rec.closeAnswers()
	rec.writer.Close() // end has reported what is wrong with it
}

// ask asks all sides for what they lack, and again for what is to be confirmed. It
// gives why the run ended early, and what is to be called before reports are
// written.
func (p *prepared) ask(ctx context.Context, s streams, flags *runFlags, rec *runRecord, anew *confirmation) (ended []verdict.Reason, stopAsking func(), err error) {
	bar := newProgress(s, flags, p.target.pool, p.plans()...)
	// A watch asks for what it lacks when it is begun anew.
	waits := func(sig os.Signal) bool { return !flags.watch && s.waitsFor(sig) }
	ctx, stopAsking = p.target.interrupts.askUntil(ctx, waits, bar.wait)
	sides := p.target.sides(flags, p.plan, rec, p.against)
	looks, err := anew.looks(sides)
	if err != nil {
		stopAsking()
		bar.end()
		return nil, nil, err
	}
	for i := range sides {
		sides[i].Options.Observe = bar.observe
	}
	p.target.showBatches = bar.showBatches
	runErr := p.target.rounds(ctx, sides)
	if runErr == nil {
		runErr = runner.RunUntil(ctx, looks, sides...)
	}
	if errors.Is(runErr, runner.ErrNotBegun) {
		stopAsking()
		bar.end()
		return nil, nil, usage(fmt.Sprintf("cannot write the record: %v", runErr), "`--record FILE` writes it to another file")
	}
	bar.end()
	left := p.target.pending(flags.submit)
	if flags.baseline.confirm > 0 && runErr == nil && ctx.Err() == nil && left == nil {
		runErr = anew.ask(ctx)
	}
	return append(ending(ctx, runErr), left...), stopAsking, nil
}

// prepared is all that a run needs before the first request.
type prepared struct {
	outputs []output
	plan    *runner.Plan
	target  *target
	against *against // nil without another side
	tools   *runTools
}

func (p *prepared) close() {
	p.target.close()
	p.tools.close()
	p.against.close()
}

// plans are those of all sides.
func (p *prepared) plans() []*runner.Plan {
	if p.against == nil {
		return []*runner.Plan{p.plan}
	}
	return []*runner.Plan{p.plan, p.against.plan}
}

// announce says what is going to run, and what may be wrong with it.
func announce(s streams, flags *runFlags, p *prepared, lints *linting) {
	plan := p.plan
	fmt.Fprintln(s.err, runLine(plan, flags))
	if p.against != nil {
		fmt.Fprintf(s.err, "against %s: %s\n", safetext.Line(p.against.commit.String()), runLine(p.against.plan, flags))
	}
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
func prepare(ctx context.Context, s streams, flags *runFlags, paths []string, observe func(*runner.Planner, *suite.Case)) (*prepared, error) {
	if len(paths) == 0 { // before it is said that there is no key
		return nil, usage("no suites are named", "name a file or a directory: `evalrun ./suites`; `evalrun init` writes a first suite; `evalrun help` lists the commands")
	}
	outputs, outErr := parseOutputs(flags.outputs)
	p := &prepared{outputs: outputs, target: &target{close: func() error { return nil }}}
	var targetErr error
	var opened sync.WaitGroup
	opened.Go(func() { // a record that answers is read meanwhile
		defer fault.Catch()
		p.target, targetErr = newTarget(s, flags)
	})
	names := newUnredactable(&flags.records)
	var againstErr, planErr error
	p.against, againstErr = flags.openAgainst(ctx, paths)
	checks, toolsErr := flags.loadTools()
	p.tools = newRunTools(ctx, checks, &flags.records, func() (*record.Run, error) {
		opened.Wait()
		return flags.records.answeringRun(p.target.replayed)
	})
	if flags.outside = p.tools; toolsErr != nil { // what is missing would only follow from that
		flags.outside = staticTools{}
	}
	p.plan, planErr = flags.plan(s, paths, planning{run: true, batched: (flags.batch || flags.submit) && !lacksBatches(flags.target.Platform), observe: names.seenBy(observe), with: p.against})
	opened.Wait()
	if err := p.tools.loaded(); err != nil {
		p.close()
		return nil, err
	}
	if err := diagnostic.Join(flags.checkTogether(), outErr, names.found.Err(), againstErr, planErr, toolsErr, targetErr); err != nil {
		p.close()
		return nil, err
	}
	wrong := []error{flags.checkGates(p.plan)}
	if p.against != nil {
		wrong = append(wrong, p.against.load(s, &flags.suiteFlags, names.see), names.found.Err())
	}
	if (checks != nil || flags.records.replay == "") && errors.Join(wrong...) == nil {
		for _, plan := range p.plans() {
			wrong = append(wrong, flags.missingChecks(plan, checks))
		}
	}
	if flags.pace.bounds() && errors.Join(wrong...) == nil {
		for _, plan := range p.plans() {
			wrong = append(wrong, plan.CheckBounds())
		}
	}
	if err := diagnostic.Join(wrong...); err != nil {
		p.close()
		return nil, err
	}
	p.target.run(checks)
	p.target.tools, p.target.header.Tools = p.tools.caller(), p.tools.taken()
	return p, nil
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

// checkTogether reports flags with which there is no run, whatever the suites say.
func (f *runFlags) checkTogether() error {
	return diagnostic.Join(f.check(), f.records.check(), f.pace.check(), f.baseline.check(&f.records, f.compared()), f.verdict.check(&f.baseline, f.compared()))
}

// check reports values that flags cannot have.
func (f *runFlags) check() error {
	all := slices.Concat(f.checkAgainst(), f.checkConfirm(), f.checkUntilDecided(), f.checkBatch())
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
