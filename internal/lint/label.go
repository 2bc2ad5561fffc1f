package lint

import (
	"fmt"
	"hash/maphash"

	"github.com/evalrun/evalrun/suite"
)

// labels finds labels of a matrix that change nothing: what is asked under
// each is summed up in the order of the cases, so that equal sums mean equal
// requests, but for a chance of one in 2⁶⁴.
type labels struct {
	seed    maphash.Seed
	bySuite map[*suite.Suite]*matrixSums
}

// matrixSums are the sums of one suite by axis and label.
type matrixSums struct {
	cases  int
	pinned map[string]int
	labels map[[2]string]labelSum
}

type labelSum struct {
	hash  uint64
	cases int
}

// pinned is the label of a case that sets itself what the axis would.
const pinned = "pinned"

// mix is the multiplier of FNV-1a in 64 bits.
const mix = 1099511628211

// add takes a case. The variants of a case come in the order of the labels.
func (l *labels) add(c *suite.Case) {
	if len(c.Axes) == 0 {
		return
	}
	if l.bySuite == nil {
		l.seed, l.bySuite = maphash.MakeSeed(), map[*suite.Suite]*matrixSums{}
	}
	m := l.bySuite[c.Suite]
	if m == nil {
		m = &matrixSums{pinned: map[string]int{}, labels: map[[2]string]labelSum{}}
		l.bySuite[c.Suite] = m
	}
	m.cases++
	asked := hashOfAsked(l.seed, c)
	for axis, name := range c.Axes {
		if name == pinned {
			m.pinned[axis]++
			continue
		}
		sum := m.labels[[2]string{axis, name}]
		m.labels[[2]string{axis, name}] = labelSum{(sum.hash ^ asked) * mix, sum.cases + 1}
	}
}

// hashOfAsked is of all that is sent for a case.
func hashOfAsked(seed maphash.Seed, c *suite.Case) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	h.Write(c.Request.Body.Text())
	fmt.Fprintf(&h, "%q %q %d", c.Request.Betas, c.Request.Version, c.Request.Timeout)
	for _, s := range c.Conversation.Next {
		for _, turn := range s.Turns {
			h.Write(turn.Text())
		}
	}
	return h.Sum64()
}

// report adds the axes and labels that change nothing. Where an expression
// mentions the variant, a label may be there for that.
func (l *labels) report(found *collector) {
	for s, m := range l.bySuite {
		if !s.Whole() || s.UsesName("variant") {
			continue
		}
		for _, axis := range s.OwnAxes() {
			if m.pinned[axis.Name] == m.cases {
				message := fmt.Sprintf("every case sets what the axis %q would, so that it changes nothing", axis.Name)
				found.add(unusedLabel, axis.Diagnostic(message, ""), nil)
				continue
			}
			m.twins(axis, found)
		}
	}
}

// twins finds labels of an axis that ask the same.
func (m *matrixSums) twins(axis suite.Axis, found *collector) {
	type asked struct {
		labelSum
		vars string
	}
	first := map[asked]string{}
	for _, label := range axis.Labels {
		key := asked{m.labels[[2]string{axis.Name, label.Name}], label.Vars}
		if key.cases == 0 {
			continue
		}
		twin, seen := first[key]
		if !seen {
			first[key] = label.Name
			continue
		}
		message := fmt.Sprintf("the label %q asks the same in every case as %q", label.Name, twin)
		found.add(unusedLabel, label.Diagnostic(message, ""), nil)
	}
}
