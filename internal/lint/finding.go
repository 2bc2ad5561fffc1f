package lint

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// maxFindings bounds how many findings are kept.
const maxFindings = 1000

// Finding is a warning about suites. Its Rule is the name of the lint that
// found it, one of Lints.
type Finding struct {
	diagnostic.Diagnostic
	// Cases is how many cases have it, First the first of them; 0 and "" for
	// a finding that is about the text of the suites alone.
	Cases int
	First string
}

// place makes a diagnostic at the position of a value, a member, an
// expression, a case.
type place interface {
	Diagnostic(message, hint string) diagnostic.Diagnostic
}

// collector keeps each finding once, however many cases have it.
type collector struct {
	found []*Finding
	byKey map[findingKey]*Finding
	full  bool
}

type findingKey struct {
	rule, message string
	at            diagnostic.Position
}

// add takes a finding of a case, or, where that is nil, of the text. It is
// nil where there are too many.
func (c *collector) add(rule string, d diagnostic.Diagnostic, of *suite.Case) *Finding {
	key := findingKey{rule, d.Message, d.Position}
	f := c.byKey[key]
	if f == nil {
		if len(c.found) == maxFindings {
			c.full = true
			return nil
		}
		d.Severity, d.Rule = diagnostic.Warning, rule
		f = &Finding{Diagnostic: d}
		c.found = append(c.found, f)
		if c.byKey == nil {
			c.byKey = map[findingKey]*Finding{}
		}
		c.byKey[key] = f
	}
	if of != nil {
		f.count(of)
	}
	return f
}

// count adds a case that has the finding.
func (f *Finding) count(c *suite.Case) {
	if f.Cases++; f.Cases == 1 {
		f.First = c.Name
	}
}

// at places a finding of a case: where the thing was written or, where that
// was in no file, at the case.
func at(where place, of *suite.Case, message, hint string) diagnostic.Diagnostic {
	d := where.Diagnostic(message, hint)
	if _, none := where.(nowhere); none || d.File != "" && d.Line > 0 {
		return d
	}
	return of.Diagnostic(message, hint)
}

// findings gives all of them by their place. One that several cases have says
// how many they are.
func (c *collector) findings() []Finding {
	out := make([]Finding, 0, len(c.found))
	for _, f := range c.found {
		finding := *f
		if f.Cases > 1 {
			finding.Message += fmt.Sprintf(" (%d cases, the first is %q)", f.Cases, f.First)
		}
		out = append(out, finding)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return a.Compare(b.Position) })
	return out
}
