// Package merge makes one record of the records of a plan's parts. It refuses
// parts that overlap, that are missing or that are of another plan, and what was
// asked or judged in another way than the rest.
package merge

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
)

// Part is the record of a part, with its path.
type Part struct {
	Path string
	File *record.File
}

// shard is i and n of a part.
func (p Part) shard() (i, n int) { return p.File.Run.Plan.Shard[0], p.File.Run.Plan.Shard[1] }

func (p Part) String() string {
	i, n := p.shard()
	return fmt.Sprintf("%s (shard %d of %d)", p.Path, i, n)
}

// Problem is why parts cannot be merged, or what is missing of the whole.
type Problem struct{ Message, Hint string }

// maxShards is more parts than a run has; a record that says more is wrong.
const maxShards = 100_000

// Check gives the problems for which the parts are not those of one plan, and
// what they lack: parts, and the ends of runs that were cut short.
func Check(parts []Part) (problems, lacks []Problem) {
	for _, p := range parts {
		if problem, ok := p.check(); !ok {
			problems = append(problems, problem)
		}
	}
	if len(problems) > 0 || len(parts) == 0 {
		return problems, nil
	}
	for _, p := range parts[1:] {
		problems = append(problems, differences(parts[0], p)...)
	}
	if len(problems) > 0 {
		return problems, nil
	}
	there := map[int]Part{}
	for _, p := range parts {
		i, n := p.shard()
		if first, ok := there[i]; ok {
			problems = append(problems, Problem{fmt.Sprintf("%s and %s are both shard %d of %d", first.Path, p.Path, i, n), "name each part once"})
			continue
		}
		there[i] = p
		if p.cutShort() {
			lacks = append(lacks, Problem{p.String() + " was cut short", "`evalrun --resume " + p.Path + "` with the flags of that run goes on with it"})
		}
	}
	return problems, append(missing(there, parts[0]), lacks...)
}

// check says what is wrong with a record as a part.
func (p Part) check() (Problem, bool) {
	const hint = "a part is the record of a run with --shard I/N"
	plan := p.File.Run.Plan
	switch {
	case plan == nil:
		return Problem{p.Path + " does not say which plan it is of", hint}, false
	case len(plan.Merged) > 0:
		return Problem{p.Path + " is a merged record", "name the records that it was merged of"}, false
	case len(plan.Shard) != 2:
		return Problem{p.Path + " is the record of a whole run and no part", hint}, false
	}
	if i, n := p.shard(); i < 1 || i > n || n > maxShards {
		return Problem{fmt.Sprintf("%s says that it is shard %d of %d, which cannot be", p.Path, i, n), ""}, false
	}
	return Problem{}, true
}

// differences lists in what a part differs from the first one, where all are to
// be alike.
func differences(first, p Part) []Problem {
	a, b := &first.File.Run, &p.File.Run
	_, n := first.shard()
	_, m := p.shard()
	switch {
	case n != m:
		return []Problem{{fmt.Sprintf("%s is one of %d parts and %s one of %d", first.Path, n, p.Path, m), "merge the parts of one run"}}
	case a.Plan.Digest != b.Plan.Digest || a.Plan.Cases != b.Plan.Cases:
		return []Problem{{fmt.Sprintf("%s and %s are of different plans: their suites do not ask the same", first.Path, p.Path),
			"run all parts from the same commit, with the same flags"}}
	}
	var out []Problem
	for _, what := range []struct {
		name string
		a, b any
	}{
		{"the choice of cases", choice(a), choice(b)}, {"the suites' files", a.Suites, b.Suites}, {"--fail-on", a.FailOn, b.FailOn},
		{"--allow", a.Allow, b.Allow}, {"--max-errors", a.MaxErrors, b.MaxErrors}, {"--stop-early", stop(a), stop(b)},
		{"the server", a.BaseURL, b.BaseURL}, {"the API's version", a.APIVersion, b.APIVersion}, {"the source of answers", a.Source, b.Source},
	} {
		if reflect.DeepEqual(what.a, what.b) {
			continue
		}
		problem := Problem{fmt.Sprintf("%s and %s differ in %s", first.Path, p.Path, what.name), "run all parts from the same commit, with the same flags"}
		if a.Choice != nil && b.Choice != nil && a.Choice.Seed != b.Choice.Seed {
			problem.Hint = "give each part the same --seed"
		}
		out = append(out, problem)
	}
	return out
}

func choice(r *record.Run) record.Choice {
	if r.Choice == nil {
		return record.Choice{}
	}
	return *r.Choice
}

func stop(r *record.Run) record.Stop {
	if r.Stop == nil {
		return record.Stop{}
	}
	return *r.Stop
}

// cutShort reports whether the part's run did not come to its end.
func (p Part) cutShort() bool {
	f := p.File
	return f.Summary == nil || !f.Summary.Complete || f.Verdict != nil && slices.ContainsFunc(f.Verdict.Reasons, func(r record.Reason) bool {
		return verdict.Kind(r.Kind) == verdict.Stopped || verdict.Kind(r.Kind) == verdict.Interruption
	})
}

// missing gives the parts that are not there, in one problem.
func missing(there map[int]Part, first Part) []Problem {
	const most = 10
	_, n := first.shard()
	if len(there) == n {
		return nil
	}
	var shards []string
	for i := 1; i <= n && len(shards) < most; i++ {
		if _, ok := there[i]; !ok {
			shards = append(shards, fmt.Sprint(i))
		}
	}
	if more := n - len(there) - len(shards); more > 0 {
		shards = append(shards, fmt.Sprintf("%d more", more))
	}
	if n-len(there) == 1 {
		return []Problem{{fmt.Sprintf("shard %s of %d is missing", shards[0], n), ""}}
	}
	return []Problem{{fmt.Sprintf("shards %s of %d are missing", strings.Join(shards, ", "), n), ""}}
}

// Write writes the record of the parts, which Check has passed, up to its cases
// and samples, and gives what its summary is to say. lacks are those of Check;
// failOn adds to what fails the run.
func Write(w *record.Writer, parts []Part, lacks []Problem, failOn []string) (record.Summary, error) {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.File.Run.Plan.Shard[0], b.File.Run.Plan.Shard[0]) })
	if err := w.Append(header(parts, failOn)); err != nil {
		return record.Summary{}, err
	}
	var files []*record.File
	var suites []string
	for _, p := range parts {
		files = append(files, p.File)
	}
	for _, s := range parts[0].File.Run.Suites {
		suites = append(suites, s.Name)
	}
	merged, err := w.Merge(files, suites)
	if err != nil {
		return merged.Summary, named(err, parts)
	}
	sum := merged.Summary
	run := &parts[0].File.Run
	if want := run.Plan.Cases; run.Choice == nil && len(lacks) == 0 && merged.Cases != want {
		return sum, fmt.Errorf("the parts have %d cases together, and their plan has %d", merged.Cases, want)
	}
	sum.Complete = len(lacks) == 0
	for _, p := range parts {
		if s := p.File.Summary; s != nil {
			sum.WallMS = max(sum.WallMS, s.WallMS)
			if s.Finished.After(sum.Finished) {
				sum.Finished = s.Finished
			}
		}
	}
	return sum, nil
}

// header is the run line of the whole.
func header(parts []Part, failOn []string) record.Run {
	run := parts[0].File.Run
	plan := *run.Plan
	plan.Shard = nil
	for _, p := range parts {
		plan.Merged = append(plan.Merged, p.File.Run.Plan.Shard)
		if started := p.File.Run.Started; started.Before(run.Started) {
			run.Started = started
		}
	}
	run.Plan, run.Resumed = &plan, false
	for _, what := range failOn {
		if !slices.Contains(run.FailOn, what) {
			run.FailOn = append(slices.Clip(run.FailOn), what)
		}
	}
	return run
}

// named is an error of merging with the paths of the parts.
func named(err error, parts []Part) error {
	if same, ok := err.(*record.SameCaseError); ok {
		return fmt.Errorf("%s and %s both have the case %s", parts[same.A].Path, parts[same.B].Path, same.ID)
	}
	return err
}

// Reasons are why the whole is no pass beside its cases and gates: what it
// lacks, and what the verdicts of parts say beyond theirs.
func Reasons(parts []Part, lacks []Problem) []verdict.Reason {
	var reasons []verdict.Reason
	for _, l := range lacks {
		reasons = append(reasons, verdict.Reason{Kind: verdict.Incomplete, Exit: verdict.ExitErrors, Text: l.Message})
	}
	for _, p := range parts {
		if p.File.Verdict == nil || p.cutShort() {
			continue
		}
		for _, r := range p.File.Verdict.Reasons {
			reasons = append(reasons, verdict.Reason{Kind: verdict.Kind(r.Kind), Exit: r.Exit, Text: p.String() + ": " + r.Text})
		}
	}
	return reasons
}
