package logsuite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
)

// conversation writes a case.
func (w *writer) conversation(c *traffic.Conversation) (*suitefile.Node, error) {
	node := suitefile.Map()
	name := w.name(c, "")
	w.out.Cases[name] = c
	suitefile.Set(node, "name", suitefile.Text(name))
	return node, w.says(node, c, saidIn(c, nil))
}

// says writes what a case says, and what holds of its answers.
func (w *writer) says(node *suitefile.Node, c *traffic.Conversation, s said) error {
	if err := w.own(node, c.First(), s.fields); err != nil {
		return err
	}
	if err := w.tools(node, c); err != nil {
		return err
	}
	turns, err := w.turns(c, s.turns)
	if err != nil {
		return err
	}
	suitefile.Set(node, "messages", turns)
	w.expect(node, c)
	return nil
}

// expect proposes what holds of the answer to a case.
func (w *writer) expect(node *suitefile.Node, c *traffic.Conversation) {
	var exprs []string
	if w.stop == "" {
		exprs = append(exprs, stopExpr(stopReason(c)))
	}
	if used := toolsUsed(c); len(used) > 0 {
		exprs = append(exprs, "calls_exactly("+exprList(used)+")")
	}
	if len(exprs) > 0 {
		w.propose(node, exprs...)
	}
}

func stopExpr(stop string) string {
	if stop == "" {
		return "stop_reason == nil"
	}
	return "stop_reason == " + strconv.Quote(stop)
}

// own writes the fields that the case does not share with all others.
func (w *writer) own(node *suitefile.Node, e *traffic.Exchange, fields []exactjson.Member) error {
	extra := suitefile.Map()
	for _, m := range fields {
		if w.shared[m.Text()] != nil {
			continue
		}
		if err := w.field(node, extra, m.Text(), m.Value); err != nil {
			return fmt.Errorf("%s: %w", suitefile.Line(m.Text()), err)
		}
	}
	if suitefile.Len(extra) > 0 {
		suitefile.Set(node, "extra_body", extra)
	}
	if len(w.betas) == 0 && len(e.Betas) > 0 {
		suitefile.Set(node, "betas", texts(e.Betas))
	}
	if w.version == "" && e.Version != "" {
		return fmt.Errorf("the request has the anthropic-version %s, and others have another one or none, which one suite cannot say", suitefile.Line(e.Version))
	}
	return nil
}

// maxName is how many characters of a text a name has.
const maxName = 60

// name gives a case its name: that of a recorded case, or the beginning of what
// tells it from others, or of what the user said, with a number where it is taken.
func (w *writer) name(c *traffic.Conversation, telling string) string {
	name := cmp.Or(suitefile.Line(c.First().Case), beginning(telling), beginning(firstText(c.First())), "without text")
	for {
		w.names[name]++
		n := w.names[name]
		if n == 1 {
			return name
		}
		if numbered := fmt.Sprintf("%s #%d", name, n); w.names[numbered] == 0 {
			w.names[numbered]++
			return numbered
		}
	}
}

// beginning is the first characters of a text, up to a word's end.
func beginning(text string) string {
	if len(text) > 8*maxName {
		text = strings.ToValidUTF8(text[:8*maxName], "")
	}
	text = suitefile.Line(text)
	if utf8.RuneCountInString(text) <= maxName {
		return text
	}
	runes := []rune(text)[:maxName]
	cut := string(runes)
	if i := strings.LastIndexByte(cut, ' '); i > maxName/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ") + "…"
}

// firstText is the first text of the last turn that the user wrote.
func firstText(e *traffic.Exchange) string {
	for _, turn := range slices.Backward(e.Turns()) {
		o, err := exactjson.ParseObject(turn)
		if err != nil || string(o.Get("role")) != `"user"` {
			continue
		}
		if text, ok := exactjson.Text(o.Get("content")); ok {
			return text
		}
		blocks, _ := exactjson.ParseArray(o.Get("content")) // what is no list has no text
		for _, block := range blocks {
			if b, err := exactjson.ParseObject(block); err == nil {
				if text, ok := exactjson.Text(b.Get("text")); ok && strings.TrimSpace(text) != "" {
					return text
				}
			}
		}
	}
	return ""
}

// turns writes the messages: what is said before each answer, and the answers as
// turns that the model is asked for.
func (w *writer) turns(c *traffic.Conversation, turns [][]json.RawMessage) (*suitefile.Node, error) {
	out := suitefile.List()
	for i, step := range c.Steps {
		if i > 0 && len(turns[i]) > 0 {
			sampled := suitefile.Map()
			suitefile.Set(sampled, "assistant", suitefile.Null())
			out.Content = append(out.Content, sampled)
		}
		for _, turn := range turns[i] {
			node, err := w.turn(turn, step.Exchange, i > 0)
			if err != nil {
				return nil, fmt.Errorf("messages: %w", err)
			}
			out.Content = append(out.Content, node)
		}
	}
	return out, nil
}

// shortRoles are the roles that a turn may be named by.
var shortRoles = []string{"user", "assistant", "system"}

// turn writes one turn, as `role: content` where that says all. A turn behind an
// answer has no marks for the cache.
func (w *writer) turn(raw json.RawMessage, e *traffic.Exchange, behind bool) (*suitefile.Node, error) {
	o, err := exactjson.ParseObject(raw)
	if err != nil {
		return nil, err
	}
	content, err := w.content(o.Get("content"), e, behind)
	if err != nil {
		return nil, err
	}
	node := suitefile.Map()
	members := o.Members()
	role, _ := exactjson.Text(o.Get("role"))
	if len(members) == 2 && members[0].IsNamed("role") && members[1].IsNamed("content") && slices.Contains(shortRoles, role) {
		suitefile.Set(node, role, content)
		return node, nil
	}
	for _, m := range members {
		if m.IsNamed("content") {
			suitefile.Set(node, "content", content)
			continue
		}
		value, err := suitefile.JSON(m.Value)
		if err != nil {
			return nil, err
		}
		suitefile.Set(node, m.Text(), value)
	}
	return node, nil
}

// content writes what a turn or a result of a tool says.
func (w *writer) content(raw json.RawMessage, e *traffic.Exchange, unmarked bool) (*suitefile.Node, error) {
	blocks, err := exactjson.ParseArray(raw)
	if err != nil {
		return suitefile.JSON(raw)
	}
	out := suitefile.List()
	for _, block := range blocks {
		node, err := w.block(block, e, unmarked)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, node)
	}
	return out, nil
}

// block writes a block, in its short form where that comes out as it was.
func (w *writer) block(raw json.RawMessage, e *traffic.Exchange, unmarked bool) (*suitefile.Node, error) {
	b, err := exactjson.ParseObject(raw)
	if err != nil {
		return suitefile.JSON(raw)
	}
	var members []exactjson.Member
	for _, m := range b.Members() {
		if !unmarked || !m.IsNamed("cache_control") {
			members = append(members, m)
		}
	}
	node := suitefile.Map()
	kind, _ := exactjson.Text(b.Get("type"))
	for i, m := range members {
		var value *suitefile.Node
		name := m.Text()
		switch {
		case i == 0 && kind == "text" && name == "type" && len(members) == 2 && members[1].IsNamed("text") && members[1].Value[0] == '"':
			continue
		case i == 0 && name == "type" && len(members) > 1 && members[1].IsNamed("source") && w.isMedia(kind, b.Get("source"), e):
			continue
		case i == 1 && name == "source" && suitefile.Len(node) == 0:
			name, value = kind, suitefile.Text(w.media(kind, m.Value, e))
		case kind == "tool_result" && name == "content":
			value, err = w.content(m.Value, e, unmarked)
		default:
			value, err = w.json(m.Value, e)
		}
		if err != nil {
			return nil, err
		}
		suitefile.Set(node, name, value)
	}
	return node, nil
}

// json writes a value with the data of files in it.
func (w *writer) json(raw json.RawMessage, e *traffic.Exchange) (*suitefile.Node, error) {
	if len(e.Body.Blobs()) > 0 && bytes.Contains(raw, []byte(`{"sha256":"`)) {
		raw = json.RawMessage(e.Body.With(raw).String())
	}
	return suitefile.JSON(raw)
}

// toolsUsed are the names of the tools that a conversation used, in order.
func toolsUsed(c *traffic.Conversation) []string {
	var out []string
	for _, step := range c.Steps {
		for _, b := range step.Answer.Own() {
			if b.Type == "tool_use" {
				out = append(out, b.Name)
			}
		}
	}
	return out
}

// exprList are texts as arguments of a function of an expression.
func exprList(list []string) string {
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = strconv.Quote(text)
	}
	return strings.Join(quoted, ", ")
}
