package migrate

import (
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// sharing is what becomes of the members of bodies, by where they are written: cases
// that have one from their suite may need different ones.
type sharing map[diagnostic.Position]*sharedMember

// sharedMember is a member of a body at a place.
type sharedMember struct {
	becomes map[string]bool // what cases need in its place
	systems map[string]bool // what they need as a system prompt
	cases   map[diagnostic.Position]bool
}

// sharing looks at all cases.
func (p *Plan) sharing(others []*suite.Case) sharing {
	out := sharing{}
	add := func(c *suite.Case, becomes *suite.Value) {
		for _, m := range c.Request.Written.Members {
			at := positionOf(m)
			if at.Line == 0 {
				continue
			}
			if out[at] == nil {
				out[at] = &sharedMember{map[string]bool{}, map[string]bool{}, map[diagnostic.Position]bool{}}
			}
			out[at].becomes[textAt(becomes, m.Key)] = true
			out[at].systems[textAt(becomes, "system")] = true
			out[at].cases[c.Diagnostic("", "").Position] = true
		}
	}
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			add(c.Case, c.Body)
		}
	}
	for _, c := range others {
		if c.Request.Written != nil {
			add(c, c.Request.Written)
		}
	}
	return out
}

// textAt is a member as JSON; "" for none.
func textAt(of *suite.Value, name string) string {
	if v := of.Get(name); v != nil {
		return string(v.AppendJSON(nil))
	}
	return ""
}

// own gives a case a member of its own, where a change is of one that others need
// differently; false where it is not, or where the case cannot have one.
func (s sharing) own(c *Case, change *Change) (suite.EditOp, bool) {
	if change.In != 0 || change.From != nil {
		return suite.EditOp{}, false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(change.Path, "/"), "/")
	written, ok := c.Case.Request.Written.Member(name)
	if !ok && !s.addsApart(c, change, name) {
		return suite.EditOp{}, false
	}
	at := s.place(c.Case)
	if name == "messages" || ok && !s.differs(positionOf(written)) || at.Line == 0 || ok && holdsComputed(written.Value) {
		return suite.EditOp{}, false
	}
	becomes := c.Body.Get(name)
	if becomes == nil {
		becomes = &suite.Value{Kind: suite.Null}
	}
	return suite.EditOp{Kind: suite.AddBeside, At: at, Key: name, Value: becomes}, true
}

// differs reports whether cases need different members at a place.
func (s sharing) differs(at diagnostic.Position) bool { return s[at] != nil && len(s[at].becomes) > 1 }

// addsApart reports whether a system prompt is added that cases need differently,
// beside a member that they share.
func (s sharing) addsApart(c *Case, change *Change, name string) bool {
	at := s[positionOf(change.Key)]
	return change.Op == "add" && name == "system" && at != nil && len(at.systems) > 1
}

// place is where the case can have a member: beside its messages, else beside what
// else it has of its own, such as its name.
func (s sharing) place(c *suite.Case) diagnostic.Position {
	messages, _ := c.Request.Written.Member("messages")
	for _, m := range append([]suite.Member{messages}, c.Request.Written.Members...) {
		at := positionOf(m)
		if of := s[at]; at.Line > 0 && of != nil && len(of.cases) == 1 {
			return at
		}
	}
	return c.Diagnostic("", "").Position
}

// holdsComputed reports whether a template gives a part of a value.
func holdsComputed(v *suite.Value) bool {
	if v.IsComputed() {
		return true
	}
	for _, item := range v.Items {
		if holdsComputed(item) {
			return true
		}
	}
	for _, m := range v.Members {
		if holdsComputed(m.Value) {
			return true
		}
	}
	return false
}
