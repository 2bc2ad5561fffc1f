package suite

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// roles are the roles of a turn.
var roles = []string{"user", "assistant", "system"}

// turn is one entry of messages, whatever its spelling. The content of a
// sampled turn is null; a turn that has none at all is written by its other
// members.
type turn struct {
	role    string
	content *Value
	entry   *Value
	// more is the first member beside role and content, nil where there is none.
	more *Member
}

// asWritten reports whether the turn is in the API's own spelling.
func (t turn) asWritten() bool { return t.entry.Get("role") != nil }

// sampled reports whether the model is asked for the turn. That of another role
// than the assistant's is either wrong or as the API has it.
func (t turn) sampled() bool {
	return t.content != nil && t.content.Kind == Null && (t.role == "assistant" || !t.asWritten())
}

// normalizer brings the short forms of messages and system into the API's
// own shape. All else stays as it was written.
type normalizer struct {
	media *mediaStore
	diags *diagnostic.List
	// asserted are what is asserted of turns, by their index in messages.
	asserted map[int]turnAssertions
	// asWritten reports whether a field is of extra_body.
	asWritten func(field string) bool
	// What follows is found in messages: the stages behind the first request,
	// and the numbers of sampled turns by their index.
	next    []Stage
	numbers map[int]int
}

// fields gives the request fields in the API's shape: short forms spelled
// out, and the system turns at the head of messages as the system field.
func (n *normalizer) fields(in []Member) []Member {
	checkSpellings(&Value{Kind: Map, Members: in}, n.diags)
	out := make([]Member, 0, len(in)+1)
	for _, m := range in {
		switch {
		case n.asWritten != nil && n.asWritten(m.Key):
		case m.Key == "messages":
			system, messages := n.messages(m.Value)
			if system != nil {
				if i := member(in, "system"); i >= 0 {
					n.diags.Add(system.Diagnostic("system is given twice: as a field and as a system turn at the head of messages",
						"keep one of them; `system: null` takes an inherited field away"))
				}
				out = append(out, Member{Key: "system", Value: system})
			}
			m.Value = messages
		case m.Key == "system":
			if m.Value.Kind == List {
				m.Value = n.blocks(m.Value, false)
			}
		}
		out = append(out, m)
	}
	return out
}

// messages gives the system field that leading system turns stand for, or
// nil, and the other turns in the API's shape.
func (n *normalizer) messages(list *Value) (system, messages *Value) {
	if list.Kind != List {
		return nil, list
	}
	if len(list.Items) == 0 {
		n.diags.Add(list.Diagnostic("messages is empty, expected at least one turn", ""))
		return nil, list
	}
	turns := n.turns(list)
	head := slices.IndexFunc(turns, func(t turn) bool { return !t.joinsSystem() })
	if head < 0 {
		head = len(turns)
		if head > 0 {
			n.diags.Add(list.Diagnostic("messages holds only system turns, expected a user turn", ""))
		}
	}
	stages := n.stages(turns[head:])
	n.next = stagesBehind(stages[1:])
	messages = list.Empty(List)
	messages.Items = values(stages[0])
	return systemField(turns[:head]), messages
}

// values gives turns in the API's shape.
func values(turns []turn) []*Value {
	var out []*Value
	for _, t := range turns {
		out = append(out, t.value())
	}
	return out
}

// joinsSystem reports whether the turn, at the head of messages, is a way of
// writing the system field.
func (t turn) joinsSystem() bool {
	return t.role == "system" && t.more == nil && t.content != nil && (t.content.Kind == String || t.content.Kind == List)
}

// systemField joins leading system turns: one text stays a string, all else
// becomes a list of blocks.
func systemField(turns []turn) *Value {
	if len(turns) == 0 {
		return nil
	}
	if len(turns) == 1 {
		return turns[0].content
	}
	out := turns[0].content.Empty(List)
	for _, t := range turns {
		if t.content.Kind == String {
			out.Items = append(out.Items, textBlock(t.content))
			continue
		}
		out.Items = append(out.Items, t.content.Items...)
	}
	return out
}

// turns reads the entries of messages.
func (n *normalizer) turns(list *Value) []turn {
	var out []turn
	n.numbers = map[int]int{}
	for i, entry := range list.Items {
		t, ok := n.turn(entry)
		if !ok {
			continue
		}
		asserts, asserted := n.asserted[i]
		switch {
		case t.content == nil:
		case !t.sampled():
			if asserted {
				n.diags.Add(asserts.misplaced())
			}
			t.content = n.content(t)
		case t.role != "assistant":
			n.diags.Add(entry.Diagnostic("the "+t.role+" turn has no content", ""))
			continue
		case t.content.IsComputed(): // nobody wrote that the model is asked for it
			n.diags.Add(t.content.Diagnostic("the content of the assistant turn is null, expected text or a list of blocks",
				"a turn that the model is asked for is written `- assistant:`"))
			continue
		case t.more != nil:
			n.diags.Add(t.more.Diagnostic(fmt.Sprintf("a sampled turn is not sent, so that its %s would be lost", diagnostic.Quote(t.more.Key)), ""))
			continue
		default:
			n.numbers[i] = len(n.numbers) + 1
		}
		out = append(out, t)
	}
	return out
}

// turn reads one entry: `role: content` or {role: …, content: …}.
func (n *normalizer) turn(entry *Value) (turn, bool) {
	if entry.Kind != Map || len(entry.Members) == 0 {
		n.diags.Add(entry.Diagnostic("a turn is "+entry.Describe()+", expected `role: content`", "write `- user: …`"))
		return turn{}, false
	}
	if entry.Get("role") != nil || entry.Get("content") != nil {
		return n.apiTurn(entry)
	}
	m := entry.Members[0]
	if !slices.Contains(roles, m.Key) {
		n.diags.Add(m.Diagnostic("unknown role "+diagnostic.Quote(m.Key)+diagnostic.MeantOrExpected(m.Key, roles),
			"another role of the API is written {role: …, content: …}"))
		return turn{}, false
	}
	if len(entry.Members) > 1 {
		second := entry.Members[1]
		if !slices.Contains(roles, second.Key) && slices.Contains(turnMembers, second.Key) {
			return n.shortTurn(entry)
		}
		if d, ok := m.Value.Misread(); ok {
			n.diags.Add(d)
			return turn{}, false
		}
		n.diags.Add(second.Diagnostic(fmt.Sprintf("a turn has one role, found %s after %s", diagnostic.Quote(second.Key), diagnostic.Quote(m.Key)),
			"begin each turn with its own dash; other members of a turn go into {role: …, content: …}"))
		return turn{}, false
	}
	return turn{role: m.Key, content: m.Value, entry: entry}, true
}

// turnMembers are the members that a turn in its short form may have beside
// its role. Other ones are more often a turn without its dash.
var turnMembers = []string{"clear_at", "output_config"}

// shortTurn reads `role: content` with members beside it, which it brings into
// the API's spelling.
func (n *normalizer) shortTurn(entry *Value) (turn, bool) {
	out := entry.Empty(Map)
	first := entry.Members[0]
	out.Members = append(out.Members, Member{Key: "role", Value: &Value{Kind: String, Text: first.Key}}, first)
	out.Members[1].Key = "content"
	for _, m := range entry.Members[1:] {
		if !slices.Contains(turnMembers, m.Key) {
			n.diags.Add(m.Diagnostic(fmt.Sprintf("found %s after %s in a turn", diagnostic.Quote(m.Key), diagnostic.Quote(first.Key)),
				"begin each turn with its own dash; other members of a turn go into {role: …, content: …}"))
			return turn{}, false
		}
		out.Members = append(out.Members, m)
	}
	return n.apiTurn(out)
}

// apiTurn reads an entry in the API's own spelling, which is sent as it is
// written: its role, its members and the form of its content may be newer than
// this version. Lints report those that are not known.
func (n *normalizer) apiTurn(entry *Value) (turn, bool) {
	t := turn{entry: entry}
	for _, m := range entry.Members {
		switch m.Key {
		case "role":
			if m.Value.Kind != String || m.Value.Text == "" {
				n.diags.Add(m.Value.Diagnostic("the role of a turn is "+m.Value.Describe()+", expected text such as user or assistant", ""))
				return t, false
			}
			t.role = m.Value.Text
		case "content":
			t.content = m.Value
		default:
			if t.more == nil {
				t.more = &m
			}
		}
	}
	if t.role == "" {
		n.diags.Add(entry.Diagnostic("the turn has no role", ""))
		return t, false
	}
	return t, true
}

// value gives the turn in the API's shape, its keys in the order written.
func (t turn) value() *Value {
	out := t.entry.Empty(Map)
	if !t.asWritten() {
		out.Members = []Member{
			{Key: "role", Value: &Value{Kind: String, Text: t.role}},
			{Key: "content", Value: t.content},
		}
		return out
	}
	for _, m := range t.entry.Members {
		if m.Key == "content" {
			m.Value = t.content
		}
		out.Members = append(out.Members, m)
	}
	return out
}

// content gives a turn's content in the API's shape.
func (n *normalizer) content(t turn) *Value {
	switch t.content.Kind {
	case String:
		return t.content
	case List:
		return n.blocks(t.content, t.asWritten())
	}
	if t.content.Kind != Map && !t.asWritten() { // more likely a text without its quotes
		n.diags.Add(t.content.Diagnostic(fmt.Sprintf("the content of the %s turn is %s, expected text or a list of blocks", t.role, t.content.Describe()),
			"another form of content is written {role: …, content: …}"))
	}
	return t.content
}

// blocks gives a list of content in the API's shape. In a turn of the API's own
// spelling a block may have a form that is newer than this version.
func (n *normalizer) blocks(list *Value, asWritten bool) *Value {
	out := list.Empty(List)
	for _, item := range list.Items {
		if b := n.block(item, asWritten); b != nil {
			out.Items = append(out.Items, b)
		}
	}
	return out
}

// shortForms are the keys that stand for a block of their own.
var shortForms = []string{"text", "image", "document"}

// block gives one entry of content in the API's shape; nil where it is
// wrong, which has been reported then.
func (n *normalizer) block(item *Value, asWritten bool) *Value {
	switch {
	case item.Kind == String:
		return textBlock(item)
	case item.Kind != Map || len(item.Members) == 0:
		n.diags.Add(item.Diagnostic("a block is "+item.Describe()+", expected text or a map with a type", ""))
		return nil
	case item.Get("type") != nil:
		return n.apiBlock(item, asWritten)
	}
	for _, m := range item.Members {
		switch m.Key {
		case "text":
			return blockOf("text", item, m.Key, m.Value)
		case "image", "document":
			source, ok := n.media.source(m.Key, m.Value, !item.IsData(), n.diags)
			if !ok {
				return nil
			}
			return blockOf(m.Key, item, m.Key, source)
		}
	}
	first := item.Members[0]
	if d, ok := item.MisreadKey(); ok {
		n.diags.Add(d)
		return nil
	}
	if near := diagnostic.Nearest(first.Key, shortForms); asWritten && near == "" {
		return item
	}
	n.diags.Add(first.Diagnostic("a block has no type, found the key "+diagnostic.Quote(first.Key)+diagnostic.DidYouMean(first.Key, shortForms),
		"write a block of the API with its type, or one of text, image, document"))
	return nil
}

// apiBlock gives a block in the API's own spelling; only the content of a
// tool_result may hold short forms.
func (n *normalizer) apiBlock(item *Value, asWritten bool) *Value {
	content := item.Get("content")
	if item.Get("type").Text != "tool_result" || content == nil || content.Kind != List {
		return item
	}
	out := item.Empty(Map)
	for _, m := range item.Members {
		if m.Key == "content" {
			m.Value = n.blocks(content, asWritten)
		}
		out.Members = append(out.Members, m)
	}
	return out
}

// textBlock is the block that a string in a list of content stands for.
func textBlock(s *Value) *Value {
	out := s.Empty(Map)
	out.Members = []Member{
		{Key: "type", Value: &Value{Kind: String, Text: "text"}},
		{Key: "text", Value: s},
	}
	return out
}

// blockOf spells a short form out: the type first, the form's own value
// under the API's name for it, the other keys as they were.
func blockOf(typ string, item *Value, key string, value *Value) *Value {
	out := item.Empty(Map)
	out.Members = append(out.Members, Member{Key: "type", Value: &Value{Kind: String, Text: typ}})
	for _, m := range item.Members {
		if m.Key == key {
			m.Value = value
			if typ != "text" {
				m.Key = "source"
			}
		}
		out.Members = append(out.Members, m)
	}
	return out
}
