package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// layer is one map of keys as written: evalrun.yaml, a suite or a case. What
// an inner layer says replaces what an outer one says, key by key.
type layer struct {
	level  level
	node   *Value
	fields []Member // request fields, in the order written
	extra  []Member // the members of extra_body
	other  map[string]Member
	judge  *layer // nil without one
	// present are keys that are there, but so wrong that it has been reported:
	// nothing is missing because of them.
	present map[string]bool
}

// newLayer sorts the members of a map by what they are and reports keys that
// the level does not take and values of the wrong kind.
func newLayer(node *Value, l level, diags *diagnostic.List) *layer {
	out := &layer{level: l, node: node, other: map[string]Member{}, present: map[string]bool{}}
	for _, m := range node.Members {
		switch {
		case l.ignores(m.Key):
		case !l.takes(m.Key):
			message, near, hint := unknownKey(m.Key, l)
			out.present[near] = true
			diags.Add(m.Misspelt(message, hint, near))
		case requestFields[m.Key] != nil:
			out.addField(m, diags)
		case m.Key == "extra_body":
			out.addExtra(m, diags)
		default:
			out.addOther(m, diags)
		}
	}
	return out
}

// addField takes a request field whose kind is right. A whole-string template
// can yield any kind, so its kind is checked once it is rendered.
func (l *layer) addField(m Member, diags *diagnostic.List) {
	if !template.Has(m.Value) {
		if d, bad := wrongFieldKind(m.Key, m.Value); bad {
			diags.Add(d)
			l.present[m.Key] = true
			return
		}
	}
	l.fields = append(l.fields, m)
}

// wrongFieldKind reports whether the value is of a kind that the field cannot
// have. Null is allowed: it takes an inherited field away.
func wrongFieldKind(key string, v *Value) (diagnostic.Diagnostic, bool) {
	field := requestFields[key]
	if v.Kind == Null || slices.Contains(field.kinds, v.Kind) || field.isOpen() && slices.Contains(openKinds, v.Kind) {
		if key == "max_tokens" && v.Kind == Number && strings.ContainsAny(v.Text, ".eE") {
			return v.Diagnostic("max_tokens is "+v.Text+", expected a whole number", ""), true
		}
		return diagnostic.Diagnostic{}, false
	}
	hint := "another form of it goes under extra_body, where nothing is checked"
	switch {
	case key == "messages":
		hint = "begin each turn with a dash and its role: `- user: …`"
	case slices.Contains(requiredFields, key):
		hint = ""
	}
	return v.Diagnostic(fmt.Sprintf("%s is %s, expected %s", key, v.Describe(), source.KindNames(field.kinds)), hint), true
}

// openKinds are the forms that a list or an object of the API may get beside its
// own, as fallbacks got a text: those are sent as they are written, and a lint
// reports them. A number or a truth value there is a slip.
var openKinds = []Kind{String, List, Map}

// isOpen reports whether a field holds a list or an object of the API, of which
// evalrun needs no form.
func (k key) isOpen() bool {
	return k.name != "messages" && requestFields[k.name] != nil && (slices.Contains(k.kinds, List) || slices.Contains(k.kinds, Map))
}

// addExtra takes the members of extra_body, which are sent as written.
func (l *layer) addExtra(m Member, diags *diagnostic.List) {
	if m.Value.Kind != Map {
		diags.Add(m.Value.Diagnostic("extra_body is "+m.Value.Describe()+", expected a map of request fields", ""))
		return
	}
	for _, field := range m.Value.Members {
		if slices.Contains(readFields, field.Key) || !l.level.takesField(field.Key) && requestFields[field.Key] != nil {
			hint := "write it as a key of its own"
			if l.level == judgeLevel {
				hint = ""
			}
			diags.Add(field.Diagnostic(diagnostic.Quote(field.Key)+" is not allowed in extra_body", hint))
			continue
		}
		l.extra = append(l.extra, field)
	}
}

// addOther takes a key of evalrun's own whose kind is right.
func (l *layer) addOther(m Member, diags *diagnostic.List) {
	own := ownKeys[m.Key]
	l.present[m.Key] = true
	switch {
	case m.Value.Kind == Null && own.notNull:
		diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" is empty", ""))
	case m.Value.Kind != Null && !slices.Contains(own.kinds, m.Value.Kind):
		hint := ""
		switch m.Key {
		case "skip":
			hint = "skip takes the reason, as text"
		case "cases":
			hint = "begin each case with a dash: `- name: …`"
		case "tags":
			hint = "write `tags: [smoke]`"
		case "judge":
			l.judge = &layer{present: map[string]bool{"model": true, "max_tokens": true}}
		}
		diags.Add(m.Value.Diagnostic(fmt.Sprintf("%s is %s, expected %s", m.Key, m.Value.Describe(), source.KindNames(own.kinds)), hint))
	default:
		l.other[m.Key] = m
		if m.Key == "judge" && m.Value.Kind == Map {
			l.judge = newLayer(m.Value, judgeLevel, diags)
		}
	}
}

// has reports whether any layer has the key, even if wrongly.
func (ls layers) has(key string) bool {
	return slices.ContainsFunc(ls, func(l *layer) bool { return l.present[key] })
}

// layers are the layers of a case, outermost first.
type layers []*layer

// setting gives the innermost value of a key of evalrun's own; nil where no
// layer says it or the innermost one takes it away.
func (ls layers) setting(key string) *Value {
	for _, l := range slices.Backward(ls) {
		if m, ok := l.other[key]; ok {
			if m.Value.Kind == Null {
				return nil
			}
			return m.Value
		}
	}
	return nil
}

// all gives every layer's value of a key that adds up, outermost first.
func (ls layers) all(key string) []*Value {
	var out []*Value
	for _, l := range ls {
		if m, ok := l.other[key]; ok && m.Value.Kind != Null {
			out = append(out, m.Value)
		}
	}
	return out
}

// variables merges the vars of the layers; inner ones win.
func (ls layers) variables() template.Variables {
	out := template.Variables{}
	for _, vars := range ls.all("vars") {
		for _, m := range vars.Members {
			out[m.Key] = m.Value
		}
	}
	return out
}

// fields merges the request fields: an inner layer's value is in the
// place of the outer one's, its new fields come behind, null takes a field
// away, and extra_body's fields come last.
func (ls layers) fields(diags *diagnostic.List) []Member {
	var out, extra []Member
	for _, l := range ls {
		out = overlay(out, l.fields)
		extra = overlay(extra, l.extra)
	}
	out = slices.DeleteFunc(out, func(m Member) bool { return m.Value.Kind == Null })
	for _, m := range extra {
		if member(out, m.Key) >= 0 {
			diags.Add(m.Value.Diagnostic(diagnostic.Quote(m.Key)+" is both in extra_body and a field of its own", "write it once"))
			continue
		}
		out = append(out, m)
	}
	return out
}

// overlay puts the members of over in the place of those of base that have
// the same key, and the others behind them.
func overlay(base, over []Member) []Member {
	out := slices.Clone(base)
	for _, m := range over {
		if i := member(out, m.Key); i >= 0 {
			out[i] = m
			continue
		}
		out = append(out, m)
	}
	return out
}

// member gives the index of the key, or -1.
func member(members []Member, key string) int {
	return slices.IndexFunc(members, func(m Member) bool { return m.Key == key })
}
