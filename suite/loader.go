package suite

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// Set is what the given paths hold.
type Set struct {
	Suites []*Suite
	// Ignored are the YAML files below the given directories that are no
	// suites but data.
	Ignored []string
	// SkippedLinks are the links below the given directories that no suites were
	// looked for behind.
	SkippedLinks []SkippedLink

	walked []walked
	inputs *Inputs
}

// Load reads the suites below the paths: directories are walked, files must
// be suites. It finds every problem of every file; the error is then a
// diagnostic.List, and the Set holds what could be read, so that the problems
// of its assertions can be found as well. Nothing of it must be sent.
func Load(paths []string, opts Options) (*Set, error) {
	return load(paths, opts, work.New(work.MaxSteps))
}

// load is Load within a budget.
func load(paths []string, opts Options, b *work.Budget) (*Set, error) {
	l := &loader{
		opts:     opts,
		roots:    map[string]*root.Root{},
		stores:   map[*root.Root]*stores{},
		defaults: map[*root.Root]*layer{},
		set:      &Set{},
		chooser:  newChooser(opts.Choice),
		work:     b,
	}
	l.set.inputs = newInputs(paths)
	l.chooser.check(&l.diags)
	l.overrides = opts.overrides(&l.diags)
	for _, c := range l.find(paths) {
		l.file(c)
	}
	l.checkNames()
	l.choose()
	if l.work.Exhausted() {
		l.diags.Add(diagnostic.Diagnostic{Message: work.TooMuch})
	}
	l.work.Unbind() // a run makes the same cases again
	if len(l.set.Suites) == 0 && l.problems() == nil && l.opts.Committed == nil {
		l.diags.Add(diagnostic.Diagnostic{Message: "no suite in " + strings.Join(paths, ", "), Hint: l.noSuiteHint()})
	}
	l.set.inputs.walked = l.set.walked
	for _, r := range l.roots {
		l.set.inputs.roots = append(l.set.inputs.roots, r)
	}
	return l.set, l.problems()
}

// noSuiteHint is what a suite is, and what there is instead.
func (l *loader) noSuiteHint() string {
	hint := "a suite is a YAML file with a top-level `cases`"
	switch ignored := l.set.Ignored; len(ignored) {
	case 0:
	case 1:
		hint += ", which " + ignored[0] + " does not have"
	default:
		hint += fmt.Sprintf(", which none of the %d YAML files there has", len(ignored))
	}
	return hint + "; `evalrun init` writes a first one"
}

// loader is one Load under way.
type loader struct {
	opts     Options
	roots    map[string]*root.Root
	stores   map[*root.Root]*stores
	defaults map[*root.Root]*layer
	set      *Set
	// overrides are those of the command line, over every case.
	overrides layers
	chooser   *chooser
	work      *work.Budget
	diags     diagnostic.List
	// unreadable are problems below the level of suites. What else is said
	// of a line that has one would only follow from it.
	unreadable diagnostic.List
}

// choose checks every case and draws those that are asked, where some are to
// be picked.
func (l *loader) choose() {
	drawn := newDraw(l.opts.Choice.Pick, l.opts.Choice.Seed)
	selected := false
	for _, s := range l.set.Suites {
		s.check(drawn, &l.diags)
		selected = selected || s.selected
	}
	if l.opts.Choice.Pick > 0 {
		l.chooser.picked = drawn.set()
		l.reportDrawn()
	}
	if len(l.set.Suites) > 0 && !selected && l.problems() == nil && l.opts.Committed == nil {
		l.diags.Add(l.chooser.noneChosen())
	}
}

// reportDrawn reports the cases that were drawn, which is known only once all
// were made.
func (l *loader) reportDrawn() {
	if l.opts.Each == nil {
		return
	}
	for _, s := range l.set.Suites {
		for c := range s.Cases() {
			if c != nil {
				l.opts.Each(c)
			}
		}
	}
}

// problems gives all that was found.
func (l *loader) problems() error {
	all := slices.DeleteFunc(slices.Clone(l.diags), func(d diagnostic.Diagnostic) bool {
		return slices.ContainsFunc(l.unreadable, func(u diagnostic.Diagnostic) bool {
			return u.File == d.File && u.Line == d.Line
		})
	})
	all.Add(l.unreadable...)
	return all.Err()
}

// stores are the files of one root that cases share.
type stores struct {
	root  *root.Root
	work  *work.Budget
	files *template.Files
	media *mediaStore
}

// file reads one file and takes the suites in it.
func (l *loader) file(c candidate) {
	if path.Base(c.rel) == defaultsFile {
		l.defaultsCandidate(c)
		return
	}
	data, err := c.root.Read(c.rel)
	if text, edited := l.opts.Texts[c.shown]; edited {
		data, err = []byte(text), nil
	}
	if err != nil {
		l.diags.Add(fileDiag(c.shown, "cannot read: "+err.Error()))
		return
	}
	docs, found := source.Parse(source.New(c.shown, c.rel, string(data)))
	if len(found) > 0 && !c.named && !looksLikeSuite(string(data)) {
		l.set.Ignored = append(l.set.Ignored, c.shown)
		return
	}
	l.unreadable.Add(found...)
	if len(docs) == 0 && len(found) > 0 {
		return
	}
	sum := sha256.Sum256(data)
	l.documents(c, docs, hex.EncodeToString(sum[:]))
}

// defaultsCandidate refuses an evalrun.yaml that is not the root's: its keys
// would silently have no effect.
func (l *loader) defaultsCandidate(c candidate) {
	switch {
	case c.named:
		l.diags.Add(fileDiag(c.shown, defaultsFile+" holds the defaults of the suites below it and is not a suite itself"))
	case c.rel != defaultsFile:
		l.diags.Add(fileDiag(c.shown, fmt.Sprintf("%s is read at the root only, and the root is %s", defaultsFile, c.root.Dir)))
	}
}

// looksLikeSuite reports whether a file that cannot be parsed was meant to be
// a suite: a line begins with a key of one. One in UTF-16 is read without the
// bytes that are 0.
func looksLikeSuite(text string) bool {
	for _, mark := range []string{"\uFEFF", "\xff\xfe", "\xfe\xff"} {
		text = strings.TrimPrefix(text, mark)
	}
	text = strings.ReplaceAll(text, "\x00", "")
	for line := range strings.Lines(text) {
		key, _, ok := strings.Cut(line, ":")
		if ok && suiteLevel.takes(key) && !suiteLevel.ignores(key) {
			return true
		}
	}
	return false
}

// documents takes the documents of a file, each of which is a suite.
func (l *loader) documents(c candidate, docs []*Value, sum string) {
	if len(docs) == 0 && c.named {
		l.diags.Add(fileDiag(c.shown, "the file is empty, expected a suite with `cases`"))
	}
	suites := 0
	for _, doc := range docs {
		key, isSuite := suiteKey(doc)
		switch {
		case isSuite:
			suites++
			l.suite(c, doc, suites, sum)
		case doc.Kind != Map && c.named:
			l.diags.Add(doc.Diagnostic("a suite is a map with `cases`, found "+doc.Describe(), ""))
		case key != nil:
			l.diags.Add(key.Diagnostic(fmt.Sprintf("%s is a key of a suite, but there is no `cases`", diagnostic.Quote(key.Key)),
				cmp.Or(otherTool(doc), "add `cases:`, or move data out of the directories that are walked")))
		case c.named, listsCases(doc):
			l.diags.Add(doc.Diagnostic("the file is not a suite: it has no `cases`", nearCases(doc)))
		default:
			l.set.Ignored = append(l.set.Ignored, c.shown)
		}
	}
}

// suiteKey reports whether a document is a suite, and else gives its first key
// that only a suite would have.
func suiteKey(doc *Value) (*Member, bool) {
	if doc.Kind != Map {
		return nil, false
	}
	if member(doc.Members, "cases") >= 0 {
		return nil, true
	}
	for i, m := range doc.Members {
		if suiteLevel.takes(m.Key) && !suiteLevel.ignores(m.Key) {
			return &doc.Members[i], false
		}
	}
	return nil, false
}

// nearCases gives a hint where a key looks like a misspelt `cases`.
func nearCases(doc *Value) string {
	for _, m := range doc.Members {
		if diagnostic.Nearest(m.Key, []string{"cases"}) != "" {
			return "did you mean `cases` where it says " + diagnostic.Quote(m.Key) + "?"
		}
	}
	return cmp.Or(otherTool(doc), "`evalrun init` writes a first suite")
}

// otherTool gives a hint where a document has the keys of a promptfoo
// configuration or of a .prompt.yml; "" for any other.
func otherTool(doc *Value) string {
	const makes = "; `evalrun import FILE -o DIR` makes a suite of it (docs/promptfoo.md)"
	has := func(key string) bool { return doc.Get(key) != nil }
	switch {
	case has("tests") && (has("prompts") || has("providers") || has("targets")), has("prompts") && has("providers"):
		return "this looks like a promptfoo configuration" + makes
	case has("messages") && (has("testData") || has("evaluators") || has("modelParameters")):
		return "this looks like a .prompt.yml" + makes
	}
	return ""
}

// listsCases reports whether a document that has no key of a suite was meant to
// be one all the same: it has a list of what reads as cases by a name like
// `cases`.
func listsCases(doc *Value) bool {
	return slices.ContainsFunc(doc.Members, func(m Member) bool {
		near := diagnostic.Nearest(m.Key, []string{"cases"}) != ""
		return near && slices.ContainsFunc(m.Value.Items, func(v *Value) bool { return v.Get("messages") != nil || v.Get("assert") != nil })
	})
}

// suite takes one suite. Where a file holds several, those behind the first
// are numbered in their default names.
func (l *loader) suite(c candidate, doc *Value, number int, sum string) {
	s := &Suite{
		Path: c.rel, SHA256: sum,
		stores: l.storesOf(c.root), opts: l.opts, overrides: l.overrides, chooser: l.chooser,
	}
	s.Name = strings.TrimSuffix(c.rel, path.Ext(c.rel))
	if number > 1 {
		s.Name = fmt.Sprintf("%s#%d", s.Name, number)
	}
	s.outer = layers{l.rootDefaults(c.root), newLayer(doc, suiteLevel, &l.diags)}
	if name := s.outer.setting("name"); name != nil {
		s.Name, s.nameAt = name.Text, name
	}
	if s.nameAt == nil {
		s.nameAt = doc
	}
	if strings.TrimSpace(s.Name) == "" {
		l.diags.Add(s.nameAt.Diagnostic("the name of the suite is empty", ""))
	}
	if owner := s.outer.setting("owner"); owner != nil {
		s.Owner = owner.Text
	}
	s.axes = l.axes(s)
	s.Gates = s.outer.readGates(&l.diags)
	cases := s.outer.setting("cases")
	if cases != nil && len(cases.Items) == 0 {
		l.diags.Add(cases.Diagnostic("cases is empty, expected at least one case", ""))
	}
	if cases != nil {
		s.define(cases, &l.diags)
	}
	l.set.Suites = append(l.set.Suites, s)
}

// axes reads the matrix of a suite; the inner of two matrices counts.
func (l *loader) axes(s *Suite) []axis {
	var out []axis
	matrix := s.outer.setting("matrix")
	if matrix != nil {
		out = readMatrix(matrix, &l.diags)
	}
	out = l.opts.modelAxis(out)
	if n := variantCount(out); n > maxVariants {
		at := s.nameAt
		if matrix != nil {
			at = matrix
		}
		l.diags.Add(at.Diagnostic(fmt.Sprintf("the matrix has more than %d variants", maxVariants), ""))
		return nil
	}
	return out
}

// storesOf gives the shared files of a root.
func (l *loader) storesOf(r *root.Root) *stores {
	if l.stores[r] == nil {
		l.stores[r] = &stores{root: r, work: l.work, files: template.NewFiles(r, l.work), media: newMediaStore(r)}
	}
	return l.stores[r]
}

// rootDefaults reads evalrun.yaml at the root, once; an empty layer where
// there is none.
func (l *loader) rootDefaults(r *root.Root) *layer {
	if d := l.defaults[r]; d != nil {
		return d
	}
	out := &layer{level: defaultsLevel, other: map[string]Member{}, present: map[string]bool{}}
	l.defaults[r] = out
	data, err := r.Read(defaultsFile)
	if err != nil {
		if r.Exists(defaultsFile) {
			l.diags.Add(fileDiag(r.Show(defaultsFile), "cannot read: "+err.Error()))
		}
		return out
	}
	docs, found := source.Parse(source.New(r.Show(defaultsFile), defaultsFile, string(data)))
	l.diags.Add(found...)
	switch {
	case len(found) > 0 || len(docs) == 0:
	case len(docs) > 1 || docs[0].Kind != Map:
		l.diags.Add(docs[len(docs)-1].Diagnostic(defaultsFile+" is one map of suite keys", ""))
	default:
		*out = *newLayer(docs[0], defaultsLevel, &l.diags)
	}
	return out
}

// checkNames reports suites of one name: reports and records would mix them.
func (l *loader) checkNames() {
	first := map[string]*Suite{}
	for _, s := range l.set.Suites {
		if other := first[s.Name]; other != nil {
			l.diags.Add(s.nameAt.Diagnostic(fmt.Sprintf("duplicate suite name %s; the first is at %s", diagnostic.Quote(s.Name), other.nameAt.Position()), ""))
			continue
		}
		first[s.Name] = s
	}
}
