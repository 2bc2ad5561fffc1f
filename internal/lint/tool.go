package lint

import (
	"fmt"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// toolNames gathers the names of tools that expressions ask for, each by its
// place: cases can share an expression, and differ in their tools.
type toolNames struct {
	byPlace map[diagnostic.Position]*toolName
	order   []*toolName
}

// toolName is a name at a place. known says that a case there has such a
// tool, or may have.
type toolName struct {
	at    suite.Expression
	text  assert.Literal
	known bool
	cases []string // the names of the tools that the first case has
	first *suite.Case
}

// add takes a name for a case.
func (t *toolNames) add(c *suite.Case, at suite.Expression, text assert.Literal) {
	place := at.Diagnostic(text.Offset, text.Length, "", "").Position
	name := t.byPlace[place]
	if name == nil {
		if len(t.order) == maxFindings {
			return
		}
		name = &toolName{at: at, text: text, first: c, cases: toolNamesOf(c, c.Request.Written)}
		if t.byPlace == nil {
			t.byPlace = map[diagnostic.Position]*toolName{}
		}
		t.byPlace[place] = name
		t.order = append(t.order, name)
	}
	name.known = name.known || hasTool(c, c.Request.Written, text.Text)
}

// toolsOf are the tools that a body of a case and its conversation define.
func toolsOf(c *suite.Case, body *suite.Value) []*suite.Value {
	var later []*suite.Value
	for _, s := range c.Conversation.Next {
		later = append(later, s.Written)
	}
	return suite.Tools(body, later...)
}

// toolNamesOf are the names of those tools.
func toolNamesOf(c *suite.Case, body *suite.Value) []string {
	var names []string
	for _, tool := range toolsOf(c, body) {
		names = append(names, text(tool.Get("name")))
	}
	return names
}

// hasTool reports whether a request has a tool of a name, or tools whose names
// it does not say.
func hasTool(c *suite.Case, body *suite.Value, name string) bool {
	if hasOtherTools(c, body) {
		return true
	}
	for _, own := range toolNamesOf(c, body) {
		if own == name || own == "" {
			return true
		}
	}
	return false
}

// report adds the names that no case has.
func (t *toolNames) report(found *collector) {
	for _, name := range t.order {
		if name.known {
			continue
		}
		message := fmt.Sprintf("no request has a tool %s", diagnostic.Quote(name.text.Text))
		if near := diagnostic.Nearest(name.text.Text, name.cases); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		found.add(unknownTool, name.at.Diagnostic(name.text.Offset, name.text.Length, message, ""), nil)
	}
}

// hasOtherTools reports whether a request may have tools that it does not
// define: those of MCP servers, those of the thread that it goes on with, and
// those of tools_from that are only known in a run.
func hasOtherTools(c *suite.Case, body *suite.Value) bool {
	return body.Get("mcp_servers") != nil || body.Get("thread") != nil || c.Conversation.Outside != nil && c.Conversation.Outside.Unknown
}

// hasTools reports whether a request brings tools along, or may.
func hasTools(c *suite.Case, body *suite.Value) bool {
	return len(toolsOf(c, body)) > 0 || body.Get("mcp_servers") != nil || body.Get("container") != nil
}
