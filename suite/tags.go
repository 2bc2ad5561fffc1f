package suite

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// tags are the tags of a case, of all its layers, which may be templates.
type tags struct {
	texts []string // where none is a template
	items []*Value // else
}

// tags reads the tags of all layers.
func (d *definition) tags(p *caseTemplate, diags *diagnostic.List) tags {
	t := tags{texts: []string{}}
	templated := false
	for _, list := range d.inherited().all("tags") {
		for i, text := range textsOf("tags", list, diags) {
			templated = templated || strings.Contains(text, "{{")
			t.add(text)
			if i < len(list.Items) {
				t.items = append(t.items, list.Items[i])
			}
		}
	}
	if !templated {
		t.items = nil
	}
	for _, item := range t.items {
		p.Compile(item)
	}
	return t
}

func (t *tags) add(text string) {
	if !slices.Contains(t.texts, text) {
		t.texts = append(t.texts, text)
	}
}

// fill gives the tags of one case, each once.
func (t *tags) fill(sc *template.Scope, diags *diagnostic.List) []string {
	if t.items == nil {
		return t.texts
	}
	out := tags{texts: []string{}}
	for _, item := range t.items {
		v, ok := sc.Render(item)
		switch {
		case !ok:
		case strings.TrimSpace(v.Text) == "":
			diags.Add(item.Diagnostic("the tag of the case is empty", ""))
		default:
			out.add(v.Text)
		}
	}
	return out.texts
}
