package migrate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// work is a request while it is changed. Its values are copies; those that were
// written know where.
type work struct {
	Result
	known    *models.Table
	old, new *models.Model // nil where nothing is known of it
	id       string        // of the new one
	opts     Options
	in       int // the request of the conversation that is looked at
	safe     bool
}

func newWork(r Request, opts Options) *work {
	w := &work{known: models.Known(), opts: opts, Result: Result{Request: Request{Body: clone(r.Body), Betas: slices.Clone(r.Betas)}}}
	for _, turns := range r.Next {
		w.Next = append(w.Next, clone(turns))
	}
	return w
}

// get is the value that a path of names leads to in the body; nil where there is
// none.
func (w *work) get(names ...string) *suite.Value {
	v := w.Body
	for _, name := range names {
		v = v.Get(name)
	}
	return v
}

// add notes a change.
func (w *work) add(c Change) *Change {
	c.In, c.safe = w.in, w.safe
	w.Changes = append(w.Changes, c)
	return &w.Changes[len(w.Changes)-1]
}

// replace gives a member of a map another value.
func (w *work) replace(in *suite.Value, at, key string, v *suite.Value, reason, source string) *Change {
	i := index(in, key)
	m := in.Members[i]
	in.Members[i].Value = v
	return w.add(Change{Op: "replace", Path: at + "/" + escape(key), Value: v, Reason: reason, Source: source, Key: m, Old: m.Value})
}

// remove takes a member out of a map.
func (w *work) remove(in *suite.Value, at, key string, reason, source string) {
	i := index(in, key)
	m := in.Members[i]
	in.Members = slices.Delete(in.Members, i, i+1)
	w.add(Change{Op: "remove", Path: at + "/" + escape(key), Reason: reason, Source: source, Key: m, Old: m.Value})
}

// put adds a member to a map. One of the body itself is put beside another.
func (w *work) put(in *suite.Value, at, key string, v *suite.Value, beside, reason, source string) *Change {
	for i := range w.Changes {
		if added := &w.Changes[i]; added.Value == in {
			in.Members = append(in.Members, suite.Member{Key: key, Value: v})
			added.Reason += "; " + reason
			return added
		}
	}
	c := Change{Op: "add", Path: at + "/" + escape(key), Value: v, Reason: reason, Source: source, Old: in}
	if in == w.Body {
		c.Old = nil
		c.Key, _ = in.Member(beside)
	}
	in.Members = append(in.Members, suite.Member{Key: key, Value: v})
	return w.add(c)
}

// take removes an item of a list.
func (w *work) take(in *suite.Value, at string, i int, reason, source string) *Change {
	item := in.Items[i]
	in.Items = slices.Delete(in.Items, i, i+1)
	return w.add(Change{Op: "remove", Path: at + "/" + strconv.Itoa(i), Reason: reason, Source: source, Old: item})
}

// setEffort has the request ask for an effort.
func (w *work) setEffort(level, beside, reason, source string) {
	config := w.get("output_config")
	switch {
	case config == nil:
		w.put(w.Body, "", "output_config", object("effort", text(level)), beside, reason, source)
	case config.Kind != suite.Map: // newer than what is known
	case config.Get("effort") == nil:
		w.put(config, "/output_config", "effort", text(level), "", reason, source)
	case config.Get("effort").Text != level:
		w.replace(config, "/output_config", "effort", text(level), reason, source)
	}
}

// instruct adds an instruction to the system prompt.
func (w *work) instruct(instruction, reason, source string) *Change {
	in := w.in
	w.in = 0 // all requests of a conversation have the first one's
	defer func() { w.in = in }()
	system := w.get("system")
	for i := range w.Changes {
		if c := &w.Changes[i]; c.Path == "/system" && c.Append != "" {
			c.Append += "\n\n" + instruction
			c.Value.Text = Join(system.Text, instruction)
			c.Reason += "; " + reason
			return c
		}
	}
	switch {
	case system == nil:
		c := w.put(w.Body, "", "system", text(instruction), "messages", reason, source)
		c.Append, c.Meaning = instruction, true
		return c
	case system.Kind == suite.List:
		block := object("type", text("text"), "text", text(instruction))
		system.Items = append(system.Items, block)
		c := w.add(Change{Op: "add", Path: "/system/-", Value: block, Reason: reason, Source: source, Old: system, Append: instruction})
		c.Meaning = true
		return c
	default:
		c := w.replace(w.Body, "", "system", text(Join(system.Text, instruction)), reason, source)
		c.Append, c.Meaning = instruction, true
		return c
	}
}

// Join puts an instruction behind a system prompt, a blank line between them. The
// end of line that a prompt of a file ends in is not doubled.
func Join(system, instruction string) string {
	trimmed := strings.TrimRight(system, "\n")
	return trimmed + "\n\n" + instruction + system[len(trimmed):]
}

// stages are the turns of each request of the conversation.
func (w *work) stages() []*suite.Value {
	return append([]*suite.Value{w.get("messages")}, w.Next...)
}

// clone copies lists and maps; what they hold stays as it was written.
func clone(v *suite.Value) *suite.Value {
	if v == nil {
		return nil
	}
	out := *v
	out.Items = slices.Clone(v.Items)
	for i := range out.Items {
		out.Items[i] = clone(out.Items[i])
	}
	out.Members = slices.Clone(v.Members)
	for i := range out.Members {
		out.Members[i].Value = clone(out.Members[i].Value)
	}
	return &out
}

func index(in *suite.Value, key string) int {
	return slices.IndexFunc(in.Members, func(m suite.Member) bool { return m.Key == key })
}

// escape writes a name as a JSON Pointer has it (RFC 6901).
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func text(s string) *suite.Value { return &suite.Value{Kind: suite.String, Text: s} }

func whole(n float64) *suite.Value {
	return &suite.Value{Kind: suite.Number, Text: strconv.FormatFloat(n, 'f', 0, 64)}
}

// object is a map of names and values.
func object(members ...any) *suite.Value {
	out := &suite.Value{Kind: suite.Map}
	for i := 0; i+1 < len(members); i += 2 {
		out.Members = append(out.Members, suite.Member{Key: members[i].(string), Value: members[i+1].(*suite.Value)})
	}
	return out
}

// textOf is the text of a String, "" for any other value.
func textOf(v *suite.Value) string {
	if v == nil || v.Kind != suite.String {
		return ""
	}
	return v.Text
}

// numberOf is the value of a Number.
func numberOf(v *suite.Value) (float64, bool) {
	if v == nil || v.Kind != suite.Number {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	return n, err == nil
}

// refuses reports whether it is known that something is not taken.
func refuses(takes *bool) bool { return takes != nil && !*takes }
