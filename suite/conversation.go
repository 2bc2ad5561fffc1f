package suite

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/suite/internal/template"
)

const (
	// defaultTurns is how many requests one turn of the model may take where
	// no max_turns is said.
	defaultTurns = 10
	// maxTurns bounds max_turns.
	maxTurns = 1000
)

// Conversation is how a case goes on after its first request is answered.
type Conversation struct {
	// Next are the stages behind the first request: none where that is the
	// only one which the suite asks for.
	Next []Stage
	// Tools answers the model's uses of tools; nil without tool_results.
	Tools *ToolResults
	// Outside are tools that are really run; nil without tools_from.
	Outside *OutsideTools
	// MaxTurns bounds the requests of the whole conversation, those too that
	// bring the results of tools. It is more than len(Next).
	MaxTurns int
	// Digest is "sha256:" and the hash of all of that: what must be equal for
	// two runs to have gone on in the same way. "" where nothing goes on.
	Digest string
}

// Stage is what is added to the messages once the answer before it is there,
// to ask for the next one.
type Stage struct {
	// Turns are the turns that the suite writes, as JSON objects, and Written
	// is the list of them with the positions where they are written.
	Turns   []payload.JSON
	Written *Value
	// Prefill is the text of a last assistant turn; "" where there is none.
	Prefill string
}

// stages parts turns at the sampled ones: what comes before the first
// request, before the second, and so on. After a last sampled turn
// nothing more is asked for.
func (n *normalizer) stages(turns []turn) [][]turn {
	out := [][]turn{nil}
	for i, t := range turns {
		last := len(out) - 1
		switch {
		case !t.sampled():
			out[last] = append(out[last], t)
		case i == 0 && len(turns) == 1:
			n.diags.Add(t.entry.Diagnostic("messages holds no turn with content", ""))
		case i == 0:
			n.diags.Add(t.entry.Diagnostic("the first turn is sampled, expected a user turn before it", ""))
		case len(out[last]) == 0:
			n.diags.Add(t.entry.Diagnostic("two sampled turns follow each other, expected a user turn between them", ""))
		case i < len(turns)-1:
			out = append(out, nil)
		}
	}
	return out
}

// stagesBehind encodes the stages behind the first request.
func stagesBehind(parts [][]turn) []Stage {
	var out []Stage
	for _, part := range parts {
		list := &Value{Kind: List, Items: values(part)}
		s := Stage{Prefill: prefill(list), Written: list}
		for _, v := range list.Items {
			s.Turns = append(s.Turns, v.Encode())
		}
		out = append(out, s)
	}
	return out
}

// turnAssertions are what is asserted of one turn, with its position.
type turnAssertions struct {
	entry *Value
	key   Member
	list  []Assertion
}

// misplaced reports that the turn is not the model's.
func (a turnAssertions) misplaced() diagnostic.Diagnostic {
	return a.key.Diagnostic("the turn is written here; only a sampled turn may have an assert", "`- assistant:` without content is sampled")
}

// conversationTemplate is what all cases of a template have of their conversation.
type conversationTemplate struct {
	asserted map[int]turnAssertions // by the turn's index in messages
	tools    *toolsTemplate         // nil without tool_results
	outside  *outsideTemplate       // nil without tools_from
	// limit is what max_turns says, nil where it says nothing.
	limit *Value
	turns int
}

// readConversation takes the assertions out of the template's messages, so that
// they are neither filled in nor sent, and reads the keys of conversations.
func (p *caseTemplate) readConversation(ls layers, tools ToolSource, diags *diagnostic.List) conversationTemplate {
	var out conversationTemplate
	if i := member(p.fields, "messages"); i >= 0 && !p.isExtra("messages") {
		p.fields[i].Value, out.asserted = takeAssertions(p.fields[i].Value, diags)
	}
	if v := ls.setting("tool_results"); v != nil {
		out.tools = readTools(p.Set, v, diags)
	}
	out.outside = readOutside(ls.setting("tools_from"), tools, diags)
	if out.limit = ls.setting("max_turns"); out.limit != nil {
		out.turns = readMaxTurns(out.limit, diags)
	}
	return out
}

// readMaxTurns reads a whole number from 1 on.
func readMaxTurns(v *Value, diags *diagnostic.List) int {
	n, err := strconv.Atoi(v.Text)
	if err != nil || n < 1 || n > maxTurns {
		diags.Add(v.Diagnostic(fmt.Sprintf("max_turns is %s, expected a whole number from 1 to %d", v.Describe(), maxTurns), ""))
		return maxTurns
	}
	return n
}

// takeAssertions gives messages without the assertions that are in their
// entries, and those. What is in data is no assertion.
func takeAssertions(messages *Value, diags *diagnostic.List) (*Value, map[int]turnAssertions) {
	if !hasAssertions(messages) {
		return messages, nil
	}
	out := messages.Empty(List)
	asserted := map[int]turnAssertions{}
	for i, entry := range messages.Items {
		at := assertionOf(entry)
		if at >= 0 {
			key := entry.Members[at]
			asserted[i] = turnAssertions{entry, key, readAssert(key.Value, diags)}
			bare := entry.Empty(Map)
			bare.Members = slices.Delete(slices.Clone(entry.Members), at, at+1)
			entry = bare
		}
		out.Items = append(out.Items, entry)
	}
	return out, asserted
}

// assertionOf gives the index of the assert of an entry of messages, or -1.
func assertionOf(entry *Value) int {
	if entry.Kind != Map || entry.IsData() || len(entry.Members) < 2 {
		return -1
	}
	return member(entry.Members, "assert")
}

// hasAssertions reports whether an entry of messages has an assert.
func hasAssertions(messages *Value) bool {
	return messages.Kind == List && slices.ContainsFunc(messages.Items, func(v *Value) bool { return assertionOf(v) >= 0 })
}

// assertOfTurns reports whether the messages of a layer have an assertion.
func (ls layers) assertOfTurns() bool {
	return slices.ContainsFunc(ls, func(l *layer) bool {
		i := member(l.fields, "messages")
		return i >= 0 && hasAssertions(l.fields[i].Value)
	})
}

// assertions are a case's own ones and behind them those of its turns, whose
// numbers are by their index.
func (cp *conversationTemplate) assertions(own []Assertion, numbers map[int]int) []Assertion {
	out := slices.Clip(own)
	for _, i := range slices.Sorted(maps.Keys(cp.asserted)) {
		for _, a := range cp.asserted[i].list {
			a.Turn = numbers[i]
			out = append(out, a)
		}
	}
	return out
}

// make gives the conversation of a case with the request's body.
func (cp *conversationTemplate) make(sc *template.Scope, n *normalizer, body *Value) Conversation {
	out := Conversation{Next: n.next, MaxTurns: defaultTurns + len(n.next)}
	if cp.tools != nil {
		out.Tools = cp.tools.make(sc, n, body)
	}
	if cp.outside != nil {
		out.Outside = &cp.outside.OutsideTools
	}
	if cp.limit != nil {
		if out.MaxTurns = cp.turns; cp.turns <= len(n.next) {
			n.diags.Add(cp.limit.Diagnostic(fmt.Sprintf("max_turns is %d, but the conversation asks for %d turns", cp.turns, len(n.next)+1), ""))
		}
	}
	out.Digest = out.digest()
	return out
}

// digest hashes what the conversation goes on with, each part with its length
// before it.
func (c *Conversation) digest() string {
	if !c.MayGoOn() {
		return ""
	}
	h := sha256.New()
	add := func(part []byte) { h.Write(append(binary.AppendUvarint(nil, uint64(len(part))), part...)) }
	add([]byte(strconv.Itoa(c.MaxTurns)))
	for _, stage := range c.Next {
		add(nil)
		for _, turn := range stage.Turns {
			add(turn.Text())
		}
	}
	if c.Tools != nil {
		c.Tools.appendDigest(add)
	}
	if c.Outside != nil {
		for _, from := range c.Outside.From {
			add([]byte("from " + from))
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// MayGoOn reports whether the suite lets the conversation have more than one
// request.
func (c *Conversation) MayGoOn() bool { return len(c.Next) > 0 || c.TakesTools() }

// TakesTools reports whether the conversation goes on where the model uses a tool:
// how many requests that takes is not known.
func (c *Conversation) TakesTools() bool { return c.Tools != nil || c.Outside != nil }
