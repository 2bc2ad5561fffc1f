package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// asFarAsKnown names the source of what is known of values and shapes.
func (l *Linter) asFarAsKnown() string {
	return "as far as is known (official Go SDK " + l.facts.SDK + ")"
}

// values reports members whose value the API is not known to have, and turns of
// a shape that it is not known to have. The API may have become more than is
// known, so nothing is refused for it.
func (l *Linter) values(a *requestFacts) []refusal {
	out := append(l.turns(a), l.forms(a)...)
	values := knownValues()
	for _, path := range slices.Sorted(maps.Keys(values)) {
		known := values[path]
		if strings.HasSuffix(path, "output_config.effort") && a.model != nil && a.model.Effort != nil || path == "thinking.type" && a.model != nil && a.model.Thinking != nil {
			continue // what the model takes is reported
		}
		for _, m := range a.members(path) {
			if m.Value.Kind != suite.String || slices.Contains(known, m.Value.Text) {
				continue
			}
			message := fmt.Sprintf("%s is %s; %s it is %s", path[strings.LastIndexByte(path, '.')+1:], diagnostic.Quote(m.Value.Text), l.asFarAsKnown(), diagnostic.Or(known))
			if len(known) > maxListedValues {
				message = fmt.Sprintf("%s is %s, which no block or tool is %s", path[strings.LastIndexByte(path, '.')+1:], diagnostic.Quote(m.Value.Text), l.asFarAsKnown())
			}
			if near := diagnostic.Nearest(m.Value.Text, known); near != "" {
				message += fmt.Sprintf("; did you mean %q?", near)
			}
			out = append(out, refusal{rule: unknownValue, at: m.Value, message: message})
		}
	}
	return out
}

// maxListedValues is how many values a message lists.
const maxListedValues = 10

// knownValues are the values of members by their path: those of the table, and
// the types of the blocks of turns and of tools.
var knownValues = sync.OnceValue(func() map[string][]string {
	known := models.Known()
	values := maps.Clone(known.Values)
	values["messages.content.type"] = known.InputBlocks
	for family, tool := range known.Tools {
		values["tools.type"] = append(values["tools.type"], tool.Types(family)...)
	}
	return values
})

// members are those that a path of names leads to, through lists and all turns
// of the conversation.
func (a *requestFacts) members(path string) []suite.Member {
	names := strings.Split(path, ".")
	holders := []*suite.Value{a.body}
	if names[0] == "messages" {
		holders, names = a.turns(), names[1:]
	}
	for _, name := range names[:len(names)-1] {
		var next []*suite.Value
		for _, h := range holders {
			next = append(next, elements(h.Get(name))...)
		}
		holders = next
	}
	var out []suite.Member
	for _, h := range holders {
		if m, ok := h.Member(names[len(names)-1]); ok {
			out = append(out, m)
		}
	}
	return out
}

// elements are the items of a list, or the value itself.
func elements(v *suite.Value) []*suite.Value {
	switch {
	case v == nil:
		return nil
	case v.Kind == suite.List:
		return v.Items
	}
	return []*suite.Value{v}
}

// turns reports members of turns, and forms of content, that are not known.
func (l *Linter) turns(a *requestFacts) []refusal {
	known := l.facts.TurnMembers
	var out []refusal
	for _, turn := range a.turns() {
		switch content := turn.Get("content"); {
		case content == nil && text(turn.Get("role")) != "system":
			out = append(out, refusal{rule: unknownContent, at: turn, message: "the turn has no content; " + l.asFarAsKnown() + " the API takes text or a list of blocks"})
		case content != nil && content.Kind != suite.String && content.Kind != suite.List:
			out = append(out, refusal{
				rule: unknownContent, at: content, hint: contentHint(content),
				message: "the content is " + content.Describe() + "; " + l.asFarAsKnown() + " the API takes text or a list of blocks",
			})
		}
		out = append(out, l.blocks(turn.Get("content"))...)
		for _, m := range turn.Members {
			if slices.Contains(known, m.Key) {
				continue
			}
			message := fmt.Sprintf("a turn has no member %s %s", diagnostic.Quote(m.Key), l.asFarAsKnown())
			if near := diagnostic.Nearest(m.Key, known); near != "" {
				message += fmt.Sprintf("; did you mean %q?", near)
			}
			out = append(out, refusal{rule: unknownTurnMember, at: m, message: message})
		}
	}
	return out
}

// blocks reports blocks of a content that have no type.
func (l *Linter) blocks(content *suite.Value) []refusal {
	var out []refusal
	if content == nil {
		return nil
	}
	for _, block := range content.Items {
		if block.Kind != suite.Map || block.Get("type") != nil {
			continue
		}
		out = append(out, refusal{rule: unknownContent, at: block, message: "a block has no type, which each has " + l.asFarAsKnown()})
	}
	return out
}

// requestFields are the kinds of value that fields of a request are known to have.
var requestFields = sync.OnceValue(suite.RequestFields)

// forms reports fields that are of another form than those which the API is known
// to take.
func (l *Linter) forms(a *requestFacts) []refusal {
	fields := requestFields()
	var out []refusal
	for _, m := range a.body.Members {
		kinds := fields[m.Key]
		if m.Key == "messages" || kinds == nil || m.Value.Kind == suite.Null || slices.Contains(kinds, m.Value.Kind) {
			continue
		}
		out = append(out, refusal{rule: unknownValue, at: m.Value, message: fmt.Sprintf("%s is %s; %s it is %s", m.Key, m.Value.Describe(), l.asFarAsKnown(), suite.KindNames(kinds))})
	}
	return out
}

// contentHint is what was probably meant by a content that is a map.
func contentHint(content *suite.Value) string {
	if content.Kind == suite.Map && (content.Get("type") != nil || content.Get("text") != nil || content.Get("image") != nil || content.Get("document") != nil) {
		return "begin each block with a dash of its own"
	}
	return ""
}

// fallbacks reports more fallback models than the API takes.
func (a *requestFacts) fallbacks() []refusal {
	m, ok := a.body.Member("fallbacks")
	if !ok || len(m.Value.Items) <= a.known.MaxFallbacks {
		return nil
	}
	return []refusal{{
		rule: refusedFallbacks, what: "fallbacks", at: m,
		message: fmt.Sprintf("fallbacks lists %d models, and the API takes up to %d", len(m.Value.Items), a.known.MaxFallbacks),
	}}
}
