package migrate

import (
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// sharing is what becomes of the members of bodies, by where they are written: cases
// that have one from their suite may need different ones.
type sharing map[diagnostic.Position]map[string]bool

// sharing looks at all cases.
func (p *Plan) sharing(others []*suite.Case) sharing {
	out := sharing{}
	add := func(written, becomes *suite.Value) {
		for _, m := range written.Members {
			at := positionOf(m)
			if at.Line == 0 {
				continue
			}
			if out[at] == nil {
				out[at] = map[string]bool{}
			}
			text := ""
			if v := becomes.Get(m.Key); v != nil {
				text = string(v.AppendJSON(nil))
			}
			out[at][text] = true
		}
	}
	for _, s := range p.Shapes {
		for _, c := range s.Cases {
			add(c.Case.Request.Written, c.Body)
		}
	}
	for _, c := range others {
		if c.Request.Written != nil {
			add(c.Request.Written, c.Request.Written)
		}
	}
	return out
}

// own gives a case a member of its own, where a change is of one that others need
// differently; false where it is not, or where the case cannot have one.
func (s sharing) own(c *Case, change *Change) (suite.EditOp, bool) {
	if change.In != 0 || change.From != nil {
		return suite.EditOp{}, false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(change.Path, "/"), "/")
	written, ok := c.Case.Request.Written.Member(name)
	messages, _ := c.Case.Request.Written.Member("messages")
	at := positionOf(messages)
	if !ok || name == "messages" || len(s[positionOf(written)]) < 2 || at.Line == 0 || len(s[at]) > 1 || holdsComputed(written.Value) {
		return suite.EditOp{}, false
	}
	becomes := c.Body.Get(name)
	if becomes == nil {
		becomes = &suite.Value{Kind: suite.Null}
	}
	return suite.EditOp{Kind: suite.AddBeside, At: at, Key: name, Value: becomes}, true
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
