package suite

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// Check is what a command of the user's file of tools decides about an answer.
// A suite names the check; what runs for it is not the suite's to say.
type Check struct {
	Name string
	// With is a JSON object that the command is given, with the case's variables
	// filled in; nil without one.
	With []byte
	// Metrics are the numbers that the command gives beside its score.
	Metrics []string
	// MinScore is the score from which on it passes; nil where the command
	// itself reports whether the answer passes.
	MinScore *float64

	name, with *Value
}

// Diagnostic is a problem of the check, at its name.
func (c *Check) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return c.name.Diagnostic(message, hint)
}

// checkKeys are the keys of an assertion that only go with a check.
var checkKeys = []string{"with", "metrics"}

// readCheck reads what a command decides; nil where the entry is no check.
func readCheck(v *Value, diags *diagnostic.List) *Check {
	name := v.Get("check")
	if name == nil {
		for _, m := range v.Members {
			if slices.Contains(checkKeys, m.Key) {
				diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" goes with a check, and the assertion has none", ""))
			}
		}
		return nil
	}
	out := &Check{Name: name.Text, name: name}
	if name.Kind != String || strings.TrimSpace(name.Text) == "" {
		diags.Add(name.Diagnostic("check is "+name.Describe()+", expected the name of a check in the file that --tools names", ""))
	}
	for _, m := range v.Members {
		switch m.Key {
		case "expr", "rubric", "prefer":
			diags.Add(m.Diagnostic("the assertion has a `check` and a `"+m.Key+"`", "give each its own entry"))
		case "votes", "judge":
			diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" goes with a rubric, and the assertion has a check", ""))
		case "min_score":
			out.MinScore = readShare(m.Key, m.Value, diags)
		case "with":
			if out.with = m.Value; m.Value.Kind != Map {
				diags.Add(m.Value.Diagnostic("with is "+m.Value.Describe()+", expected a map", ""))
			}
		case "metrics":
			out.Metrics = readCheckMetrics(m.Value, v.Get("name") != nil, diags)
		}
	}
	return out
}

// checkMetric is the name of a number that a check gives.
var checkMetric = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// readCheckMetrics reads the names of the numbers that a check gives.
func readCheckMetrics(v *Value, named bool, diags *diagnostic.List) []string {
	if v.Kind != List {
		diags.Add(v.Diagnostic("metrics is "+v.Describe()+", expected a list of names: [recall]", ""))
		return nil
	}
	var out []string
	for _, item := range v.Items {
		switch {
		case item.Kind != String || !checkMetric.MatchString(item.Text):
			diags.Add(item.Diagnostic("metrics holds "+item.Describe()+", expected a name of letters, digits and _", ""))
		case item.Text == "score":
			diags.Add(item.Diagnostic("metrics holds score, which the score of the check has as its name", ""))
		case slices.Contains(out, item.Text):
			diags.Add(item.Diagnostic("duplicate metric "+diagnostic.Quote(item.Text), ""))
		default:
			out = append(out, item.Text)
		}
	}
	if !named {
		diags.Add(v.Diagnostic("metrics are called by the assertion's name, and it has none", "write `name:` beside `check:`"))
	}
	return out
}

// checkTemplates are the checks among a template's assertions by their index.
type checkTemplates map[int]*Check

// readChecks compiles what the checks among the template's assertions are given.
func (d *definition) readChecks(p *caseTemplate, diags *diagnostic.List) checkTemplates {
	var out checkTemplates
	named := map[string]bool{"": false}
	for i, a := range p.conversation.assertions(d.assertions, nil) {
		switch {
		case a.Rubric != nil:
			named[a.Name] = a.Name != ""
			continue
		case a.Check == nil:
			continue
		case named[a.Name]:
			diags.Add(a.Check.Diagnostic("the name "+diagnostic.Quote(a.Name)+" is that of another check or rubric of the case",
				"their scores are metrics, and each metric needs a name of its own"))
		}
		named[a.Name] = a.Name != ""
		if a.Check.with != nil {
			p.Compile(a.Check.with)
		}
		if out == nil {
			out = checkTemplates{}
		}
		out[i] = a.Check
	}
	return out
}

// fill gives the assertions with the checks of one case filled in.
func (ct checkTemplates) fill(sc *template.Scope, assertions []Assertion) []Assertion {
	if len(ct) == 0 {
		return assertions
	}
	out := slices.Clone(assertions)
	for i, c := range ct {
		filled := *c
		if c.with != nil {
			if v, ok := sc.Render(c.with); ok {
				filled.With = v.AppendJSON(nil)
			}
		}
		out[i].Check = &filled
	}
	return out
}

// appendDigest writes what the checks are asked, as it is written and with the
// files that it names.
func (ct checkTemplates) appendDigest(dst []byte, ts *template.Set) []byte {
	for _, i := range slices.Sorted(maps.Keys(ct)) {
		c := ct[i]
		dst = fmt.Appendf(dst, "\x00check %s\x00%q", c.Name, c.Metrics)
		if c.MinScore != nil {
			dst = fmt.Appendf(dst, "%g", *c.MinScore)
		}
		if c.with != nil {
			dst = ts.AppendSources(append(dst, 0), c.with)
		}
	}
	return dst
}
