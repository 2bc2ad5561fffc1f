package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/gittree"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// against is the other side of a run with --against: the suites as they are at a
// commit.
type against struct {
	commit *gittree.Commit
	tree   *gittree.Tree
	paths  []string // of the suites, from their root
	plan   *runner.Plan
	seen   newSideCases
	rec    *runRecord
	// replayed is the record that gives all answers of this side; nil where one may
	// be sent for. missed counts what it lacks.
	replayed *record.File
	missed   func() int
}

// againstFlag describes --against.
const againstFlag = "ask the suites as they are at `GIT_REF` too, at the same time, and compare the run with that; it costs as much again"

// checkAgainst reports flags with which two sides cannot be asked together.
func (f *runFlags) checkAgainst() diagnostic.List {
	var all diagnostic.List
	if f.against == "" {
		return nil
	}
	for _, other := range []struct {
		given     bool
		flag, why string
	}{
		{f.choice.isPart(), "--shard", "which asks a part of the cases, and a comparison is of all of them"},
		{f.records.reuse != "", "--reuse", "whose answers are of another time than those of the other side; `--resume` goes on with both sides"},
		{f.watch, "--watch", "which runs again for a change of the one side alone; `evalrun compare` compares the runs"},
		{f.dryRun, "--dry-run", "which prints the requests of one side; `evalrun check --against` says what both may cost"},
	} {
		if other.given {
			all.Add(diagnostic.Diagnostic{Message: "--against asks two sides at the same time, and is given with " + other.flag + ", " + other.why})
		}
	}
	return all
}

// openAgainst finds the commit and lays its files out; nil where none is asked for.
func (f *suiteFlags) openAgainst(ctx context.Context, paths []string) (*against, error) {
	if f.against == "" {
		return nil, nil
	}
	dir, rel, err := suite.RootOf(paths, f.root)
	switch {
	case err != nil:
		return nil, err
	case dir == "":
		return nil, nil // no path is there, which loading the suites reports
	}
	commit, err := gittree.Find(ctx, f.against, gittree.Options{Dir: dir, Env: gitEnvironment(f.target.Headers)})
	if err != nil {
		return nil, f.againstProblem(err)
	}
	tree, err := commit.Open(ctx)
	if err != nil {
		return nil, usage(fmt.Sprintf("--against %s: %v", f.against, err), "")
	}
	return &against{commit: commit, tree: tree, paths: rel, seen: newCases()}, nil
}

func (f *suiteFlags) againstProblem(err error) error {
	hint := ""
	switch {
	case errors.Is(err, gittree.ErrNotRepository):
		hint = "--against takes the suites of a commit; `--baseline FILE` compares with an earlier run"
	case errors.Is(err, gittree.ErrUnknown):
		hint = "`git fetch origin " + f.against + "` gets it; a shallow clone, as of actions/checkout, lacks what is not fetched (`fetch-depth: 0` gets all)"
	}
	return usage(fmt.Sprintf("--against %s: %v", f.against, err), hint)
}

// held is about how many bytes the plan takes while it runs.
func (a *against) held() int {
	if a == nil {
		return 0
	}
	return a.plan.Held()
}

func (a *against) close() error {
	if a == nil {
		return nil
	}
	return a.tree.Close()
}

// load makes the plan of the commit's suites, once the cases of the new ones were
// seen. Cases that these do not have are not asked.
func (a *against) load(s streams, f *suiteFlags, see func(*suite.Case)) error {
	var there []string
	for _, rel := range a.paths {
		path := filepath.Join(a.tree.Dir, filepath.FromSlash(rel))
		if _, err := os.Stat(path); err == nil {
			there = append(there, path)
		}
	}
	var err error
	a.plan, err = f.plan(s, there, planning{run: true, observe: func(_ *runner.Planner, c *suite.Case) { see(c) }, at: a})
	if err == nil {
		return nil
	}
	all := diagnostic.List{{
		Message: fmt.Sprintf("--against: the suites at %s do not load", a.commit),
		Hint:    "what is named below is that commit's; compare with one whose suites load, or with an earlier run by --baseline",
	}}
	var list diagnostic.List
	errors.As(err, &list)
	all.Add(list...)
	return all.Err()
}

// options are those of the commit's suites: what the flags say holds for both
// sides, and the cases are those that the new side asks.
func (a *against) options(opts suite.Options) suite.Options {
	opts.Root = ""
	opts.Committed = &suite.Committed{
		Dir: a.tree.Dir, Name: a.commit.Ref, Repository: a.commit.Prefix, Files: a.tree,
		Skip: func(c *suite.Case) string {
			if a.seen.has(a.seen.all, c.Suite.Name, c.Name) {
				return ""
			}
			return "the new suites do not have it"
		},
	}
	all := suite.Choice{}
	if !opts.Choice.All() {
		all.Recorded = func(suite, name, _ string) bool { return a.seen.has(a.seen.chosen, suite, name) }
	}
	opts.Choice = all
	return opts
}

// newSideCases are the cases of the new side, as hashes of suite and name.
type newSideCases struct {
	seed        maphash.Seed
	all, chosen map[uint64]bool
}

func newCases() newSideCases {
	return newSideCases{seed: maphash.MakeSeed(), all: map[uint64]bool{}, chosen: map[uint64]bool{}}
}

// note takes note of a case that the new side asks.
func (a *against) note(c *suite.Case) {
	if a != nil {
		a.seen.chosen[a.seen.hash(c.Suite.Name, c.Name)] = true
	}
}

// noteAll takes note of a case of the new side, asked or not.
func (a *against) noteAll(c *suite.Case) {
	if a != nil {
		a.seen.all[a.seen.hash(c.Suite.Name, c.Name)] = true
	}
}

func (n *newSideCases) hash(suite, name string) uint64 {
	return maphash.Comparable(n.seed, [2]string{suite, name})
}

func (n *newSideCases) has(in map[uint64]bool, suite, name string) bool {
	return in[n.hash(suite, name)]
}

// ofHook are what git sets for a hook, from another directory than that of the
// suites: the repository is found from there.
var ofHook = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_PREFIX"}

// gitEnvironment is the environment of git: none of our credentials is its concern.
func gitEnvironment(headers []string) []string {
	known := endpoint.Credentials(headers)
	var out []string
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if slices.Contains(ofHook, name) || !strings.HasPrefix(name, "GIT_") && (isCredential(name) || holdsCredential(value, known)) {
			continue
		}
		out = append(out, entry)
	}
	return out
}
