package suite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// ToolSource gives the tools that suites take by tools_from. It is called while
// suites are loaded, and for one name more than once.
type ToolSource interface {
	// Definitions gives the tools of a command. known is false where they
	// are only known in a run. The error says why the suite cannot have them;
	// where it is a diagnostic.Diagnostic, with a hint.
	Definitions(name string) (tools []ToolDefinition, known bool, err error)
}

// ToolDefinition is a tool as requests have it.
type ToolDefinition struct {
	Name string
	// JSON is an object; nil where the suite is to define the tool.
	JSON []byte
}

// OutsideTools are the tools that a case takes by tools_from: what runs for them
// is not the suite's to say.
type OutsideTools struct {
	// From are the commands and servers that are named.
	From []string
	// Unknown says that which tools there are is only known in a run.
	Unknown bool

	owners map[string]string // by the tool's name
}

// Of gives the command that has a tool.
func (o *OutsideTools) Of(tool string) (from string, ok bool) {
	if o == nil {
		return "", false
	}
	from, ok = o.owners[tool]
	return from, ok
}

// outsideTemplate is tools_from with the definitions of its tools.
type outsideTemplate struct {
	OutsideTools
	tools []outsideTool
}

// outsideTool is a tool, and where the suite takes it.
type outsideTool struct {
	name       string
	at         *Value
	definition *Value // nil where the suite is to define it
}

// readOutside reads tools_from; nil without it.
func readOutside(v *Value, tools ToolSource, diags *diagnostic.List) *outsideTemplate {
	if v == nil {
		return nil
	}
	out := &outsideTemplate{OutsideTools: OutsideTools{owners: map[string]string{}}}
	names := []*Value{v}
	if v.Kind == List {
		names = v.Items
	}
	if len(names) == 0 {
		diags.Add(v.Diagnostic("tools_from is empty, expected the name of a command or a server in the file that --tools names", ""))
	}
	for _, name := range names {
		switch {
		case name.Kind != String || template.Has(name):
			diags.Add(name.Diagnostic("tools_from holds "+name.Describe()+", expected the name of a command or a server in the file that --tools names", ""))
		case slices.Contains(out.From, name.Text):
			diags.Add(name.Diagnostic("tools_from names "+diagnostic.Quote(name.Text)+" twice", ""))
		default:
			out.take(name, tools, diags)
		}
	}
	return out
}

// take takes the tools of a command.
func (o *outsideTemplate) take(from *Value, tools ToolSource, diags *diagnostic.List) {
	o.From = append(o.From, from.Text)
	if tools == nil {
		diags.Add(from.Diagnostic("tools_from is only for `evalrun` and `evalrun check`: this command knows no tools", ""))
		return
	}
	found, known, err := tools.Definitions(from.Text)
	if err != nil {
		diags.Add(toolProblem(from, err))
		return
	}
	o.Unknown = o.Unknown || !known
	for _, t := range found {
		if other, twice := o.owners[t.Name]; twice {
			diags.Add(from.Diagnostic(fmt.Sprintf("%s and %s both have a tool %s", diagnostic.Quote(other), diagnostic.Quote(from.Text), diagnostic.Quote(t.Name)),
				"`tools:` in the file of tools names which tools of a server are used"))
			continue
		}
		o.owners[t.Name] = from.Text
		tool := outsideTool{name: t.Name, at: from}
		if t.JSON != nil {
			values, wrong := source.ParseJSON(source.NewData("tools of "+from.Text, "", string(t.JSON)))
			if len(wrong) > 0 || len(values) != 1 {
				diags.Add(from.Diagnostic(fmt.Sprintf("the definition of %s cannot be read: %v", diagnostic.Quote(t.Name), wrong.Err()), ""))
				continue
			}
			tool.definition = placed(values[0], from)
		}
		o.tools = append(o.tools, tool)
	}
}

// toolProblem is why a suite cannot have the tools that it names.
func toolProblem(at *Value, err error) diagnostic.Diagnostic {
	var d diagnostic.Diagnostic
	if errors.As(err, &d) {
		return at.Diagnostic(d.Message, d.Hint)
	}
	return at.Diagnostic(err.Error(), "")
}

// placed is a value of outside at the place in the suite that brings it along.
func placed(v, at *Value) *Value {
	out := v.ComputedAt(at)
	out.Items, out.Members = slices.Clone(v.Items), slices.Clone(v.Members)
	for i, item := range out.Items {
		out.Items[i] = placed(item, at)
	}
	for i, m := range out.Members {
		out.Members[i] = Member{Key: m.Key, Value: placed(m.Value, at), Line: at.Line, Column: at.Column}
	}
	return out
}

// addTo adds the tools to a request that does not define them itself: what the
// suite writes is sent as it is written.
func (o *outsideTemplate) addTo(body *Value, diags *diagnostic.List) {
	at := member(body.Members, "tools")
	var own *Value
	if at >= 0 {
		if own = body.Members[at].Value; own.Kind != List {
			return // it is reported, or extra_body's
		}
	}
	defined := map[string]bool{}
	for _, name := range toolNames(body) {
		defined[name] = true
	}
	var added []*Value
	for _, t := range o.tools {
		switch {
		case defined[t.name]:
		case t.definition == nil:
			diags.Add(t.at.Diagnostic(fmt.Sprintf("the tool %s has no input_schema in the file of tools, and the case does not define it", diagnostic.Quote(t.name)),
				fmt.Sprintf("define it in the suite: `tools: [{name: %s, description: …, input_schema: {type: object, …}}]`", t.name)))
		default:
			added = append(added, t.definition)
		}
	}
	switch {
	case len(added) == 0:
	case own == nil:
		list := o.tools[0].at.Empty(List)
		list.Items = added
		body.Members = append(body.Members, Member{Key: "tools", Value: list, Line: list.Line, Column: list.Column})
	default:
		list := own.Empty(List)
		list.Items = slices.Concat(own.Items, added)
		body.Members[at].Value = list
	}
}

// toolNames are the names of the tools that a request defines.
func toolNames(body *Value) []string {
	var names []string
	for _, tool := range Tools(body) {
		if name := tool.Get("name"); name != nil && name.Kind == String {
			names = append(names, name.Text)
		}
	}
	return names
}
