package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/migrate"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/suite"
)

// migrateFlags are the flags of migrate.
type migrateFlags struct {
	runFlags
	to      string
	from    []string
	schema  string
	write   bool
	diff    bool
	prove   bool
	efforts []string
	axes    []string // fields that the settings of a proof set
	// proofOnly are the flags that were given and that only a proof takes.
	proofOnly []string
}

func (f *migrateFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.to, "model", "", "the `MODEL` that is to be asked; without it, the successor of each model that is asked")
	flags.StringSliceVar(&f.from, "from", nil, "change only requests to `MODEL`; repeatable (default: to any other model)")
	flags.StringVar(&f.schema, "schema", "", "the JSON Schema `FILE` of answers whose prefill opens JSON, which they are then held to")
	flags.BoolVar(&f.write, "write", false, "write the changes into the suites")
	flags.BoolVar(&f.diff, "diff", false, "print the changes of the suites as a diff, and write nothing")
	flags.StringSliceVar(&f.efforts, "effort", nil, "the `EFFORT` to ask for; with --prove several, A,B,C")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write the changes as `FORMAT[=PATH]`, repeatable; formats: "+diagnostic.Or(migrateFormatNames())+"; with --prove the proof: "+diagnostic.Or(slices.Sorted(maps.Keys(proofFormats))))
	flags.StringVar(&f.root, "root", "", "`DIR` that bounds what suites may read (default: the nearest parent with evalrun.yaml or .git)")
	flags.StringArrayVar(&f.vars, "var", nil, "`NAME=VALUE` sets a variable over all others; repeatable")
	flags.StringArrayVar(&f.env, "env", nil, "templates may read the environment variable `NAME`, as env.NAME; repeatable")
	inGroup(flags, "The proof", f.bindProof)
	f.given = flags.Changed
}

// newMigrate is `evalrun migrate`: what must change so that another model takes
// the requests of suites.
func newMigrate(s streams) *cobra.Command {
	flags := &migrateFlags{}
	cmd := &cobra.Command{
		Use:   "migrate PATH…",
		Short: "State what suites need to ask another model, and write it",
		Long: `migrate works out, for each distinct shape of request, what must change so that
another model takes it: parameters that it refuses, thinking, prefills, forced
tools, versions of tools, betas, max_tokens. Each change has its reason and its
source. Nothing is sent, and no key is needed, but with --prove: that asks the old
requests of the old model, or takes them from --baseline, and the changed ones of
the new one, compares each setting with the old model, and recommends the cheapest
that is not worse.

--write edits the suites and keeps comments, order and quotes; what it cannot
edit, it refuses with its place, and then writes nothing. docs/migrate.md lists
what is changed.`,
		Example: `  evalrun migrate --model claude-sonnet-5-5 ./suites
  evalrun migrate --model claude-sonnet-5-5 ./suites --diff
  evalrun migrate --model claude-sonnet-5-5 ./suites --write
  evalrun migrate --model claude-sonnet-5-5 ./suites --prove --effort low,high --max-cost 5
  evalrun migrate ./suites -o markdown=migration.md -o json=migration.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.prove {
				return proveMigration(cmd, s, flags, args)
			}
			cmd.Flags().Visit(func(flag *pflag.Flag) {
				if ofProof(flag) {
					flags.proofOnly = append(flags.proofOnly, flag.Name)
				}
			})
			return runMigrate(s, flags, args)
		},
	}
	flags.bind(cmd.Flags())
	s.completeOutputs(cmd, append(migrateFormatNames(), "github", "html", "table"))
	s.completeBy(cmd, "model", func() []string { return models.Known().IDs() })
	return cmd
}

// runMigrate is `evalrun migrate PATH…`.
func runMigrate(s streams, flags *migrateFlags, paths []string) error {
	if len(paths) == 0 {
		return usage("no suites are named", "name a file or a directory: `evalrun migrate --model "+models.Known().IDs()[0]+" ./suites`")
	}
	flags.explore = true
	outputs, outErr := parseOutputsOf(flags.outputs, migrateFormatNames(), "text")
	schema, schemaErr := flags.readSchema()
	m := flags.migration(paths, schema, strings.Join(flags.efforts, ","))
	if err := diagnostic.Join(outErr, schemaErr, flags.withoutProof(), flags.recordsAsSuites(paths), m.load()); err != nil {
		return err
	}
	edits, problems := m.edits()
	if flags.write && len(problems) > 0 {
		problems.Add(diagnostic.Diagnostic{Message: "nothing was written", Hint: "without --write the changes are printed, to be made by hand"})
		return problems
	}
	m.unwritten = problems
	if flags.diff {
		return m.writeDiff(s.out, edits)
	}
	if err := deliverAll(s, outputs, func(o output, w io.Writer) error { return migrateFormats[o.format](m, w) }); err != nil || !flags.write {
		return err
	}
	return writeEdited(s, edits)
}

// migration is what these flags change, at an effort; "" leaves that.
func (f *migrateFlags) migration(paths []string, schema *suite.Value, effort string) *migration {
	return &migration{flags: &f.suiteFlags, to: f.to, from: f.from, paths: paths, schema: schema, effort: effort, plans: map[string]*migrate.Plan{}}
}

// readSchema reads the file of --schema.
func (f *migrateFlags) readSchema() (*suite.Value, error) {
	if f.schema == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.schema)
	if err != nil {
		return nil, diagnostic.List{{Message: "--schema: " + err.Error()}}
	}
	v, err := suite.ReadJSON(f.schema, string(text))
	if err == nil && v.Kind != suite.Map {
		err = diagnostic.List{v.Diagnostic("the schema is "+v.Describe()+", expected an object", "")}
	}
	return v, err
}

// migration is what a run of migrate works out: a plan for each model that is to be
// asked.
type migration struct {
	flags     *suiteFlags
	to        string   // "" for successors
	from      []string // nil for all
	safe      bool     // only what is safe without another model
	effort    string   // "" leaves it
	paths     []string
	others    []*suite.Case     // that stay as they are
	texts     map[string]string // of files that are to be written already
	schema    *suite.Value
	set       *suite.Set
	plans     map[string]*migrate.Plan
	unwritten diagnostic.List // why not all can be written
}

// load reads the suites and takes their cases.
func (m *migration) load() error {
	opts, err := m.flags.options()
	opts.Every, opts.Texts, opts.Tools = m.add, m.texts, staticTools{}
	set, loadErr := suite.Load(m.paths, opts)
	m.set = set
	for _, p := range m.plans {
		p.Share()
	}
	return diagnostic.Join(err, loadErr)
}

// add takes a case, if it is one of those that are changed.
func (m *migration) add(c *suite.Case) {
	model, to := c.Request.Model, m.to
	if c.Request.Written == nil {
		return
	}
	if to == "" && !m.safe {
		to = models.Known().SuccessorOf(model)
	}
	if !m.safe && to == "" || len(m.from) > 0 && !slices.Contains(m.from, model) {
		m.others = append(m.others, c)
		return
	}
	if m.safe {
		p := m.plan("")
		p.AddSafe(c, migrate.Options{Now: now()})
		return
	}
	m.plan(to).Add(c, migrate.Options{Schema: m.schema, Effort: m.effort, Now: now()})
}

// plan is the plan for a model.
func (m *migration) plan(to string) *migrate.Plan {
	p := m.plans[to]
	if p == nil {
		p = migrate.NewPlan(to)
		m.plans[to] = p
	}
	return p
}

// sorted are the plans by the names of their models.
func (m *migration) sorted() []*migrate.Plan {
	var out []*migrate.Plan
	for _, name := range slices.Sorted(maps.Keys(m.plans)) {
		out = append(out, m.plans[name])
	}
	return out
}

// editedFile is the text of a file, before and after.
type editedFile struct{ file, before, after string }

// maxGiven bounds how often cases are given members of their own: each time one of
// each case.
const maxGiven = 16

// edits are the suites as they are to be written. They are read again as they would
// be, and held against what was worked out: a line that cases share may be right
// for one of them alone. A case that would inherit what it must not have gets a
// member of its own.
func (m *migration) edits() ([]editedFile, diagnostic.List) {
	out, problems := m.editsOfAll()
	if len(problems) > 0 && m.loosen() {
		return m.editsOfAll()
	}
	return out, problems
}

// loosen leaves tools as they are that were to be strict, which is an offer and no
// need, and reports whether there were any.
func (m *migration) loosen() bool {
	changed := false
	for _, p := range m.plans {
		changed = p.Loosen() || changed
	}
	return changed
}

// editsOfAll are the suites with what was worked out for each case.
func (m *migration) editsOfAll() ([]editedFile, diagnostic.List) {
	for range maxGiven {
		out, problems := m.editsOnce()
		if len(problems) > 0 || len(out) == 0 {
			return out, problems
		}
		wrong, problems := m.verify(out)
		if len(problems) > 0 || len(wrong) == 0 {
			return out, problems
		}
		if !m.give(wrong) {
			for _, w := range wrong {
				problems.Add(w.problem())
			}
			return out, problems.Sorted()
		}
	}
	return nil, diagnostic.List{{Message: "cases share more than can be told apart", Hint: "edit the suites by hand"}}
}

// editsOnce are the suites with all that is changed.
func (m *migration) editsOnce() ([]editedFile, diagnostic.List) {
	var problems diagnostic.List
	all := map[string][]diagnostic.Edit{}
	for _, p := range m.sorted() {
		edits, wrong := p.Edits(m.text, m.others)
		problems.Add(wrong...)
		for file, list := range edits {
			all[file] = append(all[file], list...)
		}
	}
	out, wrong := m.applied(all)
	problems.Add(wrong...)
	return out, problems
}

// give gives cases that would not ask what they are to a member of their own, and
// reports whether it could for all of them.
func (m *migration) give(wrong []misled) bool {
	rows := map[string]bool{} // of which one is given it for all
	for _, w := range wrong {
		member, _, _ := strings.Cut(w.at, ".")
		at := w.c.Diagnostic("", "").Position
		row := fmt.Sprint(at.File, at.Line, at.Column, member)
		if rows[row] {
			continue
		}
		rows[row] = true
		if !m.planOf(w.c).Give(w.c, member, w.wants, m.others) {
			return false
		}
	}
	return true
}

// planOf is the plan that a case is of, else the first.
func (m *migration) planOf(c *suite.Case) *migrate.Plan {
	all := m.sorted()
	for _, p := range all {
		if _, ok := p.Expected()[migrate.Identity(c)]; ok {
			return p
		}
	}
	return all[0]
}

// applied makes edits in the texts of their files.
func (m *migration) applied(edits map[string][]diagnostic.Edit) ([]editedFile, diagnostic.List) {
	var out []editedFile
	var problems diagnostic.List
	for _, file := range slices.Sorted(maps.Keys(edits)) {
		if len(edits[file]) == 0 {
			continue
		}
		before, err := m.text(file)
		if err != nil {
			problems.Add(diagnostic.Diagnostic{Position: diagnostic.Position{File: file}, Message: err.Error()})
			continue
		}
		after, err := diagnostic.Apply(before, edits[file])
		if err != nil {
			problems.Add(conflict(file, err))
			continue
		}
		out = append(out, editedFile{file, before, after})
	}
	return out, problems
}

// conflict is that two cases need different texts in one place.
func conflict(file string, err error) diagnostic.Diagnostic {
	d := diagnostic.Diagnostic{Position: diagnostic.Position{File: file}, Message: "cases that share a value need different ones, or edits overlap: " + err.Error()}
	var at *diagnostic.OverlapError
	if errors.As(err, &at) {
		d.Position, d.Message = at.Position, "cases that share this need different values: edit it by hand"
	}
	return d
}

// misled is a case that would not ask what it is to, with the changes written.
type misled struct {
	c     *suite.Case // as it is before the lines above it change
	at    string      // what would differ
	wants migrate.Request
}

func (w misled) problem() diagnostic.Diagnostic {
	return w.c.Diagnostic("with the changes written, "+w.at+" of this case would not be what it is to be: it shares a line with other cases, or overrides one",
		"edit it by hand")
}

// verify loads the suites as they would be and reports the cases that would not ask
// what was worked out, and those that would ask something else than before.
func (m *migration) verify(files []editedFile) ([]misled, diagnostic.List) {
	expected := map[string]migrate.Request{}
	for _, p := range m.plans {
		maps.Copy(expected, p.Expected())
	}
	written := map[string]*suite.Case{}
	for _, s := range m.set.Suites {
		for c, err := range s.Cases() {
			if err == nil {
				migrate.Keep(c, expected)
				written[migrate.Identity(c)] = c
			}
		}
	}
	opts, _ := m.flags.options()
	opts.Texts, opts.Tools = maps.Clone(m.texts), staticTools{}
	if opts.Texts == nil {
		opts.Texts = map[string]string{}
	}
	for _, f := range files {
		opts.Texts[f.file] = f.after
	}
	var wrong []misled
	opts.Every = func(c *suite.Case) {
		id := migrate.Identity(c)
		if at := migrate.Differs(c, expected); at != "" {
			wrong = append(wrong, misled{cmp.Or(written[id], c), at, expected[id]})
		}
	}
	if _, err := suite.Load(m.paths, opts); err != nil {
		return nil, diagnostic.List{{Message: "with the changes written, the suites could not be read: " + err.Error()}}
	}
	return wrong, nil
}

// text is the text of a suite, as it is to be written already.
func (m *migration) text(file string) (string, error) {
	if text, ok := m.texts[file]; ok {
		return text, nil
	}
	return suiteText(file)
}

func suiteText(file string) (string, error) {
	text, err := os.ReadFile(file)
	return string(text), err
}

// writeDiff prints what would be written, and what could not be.
func (m *migration) writeDiff(w io.Writer, files []editedFile) error {
	for _, f := range files {
		fmt.Fprint(w, unified(f))
	}
	if len(m.unwritten) > 0 {
		return m.unwritten
	}
	return nil
}

// writeEdited writes the files, each whole or not at all.
func writeEdited(s streams, files []editedFile) error {
	for _, f := range files {
		if now, err := suiteText(f.file); err != nil || now != f.before {
			return diagnostic.List{{Position: diagnostic.Position{File: f.file}, Message: "the file changed meanwhile; it is left as it is"}}
		}
		if err := namedfile.WriteFile(f.file, func(w io.Writer) error { _, err := io.WriteString(w, f.after); return err }); err != nil {
			return &exitError{exitErrors, err}
		}
		fmt.Fprintln(s.err, "wrote "+strings.TrimSpace(f.file))
	}
	return nil
}
