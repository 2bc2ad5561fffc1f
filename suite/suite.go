package suite

import (
	"errors"
	"fmt"
	"iter"
	"path"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/dataset"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// maxReported bounds how many problems of one suite are reported.
const maxReported = 200

// Suite is one suite: its cases under the defaults they share.
type Suite struct {
	// Name is unique in a Set. Path is the file relative to its root, with
	// slashes; SHA256 is of the whole file, in hex.
	Name   string
	Path   string
	SHA256 string
	// Owner is who answers for the suite, as it is written; "" for nobody.
	Owner string
	// Gates are the conditions that decide the suite as a whole.
	Gates []Expression

	nameAt      *Value
	outer       layers
	overrides   layers // of the command line
	axes        []axis
	definitions []*definition
	stores      *stores
	opts        Options
	chooser     *chooser
	selected    bool // a case was selected, for this shard or another
	rows        rowNotes
}

// define takes the cases as they are written.
func (s *Suite) define(cases *Value, diags *diagnostic.List) {
	for i, node := range cases.Items {
		if node.Kind != Map {
			diags.Add(node.Diagnostic("a case is "+node.Describe()+", expected a map", ""))
			continue
		}
		if d := newDefinition(s, i+1, node, diags); d != nil {
			s.definitions = append(s.definitions, d)
		}
		if s.stores.work.Exhausted() {
			return
		}
	}
}

// Cases gives the suite's chosen cases in order, each made when it is asked
// for; the variants of a case follow each other. An error, a diagnostic.List,
// says that the case must not be asked; if the case is not nil, its
// assertions can still be checked. It may be ranged over more than once, but
// not from several goroutines at a time.
func (s *Suite) Cases() iter.Seq2[*Case, error] {
	return func(yield func(*Case, error) bool) {
		s.stores.work.Renew()
		index := 0
		for _, d := range s.definitions {
			more := d.each(func(_ *dataset.Row, c *Case, err error) bool {
				if c != nil {
					index++
					c.Index = index
				}
				if c != nil && err == nil {
					var chosen bool
					if chosen, err = s.chooser.chosen(c); !chosen && err == nil {
						return true
					}
				}
				return yield(c, err)
			})
			if !more {
				return
			}
		}
	}
}

// check makes every case once, to find all that is wrong with them and to
// offer the chosen ones to the draw.
func (s *Suite) check(drawn *draw, diags *diagnostic.List) {
	reported := map[string]bool{}
	more := func() bool { return len(reported) < maxReported && !s.stores.work.Exhausted() }
	names := newNames()
	index := 0
	for i, d := range s.definitions {
		d.each(func(r *dataset.Row, c *Case, err error) bool {
			if c != nil {
				index++
				c.Index = index
			}
			report(reported, err, diags)
			if r != nil {
				s.rows.note(i, d, r)
			}
			if c != nil {
				names.add(d, r, c)
				report(reported, s.offer(c, err != nil, drawn), diags)
			}
			return more()
		})
	}
	for problem := range names.taken(s.definitions) {
		if report(reported, problem, diags); !more() {
			break
		}
	}
	if len(reported) >= maxReported && !s.stores.work.Exhausted() {
		diags.Add(s.nameAt.Diagnostic(fmt.Sprintf("only the first %d problems of this suite are shown", maxReported), ""))
	}
}

// offer gives a case that is chosen to the draw, or, where nothing is drawn,
// to Options.Each.
func (s *Suite) offer(c *Case, wrong bool, drawn *draw) error {
	if s.opts.Every != nil {
		s.opts.Every(c)
	}
	s.chooser.seen.add(c)
	selected, err := s.chooser.selected(c)
	if selected {
		s.selected = true
		drawn.add(c.identity())
	}
	chosen := selected && s.chooser.inShard(c)
	if s.opts.Each != nil && s.chooser.Pick == 0 && (chosen || wrong) {
		s.opts.Each(c)
	}
	return err
}

// report adds problems that have not been reported: the rows of a data set can all
// have the same.
func report(reported map[string]bool, err error, diags *diagnostic.List) {
	var found diagnostic.List
	if !errors.As(err, &found) {
		return
	}
	for _, p := range found {
		if key := p.Error(); !reported[key] {
			reported[key] = true
			diags.Add(p)
		}
	}
}

// Dir is the directory that paths in the suite are relative to, absolute.
func (s *Suite) Dir() string {
	return path.Join(filepath.ToSlash(s.stores.root.Real), path.Dir(s.Path))
}

// Shown is the suite's path as diagnostics name it.
func (s *Suite) Shown() string { return s.stores.root.Show(s.Path) }

// FromRepository gives a path below the suite's root as seen from the top of
// the repository that the root is in, by which CI systems find files. Outside
// of a repository it is the path itself.
func (s *Suite) FromRepository(rel string) string {
	return path.Join(s.stores.root.Repo, rel)
}

// ReadFile reads a file that an expression of the suite names, bound to the
// suite's root and relative to its file.
func (s *Suite) ReadFile(name string) ([]byte, error) {
	r := s.stores.root
	rel, err := r.Resolve(path.Dir(s.Path), name)
	if err != nil {
		return nil, err
	}
	r.Use(rel)
	data, err := r.Read(rel)
	if err == nil {
		err = source.RefuseKey(string(data))
	}
	return data, err
}
