package runner

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/evalrun/evalrun/suite"
)

// Looks are a run that may end before all cases were asked. Its cases are asked in
// so many parts, whole cases and clusters in an order that the seed gives, never in
// that of their answers. After each part but the last Decide says whether the run
// ends there, by what is recorded; but not before it has asked the clusters that are
// much larger than others, of which those asked say little.
type Looks struct {
	Parts  int
	Decide func(look int) (bool, error)

	first int              // the part after which Decide is asked first
	part  map[caseName]int // from 1
}

// caseName names a case in all variants.
type caseName struct{ suite, name string }

// Spread spreads the cases of the plan over the parts, as evenly as clusters allow.
func (p *Plan) Spread(seed uint64, parts int, decide func(look int) (bool, error)) (*Looks, error) {
	type group struct {
		order [sha256.Size]byte
		names []caseName
		cases int // variants count
	}
	groups, squares := map[string]*group{}, 0 // of the groups' sizes
	for q, err := range p.questions() {
		if err != nil {
			return nil, err
		}
		name := caseName{q.Suite.Name, q.Name}
		key := "case\x00" + name.suite + "\x00" + name.name
		if q.Cluster != "" {
			key = "cluster\x00" + q.Cluster
		}
		g := groups[key]
		if g == nil {
			g = &group{order: sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, seed), key...))}
			groups[key] = g
		}
		if n := len(g.names); n == 0 || g.names[n-1] != name {
			g.names = append(g.names, name)
		}
		squares += 2*g.cases + 1
		g.cases++
	}
	ordered := make([]*group, 0, len(groups))
	for _, g := range groups {
		ordered = append(ordered, g)
	}
	slices.SortFunc(ordered, func(a, b *group) int { return slices.Compare(a.order[:], b.order[:]) })
	looks := &Looks{Parts: parts, Decide: decide, first: 1, part: map[caseName]int{}}
	before := 0
	for _, g := range ordered {
		// A group is in the part in which its middle lies.
		part := min(parts, 1+(2*before+g.cases)*parts/(2*max(1, p.Cases)))
		before += g.cases
		if isMuchLarger(g.cases, squares, p.Cases) {
			looks.first = max(looks.first, part)
		}
		for _, name := range g.names {
			looks.part[name] = part
		}
	}
	return looks, nil
}

// isMuchLarger reports whether a group holds more than a hundredth of the cases, and
// more than twice as many as the group of a case does on average. Of such groups
// there are few: those asked may show nothing of what one that is not asked yet does,
// and other cases do not show it.
func isMuchLarger(size, squares, cases int) bool {
	return 100*size > cases && size*cases > 2*squares
}

// asks reports whether a case is of the part. One that the plan does not have is of
// the first.
func (l *Looks) asks(part int, c *suite.Case) bool {
	of := max(1, l.part[caseName{c.Suite.Name, c.Name}])
	return of == part
}

// askInParts asks part after part until the run is decided.
func (t *together) askInParts(ctx context.Context, looks *Looks) {
	for t.look = 1; ; t.look++ {
		t.only = func(c *suite.Case) bool { return looks.asks(t.look, c) }
		t.ask(ctx)
		if ctx.Err() != nil || t.look == looks.Parts {
			return
		}
		if t.look < looks.first {
			continue
		}
		decided, err := looks.Decide(t.look)
		if err != nil {
			t.runs[0].fail(err)
		}
		if err != nil || decided {
			return
		}
	}
}
