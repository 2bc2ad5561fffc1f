package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// proofDir is where the records of a proof are by default.
const proofDir = defaultDir + "/proof"

// bindProof binds what says how a proof asks.
func (f *migrateFlags) bindProof(flags *pflag.FlagSet) {
	flags.BoolVar(&f.prove, "prove", false, "ask the old and the changed requests at the same time, and recommend the cheapest setting that is not worse")
	flags.StringArrayVar(&f.axes, "set", nil, "`FIELD=VALUE` sets a request field of the changed requests; a field that is given several times makes a setting for each value")
	flags.StringArrayVar(&f.baseline.paths, "baseline", nil, "the record `FILE` of the old requests, which are then not asked")
	f.baseline.bindEvidence(flags)
	flags.StringVar(&f.records.record, "record", "", "write the records of the proof into `DIR` (default "+proofDir+")")
	flags.StringVar(&f.records.resume, "resume", "", "go on with the proof whose records are in `DIR`")
	flags.StringVar(&f.records.reuse, "reuse", "", "answer from the record `FILE` where it has the answer, else send")
	flags.Var(&f.records.maxAge, "max-age", "with --reuse: answers older than a `DURATION`, such as 14d or 12h, are asked for again")
	flags.StringArrayVar(&f.records.redact, "redact", nil, "replace what matches `REGEXP` in the prompts, answers and variables that the records and reports hold; repeatable")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what the proof would ask and may cost, and send nothing")
	flags.BoolVar(&f.wide, "wide", false, wideFlag)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on stderr")
	f.bindLog(flags)
	flags.StringArrayVar(&f.choice.names, "case", nil, "ask only cases whose names match `GLOB`; repeatable")
	flags.StringArrayVar(&f.choice.tags, "tag", nil, "ask only cases with the `TAG`, or with another that is named; repeatable")
	flags.StringVar(&f.choice.where, "where", "", "ask only cases for which `EXPR` over name, suite, tags, vars and variant is true")
	flags.IntVar(&f.choice.pick, "pick", 0, "ask `N` cases, drawn at random; the seed is printed")
	flags.Uint64Var(&f.choice.seed, "seed", 0, "`SEED` of --pick (default: a new one)")
	flags.IntVar(&f.repeat, "repeat", 0, "ask every case `N` times, over what suites say; the share that must pass stays")
	flags.StringVar(&f.prices, "prices", "", "a YAML `FILE` of prices, in place of or beside the built-in ones (docs/prices.md)")
	flags.StringVar(&f.tools, "tools", "", "the `FILE` that names the checks by command which suites may ask for; nothing else runs a command (docs/checks.md)")
	flags.StringArrayVar(&f.free, "assume-free", nil, "count what a request's `MEMBER` costs beyond its own text as nothing, where nothing bounds it (docs/prices.md); repeatable")
	f.target.bind(flags)
	f.pace.bind(flags)
	flags.DurationVar(&f.timeout, "timeout", 0, "bound of one attempt, a `DURATION`, over what suites say (default 10m)")
}

// ofProof reports whether a flag of migrate is of a proof alone.
func ofProof(flag *pflag.Flag) bool {
	return slices.Equal(flag.Annotations[groupKey], []string{"The proof"}) && flag.Name != "prove" && flag.Name != "platform"
}

// withoutProof reports what only a proof takes.
func (f *migrateFlags) withoutProof() error {
	var all diagnostic.List
	for _, flag := range f.proofOnly {
		all.Add(diagnostic.Diagnostic{Message: "--" + flag + " says how a proof asks, and --prove is not given", Hint: "without --prove nothing is asked"})
	}
	if len(f.efforts) > 1 {
		all.Add(diagnostic.Diagnostic{Message: "--effort names several efforts, and suites ask for one", Hint: "`--prove` asks with each and recommends one"})
	}
	return diagnostic.Join(all.Err(), f.checkEfforts())
}

// checkEfforts reports efforts that the model does not take.
func (f *migrateFlags) checkEfforts() error {
	var all diagnostic.List
	known := models.Known().Efforts
	if m := models.Known().Find(f.to); m != nil && m.Effort != nil {
		known = m.Effort
	}
	for i, effort := range f.efforts {
		switch {
		case len(known) == 0:
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--effort %s: %s takes no effort", effort, f.to)})
		case !slices.Contains(known, effort):
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--effort %s: expected %s%s", effort, diagnostic.Or(known), diagnostic.DidYouMean(effort, known))})
		case slices.Contains(f.efforts[:i], effort):
			all.Add(diagnostic.Diagnostic{Message: "--effort names " + effort + " twice"})
		}
	}
	return all.Err()
}

// checkProof reports flags that a proof cannot have.
func (f *migrateFlags) checkProof() error {
	var all diagnostic.List
	wrong := func(message, hint string) { all.Add(diagnostic.Diagnostic{Message: message, Hint: hint}) }
	if len(f.baseline.paths) > 1 {
		wrong("--baseline is given several times, and a proof has one base", "")
	}
	if f.diff {
		wrong("--diff prints the change of the suites, and --prove asks it", "give one of them")
	}
	if f.write && len(f.axes) > 0 {
		wrong("--write cannot write what --set sets into the suites", "prove without --write, and write the fields of the setting that is recommended by hand")
	}
	return diagnostic.Join(all.Err(), f.checkEfforts(), f.records.check(), f.pace.check(), f.baseline.compareFlags.check())
}

// setting is one way to ask the new model.
type setting struct {
	name   string // "" where there is one alone
	effort string
	set    []suite.Setting
}

// settings are all combinations of the efforts and the fields.
func (f *migrateFlags) settings() ([]setting, error) {
	var problems diagnostic.List
	out := []setting{{}}
	if len(f.efforts) > 0 {
		out = nil
		for _, effort := range f.efforts {
			out = append(out, setting{name: "effort " + effort, effort: effort})
		}
	}
	var fields []string
	values := map[string][]suite.Setting{}
	for _, one := range settings("--set", f.axes, &problems) {
		if values[one.Name] == nil {
			fields = append(fields, one.Name)
		}
		values[one.Name] = append(values[one.Name], one)
	}
	for _, field := range fields {
		out = crossed(out, values[field])
	}
	if len(out) > maxSettings {
		problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--effort and --set make %d settings, expected at most %d: each takes evidence from the others", len(out), maxSettings)})
	}
	return out, problems.Err()
}

// maxSettings bounds a proof.
const maxSettings = 24

// crossed gives each setting each value of a field.
func crossed(all []setting, values []suite.Setting) []setting {
	var out []setting
	for _, s := range all {
		for _, v := range values {
			name := v.Name + "=" + v.Value
			if s.name != "" {
				name = s.name + ", " + name
			}
			out = append(out, setting{name: name, effort: s.effort, set: append(slices.Clone(s.set), v)})
		}
	}
	return out
}

// slug is the name as a part of a file's.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			b.WriteRune(r)
		} else if !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-.")
}

// proofSettings are what a proof takes of `run` in evalrun.yaml: how requests are
// sent, for how much, and how much evidence a verdict takes.
var proofSettings = []string{"repeat", "max-cost", "alpha", "margin", "concurrency", "max-concurrency", "rpm", "tpm", "retry-for", "timeout"}

// setByFile sets the flags that `run` in evalrun.yaml gives.
func (f *migrateFlags) setByFile(flags *pflag.FlagSet, paths []string) error {
	given, err := suite.RunSettings(paths, f.root)
	if err != nil {
		return err
	}
	var all diagnostic.List
	for _, set := range given {
		if slices.Contains(proofSettings, set.Flag) {
			all.Add(setFlag(flags, set)...)
		}
	}
	return all.Err()
}
