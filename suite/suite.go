package suite

import (
	"errors"
	"fmt"
	"iter"

	"github.com/evalrun/evalrun/diagnostic"
)

// Suite is one suite: its cases under the defaults they share.
type Suite struct {
	// Name is unique in a Set. Path is the file relative to its root, with
	// slashes; SHA256 is of the whole file, in hex.
	Name   string
	Path   string
	SHA256 string
	// Line is where the suite starts in its file.
	Line int

	nameAt         *Value
	outer          layers
	definitions    []*definition
	stores         *stores
	count, skipped int
	opts           Options
}

// Len is the number of cases, those that are skipped included.
func (s *Suite) Len() int { return s.count }

// Skipped is the number of cases that are skipped.
func (s *Suite) Skipped() int { return s.skipped }

// define takes the cases as they are written.
func (s *Suite) define(cases *Value, diags *diagnostic.List) {
	for i, node := range cases.Items {
		if node.Kind != Map {
			diags.Add(node.problem("a case is "+describe(node)+", expected a map", ""))
			continue
		}
		own := newLayer(node, caseLevel, diags)
		s.definitions = append(s.definitions, &definition{
			suite: s, number: i + 1, own: own, layers: append(s.outer[:len(s.outer):len(s.outer)], own),
		})
	}
}

// Cases gives the suite's cases in order, each made when it is asked for. An
// error, a diagnostic.List, says that the case must not be asked; if the case
// is not nil, its assertions can still be checked. It may be ranged over more than once, but not from several goroutines
// at a time.
func (s *Suite) Cases() iter.Seq2[*Case, error] {
	return func(yield func(*Case, error) bool) {
		for _, d := range s.definitions {
			if !yield(d.expand()) {
				return
			}
		}
	}
}

// check makes every case once, to find all that is wrong with them.
func (s *Suite) check(diags *diagnostic.List) {
	first := map[string]*Case{}
	for _, d := range s.definitions {
		c, err := d.expand()
		var found diagnostic.List
		if errors.As(err, &found) {
			diags.Add(found...)
		}
		if c == nil {
			continue
		}
		s.count++
		if c.Skip != "" {
			s.skipped++
		}
		if other := first[c.Name]; other != nil {
			diags.Add(d.nameAt().problem(fmt.Sprintf("the case name %s is taken by the case in line %d", quote(c.Name), other.Line), ""))
			continue
		}
		first[c.Name] = c
	}
}
