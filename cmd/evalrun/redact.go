package main

import (
	"fmt"
	"regexp"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/suite"
)

// The most that --redact takes: the work that they are grows with each.
const (
	maxRedactions = 100
	maxRedaction  = 1000 // bytes of one
)

// patterns compiles --redact.
func (f *recordFlags) patterns() ([]*regexp.Regexp, error) { return redactions(f.redact) }

// redactions compiles the values of --redact.
func redactions(texts []string) ([]*regexp.Regexp, error) {
	var all diagnostic.List
	var out []*regexp.Regexp
	if len(texts) > maxRedactions {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--redact is given %d times, expected at most %d", len(texts), maxRedactions), Hint: "join them with |"})
	}
	for _, text := range texts {
		pattern, err := regexp.Compile(text)
		switch {
		case len(text) > maxRedaction:
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--redact has %d bytes, expected at most %d", len(text), maxRedaction)})
		case err != nil:
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--redact %s: %v", text, err), Hint: "it is a regular expression of RE2, such as \\b[\\w.]+@[\\w.]+\\b"})
		case pattern.MatchString(""):
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--redact %s matches the empty text, and so everywhere", text)})
		default:
			out = append(out, pattern)
		}
	}
	return out, all.Err()
}

// unredactable collects the cases whose names cannot stay as they are, since
// --redact matches them, and cannot be changed, since lines find each other by
// them.
type unredactable struct {
	patterns []*regexp.Regexp
	found    diagnostic.List
	seen     map[string]bool
}

func newUnredactable(f *recordFlags) *unredactable {
	patterns, _ := f.patterns() // check reports what is wrong with them
	return &unredactable{patterns: patterns, seen: map[string]bool{}}
}

// see looks at a case.
func (u *unredactable) see(c *suite.Case) {
	const most = 20
	names := append([]string{c.Name, c.Variant, c.Cluster}, c.Tags...)
	for _, p := range u.patterns {
		for _, name := range names {
			if len(u.found) < most && p.MatchString(name) && !u.seen[name] {
				u.seen[name] = true
				u.found.Add(c.Diagnostic(fmt.Sprintf("--redact %s matches the name, variant, cluster or a tag of a case, which stay as they are", p),
					"give the case a name, tags and a cluster without what is to be redacted, such as a number"))
			}
		}
	}
}

// seenBy has both look at each case.
func (u *unredactable) seenBy(observe func(*runner.Planner, *suite.Case)) func(*runner.Planner, *suite.Case) {
	return func(p *runner.Planner, c *suite.Case) {
		u.see(c)
		observe(p, c)
	}
}
