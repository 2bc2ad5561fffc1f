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
	name    string
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
				out[at] = &sharedMember{m.Key, map[string]bool{}, map[string]bool{}, map[diagnostic.Position]bool{}}
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
	if !ok && !s.addsApart(change, name) {
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

// addsApart reports whether a member is added beside one that cases share, and the
// case is to have it alone: a system prompt that they need differently, or what
// others have already where they share it.
func (s sharing) addsApart(change *Change, name string) bool {
	beside := positionOf(change.Key)
	at := s[beside]
	if change.Op != "add" || at == nil {
		return false
	}
	return name == "system" && len(at.systems) > 1 || s.has(name, beside)
}

// has reports whether a member of a name is written in the map that another is in, by
// its column: that of a suite, or one that cases share.
func (s sharing) has(name string, beside diagnostic.Position) bool {
	for at, m := range s {
		if m.name == name && at.File == beside.File && at.Column == beside.Column && (beside.Column == 1 || max(len(m.cases), len(s[beside].cases)) > 1) {
			return true
		}
	}
	return false
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
