package evaltest

import (
	"testing"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/record"
)

// subtest is a subtest that has begun and waits for what there is to report: so
// all that -run chooses is known, by testing itself, before anything is asked.
type subtest struct {
	t      *testing.T
	report chan func(*testing.T)
	ended  chan struct{}
}

// begin begins a subtest; nil where -run or -skip leaves it out.
func begin(t *testing.T, name string) *subtest {
	s := &subtest{report: make(chan func(*testing.T)), ended: make(chan struct{})}
	begun := make(chan struct{})
	go func() {
		defer fault.Catch()
		defer close(s.ended)
		t.Run(name, func(t *testing.T) {
			s.t = t
			close(begun)
			(<-s.report)(t)
		})
	}()
	select {
	case <-begun:
		return s
	case <-s.ended:
		return nil
	}
}

// end has a subtest report, and waits for its end.
func (s *subtest) end(report func(*testing.T)) {
	s.report <- report
	<-s.ended
}

// suiteTest is the subtest of a suite, and those of its cases that are chosen.
type suiteTest struct {
	*subtest
	name  string
	cases []caseTest
}

type caseTest struct {
	*subtest
	id record.ID
}

// chosen are the subtests that -run chooses.
type chosen []suiteTest

// choose begins the subtests of the cases.
func choose(t *testing.T, all []record.ID) chosen {
	var out chosen
	for len(all) > 0 {
		name, n := all[0].Suite, 0
		for n < len(all) && all[n].Suite == name {
			n++
		}
		if s := begin(t, name); s != nil {
			out = append(out, suiteTest{s, name, casesOf(s.t, all[:n])})
		}
		all = all[n:]
	}
	return out
}

func casesOf(t *testing.T, all []record.ID) []caseTest {
	var out []caseTest
	for _, id := range all {
		name := id.Case
		if id.Variant != "" {
			name += "/" + id.Variant
		}
		if s := begin(t, name); s != nil {
			out = append(out, caseTest{s, id})
		}
	}
	return out
}

// ids are the cases that are chosen.
func (c chosen) ids() map[record.ID]bool {
	out := map[record.ID]bool{}
	for _, s := range c {
		for _, one := range s.cases {
			out[one.id] = true
		}
	}
	return out
}

// end has all report. A panic in a report would leave the others waiting for ever,
// so that reports are made before.
func (c chosen) end(ofCase func(record.ID) func(*testing.T), ofSuite func(string) func(*testing.T)) {
	for _, s := range c {
		for _, one := range s.cases {
			one.end(ofCase(one.id))
		}
		s.subtest.end(ofSuite(s.name))
	}
}
