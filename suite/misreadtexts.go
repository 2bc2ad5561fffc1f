package suite

import (
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// MisreadTexts warn of texts of the suite of which YAML took a part for its
// own signs, although the file is valid: in prompts, rubrics, variables and
// names, also of evalrun.yaml and of the YAML files that are read as data.
// Expressions are not among them.
func (s *Suite) MisreadTexts() []diagnostic.Diagnostic {
	t := &misreadTexts{}
	for _, l := range s.outer {
		if l.node != nil {
			t.layer(l.node)
		}
	}
	for v := range s.stores.files.Data() {
		t.visitData(v)
	}
	return append(t.found, s.rows.misread...)
}

// misreadTexts collects warnings. It visits few files with many values, and most
// files have none at all.
type misreadTexts struct {
	found []diagnostic.Diagnostic
	data  bool // what is visited is data
}

// layer visits a map of keys, but for those that only hold anchors.
func (t *misreadTexts) layer(node *Value) {
	for _, m := range node.Members {
		switch {
		case suiteLevel.ignores(m.Key), m.Key == "metrics", m.Key == "gates":
		case m.Key == "assert":
			t.assert(m.Value)
		case m.Key == "cases":
			for _, c := range m.Value.Items {
				t.layer(c)
			}
		case m.Key == "messages":
			t.messages(m.Value)
		case m.Key == "vars", m.Key == "dataset":
			t.visitData(m.Value)
		case m.Key == "tool_results":
			t.toolResults(m.Value)
		default:
			t.visit(m.Value)
		}
	}
}

// assert visits the names and rubrics of assertions.
func (t *misreadTexts) assert(v *Value) {
	for _, entry := range v.Items {
		for _, m := range entry.Members {
			switch m.Key {
			case "name", "rubric", "prefer", "judge", "with":
				t.visit(m.Value)
			}
		}
	}
}

// messages visits turns, whose assertions are apart.
func (t *misreadTexts) messages(v *Value) {
	for _, entry := range v.Items {
		for _, m := range entry.Members {
			if m.Key == "assert" {
				t.assert(m.Value)
				continue
			}
			t.visit(m.Value)
		}
	}
}

// toolResults visits results but for expressions.
func (t *misreadTexts) toolResults(v *Value) {
	for _, tool := range v.Members {
		if tool.Value.Get("recorded") != nil {
			continue // a program wrote it, and meant no text as anything else
		}
		for _, result := range append(slices.Clip(tool.Value.Items), tool.Value) {
			if result.Kind == Map && len(result.Members) == 1 && result.Members[0].Key == "expr" {
				continue
			}
			t.visit(result)
		}
	}
}

// visit visits all texts below a value.
func (t *misreadTexts) visit(v *Value) {
	if len(t.found) >= maxNotes {
		return
	}
	if d, ok := v.Misread(); ok {
		t.found = append(t.found, d)
	}
	for _, item := range v.Items {
		t.visit(item)
	}
	for _, m := range v.Members {
		t.visit(m.Value)
	}
	if t.data {
		t.colons(v)
	}
}

// visitData visits what is the suite's own data. Elsewhere the format says
// where a map may be among texts.
func (t *misreadTexts) visitData(v *Value) {
	t.data = true
	t.visit(v)
	t.data = false
}

// colons finds entries of a list of texts that became a map of one key,
// because a colon is in the text.
func (t *misreadTexts) colons(list *Value) {
	isText := func(v *Value) bool { return v.Kind == String }
	if !slices.ContainsFunc(list.Items, isText) {
		return
	}
	for _, item := range list.Items {
		if d, ok := item.MisreadKey(); ok && len(t.found) < maxNotes {
			t.found = append(t.found, d)
		}
	}
}
