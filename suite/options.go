package suite

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// Options are what the command line says about suites. The zero value leaves
// everything to them.
type Options struct {
	// Root bounds what suites may read. Where it is empty, each path's root
	// is the nearest parent directory that holds evalrun.yaml or .git, else
	// the directory itself.
	Root string
	// AssertOptional allows cases without an assertion.
	AssertOptional bool
	// Repeat is how often every case is asked; 0 leaves it to the suites.
	Repeat int
	// Vars are variables over all others, Set request fields over all
	// others, pinned or not. Vars keep the type of the variable that they
	// replace where that is text; else, and in Set, a value is read as YAML.
	Vars, Set []Setting
	// Models is the axis model of every suite; empty leaves it to them.
	Models []string
	// Committed says that the suites are those of a commit, which may have none; nil
	// where they are simply there.
	Committed *Committed
	// Env are the environment variables that templates may read as env.NAME.
	Env map[string]string
	// Choice is which of the cases are asked.
	Choice Choice
	// Texts are read in the place of the suites of these names, as diagnostics
	// name them: what would be if they were edited.
	Texts map[string]string
	// Tools gives the tools that suites take by tools_from; nil where no suite may.
	Tools ToolSource
	// Each is called with every chosen case while it is checked, also of one that
	// something is wrong with, so that who needs to see all cases before the
	// first is asked need not make them a second time; nil is nobody.
	Each func(*Case)
	// Every is called with every case while it is checked, chosen or not; nil is
	// nobody.
	Every func(*Case)
}

// Setting is a name and a value of the command line.
type Setting struct{ Name, Value string }

// variables gives the command line's variables, typed by those that they
// replace.
func (o Options) variables(defined template.Variables) template.Variables {
	out := template.Variables{}
	for _, s := range o.Vars {
		v := &Value{Kind: String, Text: s.Value}
		if old := defined[s.Name]; old == nil || old.Kind != String {
			v = plainScalar(s.Value)
		}
		out[s.Name] = v
	}
	return out
}

// plainScalar reads one value of the command line as YAML reads a plain scalar.
func plainScalar(text string) *Value {
	v := &Value{Kind: String, Text: text}
	if kind, spelling, problem := source.ResolvePlain(text); problem == "" && kind != String {
		v.Kind, v.Text = kind, spelling
	}
	return v
}

// overrides reads --set as a layer over all others.
func (o Options) overrides(diags *diagnostic.List) layers {
	if len(o.Set) == 0 {
		return nil
	}
	out := &layer{level: overrideLevel, other: map[string]Member{}, present: map[string]bool{}}
	for _, s := range o.Set {
		if requestFields[s.Name] == nil {
			diags.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--set %s=%s: %s is not a request field%s",
				s.Name, s.Value, diagnostic.Quote(s.Name), diagnostic.DidYouMean(s.Name, fieldNames()))})
			continue
		}
		v := o.setValue(s, diags)
		if v == nil {
			continue
		}
		if d, bad := wrongFieldKind(s.Name, v); bad {
			d.Message = "--set: " + d.Message
			diags.Add(d)
			continue
		}
		out.fields = overlay(out.fields, []Member{{Key: s.Name, Value: v}})
	}
	return layers{out}
}

// setValue reads the value of --set: YAML where it is a list or a map, else a
// plain scalar.
func (o Options) setValue(s Setting, diags *diagnostic.List) *Value {
	if !strings.HasPrefix(s.Value, "{") && !strings.HasPrefix(s.Value, "[") {
		return plainScalar(s.Value)
	}
	docs, found := source.Parse(source.NewData("--set "+s.Name, "", s.Value))
	diags.Add(found...)
	if len(found) > 0 || len(docs) != 1 {
		return nil
	}
	return docs[0]
}

// modelAxis puts --model in the place of the axis model, or before the
// others.
func (o Options) modelAxis(axes []axis) []axis {
	if len(o.Models) == 0 {
		return axes
	}
	models := axis{name: "model"}
	for _, name := range o.Models {
		v := &Value{Kind: String, Text: name}
		models.labels = append(models.labels, label{name: name, over: &layer{
			level: overrideLevel, node: v, fields: []Member{{Key: "model", Value: v}},
		}})
	}
	out := []axis{models}
	for _, a := range axes {
		if a.name != "model" {
			out = append(out, a)
		}
	}
	return out
}
