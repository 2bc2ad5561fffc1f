package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/prove"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/suite"
)

// proof is a run of migrate with --prove: the old requests, and the changed ones at
// each setting, asked together.
type proof struct {
	s     streams
	flags *migrateFlags
	paths []string
	base  *compare.Side // --baseline; nil where the old requests are asked
	sides []*proofSide  // the old requests first, where they are asked
	// asked are the cases that move to the new model, and from the models that they
	// ask now.
	asked    map[record.ID]bool
	from, to []string
	target   *target
	checks   *tools.File
	outside  *runTools
	named    *unredactable
}

// proofSide is one of the sides that are asked.
type proofSide struct {
	setting
	of    string // record.SideBase or record.SideSetting
	files []editedFile
	plan  *runner.Plan
	rec   *runRecord
}

// proveMigration is `evalrun migrate --prove PATH…`.
func proveMigration(cmd *cobra.Command, s streams, flags *migrateFlags, paths []string) error {
	if len(paths) == 0 {
		return usage("no suites are named", "name a file or a directory: `evalrun migrate --prove --model "+models.Known().IDs()[0]+" ./suites`")
	}
	if err := flags.setByFile(cmd.Flags(), paths); err != nil {
		return err
	}
	outputs, outErr := parseOutputsOf(flags.outputs, slices.Sorted(maps.Keys(proofFormats)), "table")
	p := &proof{s: s, flags: flags, paths: paths, asked: map[record.ID]bool{}, named: newUnredactable(&flags.records)}
	toolsErr := p.takeTools(cmd.Context())
	defer p.outside.close()
	loadErr := p.load()
	if err := p.outside.loaded(); err != nil {
		return err
	}
	if err := diagnostic.Join(outErr, flags.checkProof(), toolsErr, loadErr); err != nil {
		return err
	}
	if err := p.prepare(); err != nil {
		return err
	}
	defer p.close()
	if !flags.quiet || flags.dryRun {
		p.announce()
	}
	if flags.dryRun {
		return nil
	}
	if err := p.open(); err != nil {
		return err
	}
	defer p.closeRecords()
	return p.conclude(outputs, p.ask(cmd.Context()))
}

// takeTools reads the file of tools. What it runs is started where something is asked.
func (p *proof) takeTools(ctx context.Context) error {
	var err error
	p.checks, err = p.flags.loadTools()
	answering := recordFlags{reuse: p.flags.records.reuse}
	p.outside = newRunTools(ctx, p.checks, &answering, func() (*record.Run, error) { return answering.answeringRun(nil) })
	if p.flags.outside = p.outside; err != nil || p.flags.dryRun {
		p.flags.outside = staticTools{p.checks}
	}
	return err
}

// load works out the changed suites of each setting.
func (p *proof) load() error {
	schema, schemaErr := p.flags.readSchema()
	all, settingsErr := p.flags.settings()
	if err := diagnostic.Join(schemaErr, settingsErr, p.flags.recordsAsSuites(p.paths)); err != nil {
		return err
	}
	for i, one := range all {
		m := p.flags.migration(p.paths, schema, one.effort)
		if err := m.load(); err != nil {
			return err
		}
		files, problems := m.edits()
		if len(problems) > 0 {
			problems.Add(diagnostic.Diagnostic{Message: "a proof asks what --write would write, and that cannot be written", Hint: "make these changes by hand; `evalrun PATH… --against HEAD` compares with the suites as they were"})
			return problems
		}
		if i == 0 {
			p.note(m)
		}
		one.name = cmp.Or(one.name, strings.Join(p.to, ", "))
		p.sides = append(p.sides, &proofSide{setting: one, of: record.SideSetting, files: files})
	}
	if len(p.asked) == 0 {
		return usage("no case is to be changed, so that there is nothing to prove", "`--model` names the new model, and `--baseline FILE` the record of the old one, where the suites are changed already")
	}
	return p.distinctSides()
}

// distinctSides refuses settings whose records would be one file.
func (p *proof) distinctSides() error {
	seen := map[string]bool{}
	for _, side := range p.sides {
		file := p.file(side)
		if seen[file] {
			return usage("the records of two settings would be "+file, "leave one of them out, or prove them one after the other")
		}
		seen[file] = true
	}
	return nil
}

// note takes note of the cases that move, and between which models. Those that ask
// the new model already are asked only where a record has the old answers.
func (p *proof) note(m *migration) {
	seen := map[string]bool{}
	for _, plan := range m.sorted() {
		p.to = append(p.to, plan.To)
		for _, shape := range plan.Shapes {
			if shape.From == plan.To && len(p.flags.baseline.paths) == 0 {
				continue
			}
			if !seen[shape.From] && shape.From != plan.To {
				seen[shape.From] = true
				p.from = append(p.from, shape.From)
			}
			for _, c := range shape.Cases {
				p.asked[record.ID{Suite: c.Suite.Name, Case: c.Case.Name, Variant: c.Variant}] = true
			}
		}
	}
}

// oldName is what the old requests are called.
func (p *proof) oldName() string {
	if len(p.from) == 0 {
		return "the old requests"
	}
	return strings.Join(p.from, ", ")
}

// prepare does what else can go wrong before the first request.
func (p *proof) prepare() error {
	var targetErr, baseErr error
	p.target = &target{close: func() error { return nil }}
	if !p.flags.dryRun {
		p.target, targetErr = newTarget(p.s, &p.flags.runFlags)
	}
	if len(p.flags.baseline.paths) == 1 {
		if p.base, baseErr = openSide("--baseline", p.flags.baseline.paths[0]); baseErr == nil {
			baseErr = refuseUndecided("--baseline", p.base)
			p.base.Name = settingName(p.base)
		}
	} else {
		p.sides = append([]*proofSide{{setting: setting{name: p.oldName()}, of: record.SideBase}}, p.sides...)
	}
	wrong := []error{targetErr, baseErr}
	for _, side := range p.sides {
		wrong = append(wrong, p.plan(side))
	}
	if err := diagnostic.Join(append(wrong, p.named.found.Err())...); err != nil {
		p.close()
		return err
	}
	p.target.run(p.checks)
	p.target.tools, p.target.header.Tools = p.outside.caller(), p.outside.taken()
	return nil
}

// plan makes the plan of a side.
func (p *proof) plan(side *proofSide) error {
	texts := map[string]string{}
	for _, f := range side.files {
		texts[f.file] = f.after
	}
	observe := p.named.seenBy(func(*runner.Planner, *suite.Case) {})
	var err error
	side.plan, err = p.flags.plan(p.s, p.paths, planning{run: true, observe: observe, adjust: func(o *suite.Options) {
		o.Texts, o.Set = texts, side.set
		o.Choice.Recorded = func(suite, name, variant string) bool {
			return p.asked[record.ID{Suite: suite, Case: name, Variant: variant}]
		}
	}})
	if err == nil {
		err = p.flags.missingChecks(side.plan, p.checks)
	}
	if err == nil && p.flags.pace.bounds() {
		err = side.plan.CheckBounds()
	}
	return err
}

// announce says what is going to be asked, and what that may cost in all.
func (p *proof) announce() {
	var all []prices.Estimate
	requests := 0
	for _, side := range p.sides {
		fmt.Fprintf(p.s.err, "%s: %s\n", safetext.Line(side.name), runLine(side.plan, &p.flags.runFlags))
		all = append(all, side.plan.Estimates()...)
		requests += side.plan.Requests + judgeCalls(side.plan)
	}
	if p.flags.records.answered() {
		for i := range all {
			all[i].Cost.Low = 0
		}
	}
	fmt.Fprintf(p.s.err, "the proof: up to %s, estimated cost %s, at most %s\n", wording.Count(requests, "request"), checkreport.EstimateCost(all), checkreport.EstimateWorst(all))
	for _, model := range p.from {
		if l, ok := models.Known().EndOf(model); ok && l.Retires != "" && l.Retires < now().Format("2006-01-02") && p.base == nil {
			fmt.Fprintf(p.s.err, "warning: %s ended on %s, so that it may not answer and nothing is proved: `--baseline FILE` takes its answers from a record\n", safetext.Line(model), l.Retires)
		}
	}
}

// ask asks all sides together.
func (p *proof) ask(ctx context.Context) []verdict.Reason {
	var plans []*runner.Plan
	var sides []runner.Side
	workers := 1
	for _, side := range p.sides {
		plans = append(plans, side.plan)
		one := p.sideTarget(side)
		opts := one.options(&p.flags.runFlags, side.plan, side.rec)
		opts.Gates = nil // which are of a run
		workers = max(workers, opts.Concurrency)
		sides = append(sides, runner.Side{Plan: side.plan, Options: opts})
	}
	bar := newProgress(p.s, &p.flags.runFlags, p.target.pool, plans...)
	ctx, stopAsking := p.target.interrupts.askUntil(ctx, p.s.waitsFor, bar.wait)
	for i := range sides {
		sides[i].Options.Observe, sides[i].Options.Concurrency = bar.observe, workers
	}
	err := runner.RunSides(ctx, sides...)
	bar.end()
	ended := ending(ctx, err)
	stopAsking()
	return ended
}

// sideTarget is the target with the description of a side that its record has.
func (p *proof) sideTarget(side *proofSide) *target {
	one := *p.target
	line := &record.Side{Of: side.of, Ref: side.name}
	if side.of == record.SideSetting && p.base == nil {
		line.Record = "old.jsonl"
	}
	one.header.Side = line
	return &one
}

// conclude compares the settings with the old requests and writes the page.
func (p *proof) conclude(outputs []output, ended []verdict.Reason) error {
	defer p.s.reporting()()
	p.s.wide = p.flags.wide
	base, settings, err := p.read()
	if err != nil {
		return &exitError{exitErrors, err}
	}
	found, err := prove.Settings(base, settings, p.flags.baseline.options())
	if err != nil {
		return &exitError{exitErrors, err}
	}
	v := verdict.OfProof(found, verdict.Options{}, ended...)
	page := comparereport.Proof{Proof: found, Verdict: v}
	page.Command, page.Next = p.next(found)
	if err := reportProof(p.s, page, outputs); err != nil || !p.flags.write {
		return err
	}
	for _, side := range p.sides {
		if side.of == record.SideSetting && side.name == found.Recommended {
			return writeEdited(p.s, side.files)
		}
	}
	return nil
}

// next is the command that writes the setting which is recommended, and what else to
// do now.
func (p *proof) next(found *prove.Proof) (command, text string) {
	if found.Recommended == "" {
		return "", doubt(found)
	}
	if p.flags.write {
		return "", "The suites are written for it."
	}
	i := slices.IndexFunc(p.sides, func(side *proofSide) bool { return side.of == record.SideSetting && side.name == found.Recommended })
	side := p.sides[i]
	words := []string{"evalrun migrate"}
	if p.flags.to != "" {
		words = append(words, "--model "+p.flags.to)
	}
	for _, from := range p.flags.from {
		words = append(words, "--from "+from)
	}
	if p.flags.schema != "" {
		words = append(words, "--schema "+p.flags.schema)
	}
	if side.effort != "" {
		words = append(words, "--effort "+side.effort)
	}
	if len(side.set) > 0 {
		text = "The fields of --set are to be written by hand."
	}
	return strings.Join(append(append(words, p.paths...), "--write"), " "), text
}

// doubt is what to do where nothing is recommended: what could decide for a setting,
// else what is wrong with the first.
func doubt(found *prove.Proof) string {
	for _, s := range found.Settings {
		if s.Verdict == compare.Inconclusive {
			return s.Name + ": " + s.Advice
		}
	}
	return found.Settings[0].Advice
}

// read opens the records as sides.
func (p *proof) read() (base *compare.Side, settings []*compare.Side, err error) {
	base = p.base
	for _, side := range p.sides {
		file, err := side.rec.open()
		if err != nil {
			return nil, nil, errors.Join(err, side.rec.writer.End())
		}
		one, err := compare.Read(side.name, file)
		if err = errors.Join(err, side.rec.writer.End()); err != nil {
			return nil, nil, err
		}
		if side.of == record.SideBase {
			base = one
		} else {
			settings = append(settings, one)
		}
	}
	return base, settings, nil
}

func (p *proof) close() error {
	closeSides(slices.DeleteFunc([]*compare.Side{p.base}, func(s *compare.Side) bool { return s == nil }))
	return p.target.close()
}
