package migrate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// Case is a case with its request as the new model takes it.
type Case struct {
	*suite.Case
	*Result
	opts Options
}

// Shape are cases whose requests are changed alike: the same operations for the
// same reasons, with the same notes.
type Shape struct {
	From  string // the model that was asked
	Cases []Case
}

// Changes are those of the first case.
func (s *Shape) Changes() []Change { return s.Cases[0].Changes }

// Plan is how cases move to another model.
type Plan struct {
	To     string
	Shapes []*Shape
	by     map[string]*Shape
	// given are members that cases get of their own, in the place of what they
	// would inherit.
	given []suite.EditOp
}

// NewPlan is a plan without a case.
func NewPlan(to string) *Plan { return &Plan{To: to, by: map[string]*Shape{}} }

// Add takes a case of the plan.
func (p *Plan) Add(c *suite.Case, opts Options) {
	if opts.Repeats = false; c.Request.Prefill != "" {
		opts.Repeats = slices.ContainsFunc(c.Assertions, func(a suite.Assertion) bool { return strings.Contains(a.Expr.Text, "prefilled_text") })
	}
	p.add(Case{c, To(requestOf(c), p.To, opts), opts})
}

// AddSafe takes a case of a plan that changes what is safe alone.
func (p *Plan) AddSafe(c *suite.Case, opts Options) { p.add(Case{c, Safe(requestOf(c), opts), opts}) }

// requestOf is what a case asks.
func requestOf(c *suite.Case) Request {
	r := Request{Body: c.Request.Written, Betas: c.Request.Betas}
	for _, stage := range c.Conversation.Next {
		r.Next = append(r.Next, stage.Written)
	}
	return r
}

func (p *Plan) add(made Case) {
	key := made.Case.Request.Model
	for _, change := range made.Changes {
		key += "\x00" + change.Op + " " + change.Path + " " + change.Reason
	}
	key += "\x00" + strings.Join(made.Notes, "\x00")
	s := p.by[key]
	if s == nil {
		s = &Shape{From: made.Case.Request.Model}
		p.by[key] = s
		p.Shapes = append(p.Shapes, s)
	}
	s.Cases = append(s.Cases, made)
}

// Share leaves tools as they are that cases have from one place and do not all need
// strict, and gives cases that have their max_tokens from one place the largest that
// one of them needs. It is called once all cases are there.
func (p *Plan) Share() {
	tools := map[diagnostic.Position]map[string]bool{}
	at := func(c *suite.Case) diagnostic.Position {
		m, _ := c.Request.Written.Member("tools")
		return positionOf(m)
	}
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			if tools[at(c.Case)] == nil {
				tools[at(c.Case)] = map[string]bool{}
			}
			tools[at(c.Case)][textAt(c.Body, "tools")] = true
		}
	}
	p.loosen(func(c *suite.Case) bool { return len(tools[at(c)]) > 1 })
	p.shareMaxTokens()
}

// Loosen leaves all tools as they are, none of them strict, and reports whether
// one was.
func (p *Plan) Loosen() bool {
	changed := p.loosen(func(*suite.Case) bool { return true })
	p.given = nil
	p.shareMaxTokens()
	return changed
}

// loosen works out the chosen cases anew, so that their tools stay as they are.
func (p *Plan) loosen(chosen func(*suite.Case) bool) bool {
	changed := false
	var all []Case
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			if chosen(c.Case) && slices.ContainsFunc(c.Changes, func(c Change) bool { return c.Source == sourceStrict }) {
				c.opts.Loose, changed = true, true
				c.Result = To(requestOf(c.Case), p.To, c.opts)
			}
			all = append(all, c)
		}
	}
	if changed {
		p.Shapes, p.by = nil, map[string]*Shape{}
		for _, c := range all {
			p.add(c)
		}
	}
	return changed
}

// shareMaxTokens gives cases that have their max_tokens from one place the largest
// that one of them needs.
func (p *Plan) shareMaxTokens() {
	most := map[diagnostic.Position]float64{}
	each := func(do func(c *Case, at diagnostic.Position, value *suite.Value)) {
		for _, s := range p.Shapes {
			for i := range s.Cases {
				written := s.Cases[i].Case.Request.Written.Get("max_tokens")
				if written != nil && written.Line > 0 && !written.IsComputed() {
					do(&s.Cases[i], written.Position(), s.Cases[i].Body.Get("max_tokens"))
				}
			}
		}
	}
	each(func(_ *Case, at diagnostic.Position, value *suite.Value) {
		n, _ := numberOf(value)
		most[at] = max(most[at], n)
	})
	each(func(c *Case, at diagnostic.Position, value *suite.Value) {
		if n, _ := numberOf(value); n == most[at] {
			return
		}
		for i := range c.Changes {
			if c.Changes[i].Path == "/max_tokens" {
				c.Changes[i].Value.Text = whole(most[at]).Text
				return
			}
		}
		w := work{Result: *c.Result}
		w.replace(w.Body, "", "max_tokens", whole(most[at]), "another case has it from the same line, and needs it", sourceMigration)
		*c.Result = w.Result
	})
}

// Cases is how many the plan has.
func (p *Plan) Cases() int {
	n := 0
	for _, s := range p.Shapes {
		n += len(s.Cases)
	}
	return n
}

// Edits are the edits of the suites by their files. What cannot be written, or not
// for one case without another, is a problem at its place.
//
// A value that a case has from its suite, and that the cases there need differently,
// is given to the case itself. others are cases that stay as they are.
func (p *Plan) Edits(read func(file string) (string, error), others []*suite.Case) (map[string][]diagnostic.Edit, diagnostic.List) {
	ops := map[string][]suite.EditOp{}
	var problems diagnostic.List
	shared := p.sharing(others)
	for _, op := range p.given {
		ops[op.At.File] = append(ops[op.At.File], op)
	}
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			for i := range c.Changes {
				op, own := shared.own(&c, &c.Changes[i])
				var wrong *diagnostic.Diagnostic
				if !own {
					op, wrong = c.Changes[i].op(c.Case)
				}
				if wrong != nil {
					problems.Add(*wrong)
					continue
				}
				if !slices.ContainsFunc(ops[op.At.File], func(other suite.EditOp) bool { return same(op, other) }) {
					ops[op.At.File] = append(ops[op.At.File], op)
				}
			}
		}
	}
	out := map[string][]diagnostic.Edit{}
	for _, file := range slices.Sorted(maps.Keys(ops)) {
		text, err := read(file)
		if err != nil {
			problems.Add(diagnostic.Diagnostic{Position: diagnostic.Position{File: file}, Message: err.Error()})
			continue
		}
		edits, wrong := suite.Edits(file, text, ops[file])
		problems.Add(wrong...)
		out[file] = edits
	}
	return out, problems.Sorted()
}

// Give gives a case a member of its own in the place of one that it would inherit
// from a changed suite. wants is what the case is to ask. False is that it cannot
// have one, or has it already.
func (p *Plan) Give(c *suite.Case, member string, wants Request, others []*suite.Case) bool {
	becomes := wants.Body.Get(member)
	switch {
	case member == "messages", member == "body":
		return false
	case member == "betas" && len(wants.Betas) > 0:
		becomes = &suite.Value{Kind: suite.List}
		for _, name := range wants.Betas {
			becomes.Items = append(becomes.Items, text(name))
		}
	case becomes == nil:
		becomes = &suite.Value{Kind: suite.Null}
	case holdsComputed(becomes):
		return false
	}
	op := suite.EditOp{Kind: suite.AddBeside, At: p.sharing(others).place(c), Key: member, Value: becomes}
	if op.At.Line == 0 || slices.ContainsFunc(p.given, func(other suite.EditOp) bool { return other.At == op.At && other.Key == op.Key }) {
		return false
	}
	p.given = append(p.given, op)
	return true
}

// same reports whether two operations are one.
func same(a, b suite.EditOp) bool {
	value := func(op suite.EditOp) string {
		if op.Value == nil {
			return ""
		}
		return string(op.Value.AppendJSON(nil))
	}
	return a.Kind == b.Kind && a.At == b.At && a.Key == b.Key && value(a) == value(b) &&
		(a.Text == b.Text || a.Raw.Line > 0 && a.Raw == b.Raw)
}

// Expected are the requests of all cases of the plan, by what identifies a case.
func (p *Plan) Expected() map[string]Request {
	out := map[string]Request{}
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			out[Identity(c.Case)] = c.Result.Request
		}
	}
	return out
}

// Identity is what identifies a case, whatever it asks.
func Identity(c *suite.Case) string {
	return c.Suite.Path + "\x00" + c.Suite.Name + "\x00" + c.Name + "\x00" + c.Variant
}

// Keep adds a case that is not changed to those that are expected.
func Keep(c *suite.Case, expected map[string]Request) {
	if _, ok := expected[Identity(c)]; ok || c.Request.Written == nil {
		return
	}
	expected[Identity(c)] = requestOf(c)
}

// Differs says how a case's request differs from the one that it is to have: by
// the first part of it; "" where it does not.
func Differs(c *suite.Case, expected map[string]Request) string {
	want, ok := expected[Identity(c)]
	if !ok {
		return ""
	}
	got := requestOf(c)
	if !slices.Equal(got.Betas, want.Betas) {
		return "betas"
	}
	if len(got.Next) != len(want.Next) {
		return "messages"
	}
	for i := range got.Next {
		if at := differs("messages", got.Next[i], want.Next[i]); at != "" {
			return at
		}
	}
	return differs("", got.Body, want.Body)
}

// differs is the path of the first part in which two values differ, whatever the
// order of members. Of a system prompt the end of its last line is no matter, and
// the data of files is not edited.
func differs(at string, a, b *suite.Value) string {
	switch {
	case a == nil || b == nil, a.Kind != b.Kind, len(a.Items) != len(b.Items):
		return cmp.Or(at, "body")
	case a.Blob != nil && b.Blob != nil:
		return ""
	case at == "system" && a.Kind == suite.String && strings.TrimRight(a.Text, "\n") == strings.TrimRight(b.Text, "\n"):
		return ""
	case a.Text != b.Text:
		return at
	}
	for i := range a.Items {
		if found := differs(at, a.Items[i], b.Items[i]); found != "" {
			return found
		}
	}
	for _, m := range append(slices.Clone(a.Members), b.Members...) {
		if found := differs(strings.TrimPrefix(at+"."+m.Key, "."), a.Get(m.Key), b.Get(m.Key)); found != "" {
			return found
		}
	}
	return ""
}
