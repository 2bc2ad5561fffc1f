package suite

import (
	"fmt"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/dataset"
)

// names finds cases of one name. It keeps a hash a case and not the name, nor
// where it is, so that a million rows fit; in one of some tens of millions
// of suites of that size two names would wrongly be called the same.
type names struct {
	seed   maphash.Seed
	hashes []uint64
	last   namedCase
}

// namedCase is a name, and where it is.
type namedCase struct {
	hash                  uint64
	definition, row, line int
}

func newNames() *names { return &names{seed: maphash.MakeSeed()} }

// next gives the name of a case, and false where it is the one before: the
// variants of a case follow each other and share theirs.
func (n *names) next(d *definition, r *dataset.Row, c *Case) (namedCase, bool) {
	name := namedCase{hash: maphash.String(n.seed, c.Name), definition: d.number, line: c.Line}
	if r != nil {
		name.row, name.line = r.Number, r.Position.Line
	}
	if name == n.last {
		return name, false
	}
	n.last = name
	return name, true
}

// add takes a case's name.
func (n *names) add(d *definition, r *dataset.Row, c *Case) {
	if name, ok := n.next(d, r, c); ok {
		n.hashes = append(n.hashes, name.hash)
	}
}

// taken gives what is wrong with the names that were added, of all or the first
// of the definitions' cases: which name an earlier case has. Where there are
// such the cases are made once more. It ends the names' use.
func (n *names) taken(definitions []*definition) iter.Seq[error] {
	return func(yield func(error) bool) {
		left := len(n.hashes)
		first := n.duplicates()
		for i := 0; i < len(definitions) && len(first) > 0; i++ {
			d := definitions[i]
			more := d.each(func(r *dataset.Row, c *Case, _ error) bool {
				if c == nil {
					return left > 0
				}
				name, ok := n.next(d, r, c)
				if !ok {
					return true
				}
				if left--; left < 0 {
					return false
				}
				before, isTwice := first[name.hash]
				if isTwice && before.definition == 0 {
					first[name.hash] = name
					return true
				}
				return !isTwice || before == name || yield(diagnostic.List{before.problem(d, r, c)})
			})
			if !more {
				return
			}
		}
	}
}

// duplicates gives the hashes that occur more than once.
func (n *names) duplicates() map[uint64]namedCase {
	slices.Sort(n.hashes)
	out := map[uint64]namedCase{}
	for i := 1; i < len(n.hashes); i++ {
		if n.hashes[i] == n.hashes[i-1] {
			out[n.hashes[i]] = namedCase{}
		}
	}
	n.hashes, n.last = nil, namedCase{}
	return out
}

// problem reports that an earlier case has the name of this one.
func (first namedCase) problem(d *definition, r *dataset.Row, c *Case) diagnostic.Diagnostic {
	problem := d.nameAt().Diagnostic("duplicate case name "+diagnostic.Quote(c.Name)+"; the first is "+first.describe(d), "")
	if r != nil {
		problem.Message = fmt.Sprintf("two rows have the name %s: %s and row %d at %s", diagnostic.Quote(c.Name), first.describe(d), r.Number, r.Position)
		problem.Hint = "each row needs a name of its own: use a variable in `name` that differs from row to row"
	}
	return problem
}

// describe is where the name comes first, as seen from a definition.
func (first namedCase) describe(d *definition) string {
	switch {
	case first.row > 0 && first.definition == d.number:
		return fmt.Sprintf("row %d in line %d", first.row, first.line)
	case first.row > 0:
		return fmt.Sprintf("row %d of case %d", first.row, first.definition)
	}
	return fmt.Sprintf("the case in line %d", first.line)
}
