package main

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// untilDecidedFlag describes --until-decided.
const untilDecidedFlag = "compare after each fifth of the cases, in an order drawn at random, and end once the verdict is known; with one --baseline, or --against"

// checkUntilDecided reports what a run that ends once it is decided cannot do.
func (f *runFlags) checkUntilDecided() diagnostic.List {
	var all diagnostic.List
	if !f.baseline.untilDecided {
		return nil
	}
	wrong := func(message, hint string) {
		all.Add(diagnostic.Diagnostic{Message: "--until-decided " + message, Hint: hint})
	}
	sides := len(f.baseline.paths)
	if f.against != "" {
		sides++
	}
	switch {
	case sides == 0:
		wrong("is given, and there is nothing to compare the run with", baselineHint)
	case sides > 1:
		wrong(fmt.Sprintf("ends with one comparison, and there are %d", sides), "compare with one side: `--against`, or one `--baseline`")
	}
	if f.baseline.alpha != compare.SequentialAlpha {
		wrong(fmt.Sprintf("has the level %g, and --alpha is %g", compare.SequentialAlpha, f.baseline.alpha), "leave --alpha out")
	}
	for _, other := range []struct {
		given     bool
		flag, why string
	}{
		{f.choice.isPart(), "--shard", "which asks a part of the cases without knowing of the others"},
		{f.stopEarly, "--stop-early", "which leaves out samples by another rule"},
		{f.watch, "--watch", "which asks only for what a change touched"},
		{len(f.baseline.require) > 0, "--require", "whose numbers are of all cases"},
	} {
		if other.given {
			wrong("ends before all cases were asked, and is given with "+other.flag+", "+other.why, "")
		}
	}
	return all
}

// checkGates refuses gates over cases that may be left out.
func (f *runFlags) checkGates(plan *runner.Plan) error {
	if !f.baseline.untilDecided {
		return nil
	}
	var all diagnostic.List
	for _, s := range plan.Suites().Suites {
		for _, gate := range s.Gates {
			all.Add(gate.Diagnostic(0, len(gate.Text), "--until-decided may leave cases out, and a gate is over all of them", "run it without --until-decided, or without this suite"))
		}
	}
	return all.Err()
}

// refuseUndecided refuses a side that may lack cases by how they came out.
func refuseUndecided(flag string, side *compare.Side) error {
	file := side.Record()
	if file == nil || !file.Run.IsUntilDecided() {
		return nil
	}
	return usage(fmt.Sprintf("%s: %s is of a run with --until-decided, which ends once it is decided and is no baseline", flag, side.Name),
		"compare with a run that asked all cases")
}

// looks are when the run is compared; nil where all cases are asked.
func (c *confirmation) looks(sides []runner.Side) (*runner.Looks, error) {
	if !c.flags.baseline.untilDecided {
		return nil, nil
	}
	stop := &record.Stop{Reason: record.StopDecided, Seed: rand.Uint64N(1 << 32), Cases: c.p.plan.Cases}
	for _, file := range []*record.File{c.p.target.replayed, c.rec.answers} {
		switch {
		case file == nil:
		case file.Run.IsUntilDecided():
			stop.Seed = file.Run.Stop.Seed // the order in which it was begun
		case c.rec.resumed:
			return nil, usage("--resume: "+c.rec.path+" is of a run without --until-decided, which asked its cases in another order", "leave --until-decided out, or begin a run of its own")
		}
	}
	for i := range sides {
		sides[i].Options.Stop = stop
	}
	return c.p.plan.Spread(stop.Seed, compare.Looks, c.isDecided)
}

// isDecided compares what is recorded at a look.
func (c *confirmation) isDecided(look int) (bool, error) {
	found, closeAll, err := c.compare(look)
	defer closeAll()
	if err != nil {
		return false, err
	}
	if !c.flags.quiet {
		fmt.Fprintf(c.s.err, "look %d of %d: %s\n", look, compare.Looks, found.Verdict)
	}
	return found.Verdict != compare.Inconclusive && found.Verdict != compare.Incomparable, nil
}

// compare compares what is recorded so far; look is 0 where that is all.
func (c *confirmation) compare(look int) (*compare.Comparison, func(), error) {
	var open []*record.File
	closeAll := func() {
		for _, f := range open {
			f.Close()
		}
	}
	read := func(rec *runRecord) (*compare.Side, error) {
		file, err := rec.open()
		if err != nil {
			return nil, err
		}
		open = append(open, file)
		side, err := compare.Read("", file)
		if err == nil && look > 0 {
			side.AtLook(look)
		}
		return side, err
	}
	now, err := read(c.rec)
	base := c.base
	if base == nil {
		var baseErr error
		base, baseErr = read(c.p.against.rec)
		err = errors.Join(err, baseErr)
	}
	if err != nil {
		return nil, closeAll, err
	}
	found, err := compare.Compare(base, now, c.flags.baseline.options())
	return found, closeAll, err
}
