package assert

import (
	"errors"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Subject is what the assertions of one sample are evaluated over. Names are
// decoded when an expression first reads them and kept for the next, so a
// Subject is shared by a sample's assertions and belongs to one goroutine. It
// must not be changed after the first of them.
type Subject struct {
	// Exchange is the last exchange of the conversation: the bare names
	// (text, usage, …) speak of it.
	Exchange *messages.Exchange
	// Turns are all exchanges of the conversation in order, Exchange the last
	// of them. Nil means Exchange alone.
	Turns []Turn
	// Request is the body that was sent for Exchange.
	Request payload.JSON
	// Prefill is the text of the request's last turn where that is the
	// assistant's.
	Prefill string
	// Vars are the case's variables, as in Scope.
	Vars map[string]any
	Case string
	// Variant maps the variant's axes to their labels.
	Variant map[string]string
	// Sample is the sample's number, from 1.
	Sample int
	// Cost is the exchange's cost in US dollars, nil where it is not known;
	// CostError then says why.
	Cost      *float64
	CostError error

	values map[string]any
	last   Turn // that the bare names speak of
}

// Turn is one exchange of a conversation, its fields as in Subject.
type Turn struct {
	Exchange  *messages.Exchange
	Request   payload.JSON
	Cost      *float64
	CostError error
}

// names are the values of the names that are of one exchange and of what
// was sent for it.
func (t *Turn) names() map[string]any {
	values := make(map[string]any, len(turnNames))
	for name, read := range turnNames {
		once(values, name, t, read)
	}
	return values
}

// cost has no value where it is not known, so that nothing passes for it.
func (t *Turn) cost() (any, error) {
	switch {
	case t.Cost != nil:
		return *t.Cost, nil
	case t.Exchange.Answer == nil:
		return nil, noAnswer(t.Exchange)
	case t.CostError != nil:
		return nil, fmt.Errorf("the cost is not known: %w", t.CostError)
	}
	return nil, errors.New("the cost is not known")
}

// subjectNames read the top-level names that are not those of the last
// exchange alone.
var subjectNames = map[string]func(*Subject) (any, error){
	"case":           func(s *Subject) (any, error) { return s.Case, nil },
	"sample":         func(s *Subject) (any, error) { return s.Sample, nil },
	"vars":           func(s *Subject) (any, error) { return varsOf(s.Vars), nil },
	"variant":        func(s *Subject) (any, error) { return stringMap(s.Variant), nil },
	"prefilled_text": (*Subject).prefilledText,
	"turns":          (*Subject).turns,
	"tool_uses":      (*Subject).toolUses,
}

// names are the values of all top-level names that the programs have used
// so far: a sample's assertions use few of them.
func (s *Subject) names(program *exprlang.Program) map[string]any {
	if s.values == nil {
		s.values = map[string]any{}
		s.last = Turn{Exchange: s.Exchange, Request: s.Request, Cost: s.Cost, CostError: s.CostError}
	}
	for name := range program.Names() {
		if _, known := s.values[name]; known {
			continue
		}
		if read := subjectNames[name]; read != nil {
			once(s.values, name, s, read)
		} else if read := turnNames[name]; read != nil {
			once(s.values, name, &s.last, read)
		}
	}
	return s.values
}

func (s *Subject) prefilledText() (any, error) {
	if s.Exchange.Answer == nil {
		return nil, noAnswer(s.Exchange)
	}
	return s.Prefill + joinedText(s.Exchange.Answer), nil
}

// all are the turns of the conversation.
func (s *Subject) all() []Turn {
	if s.Turns == nil {
		return []Turn{s.last}
	}
	return s.Turns
}

func (s *Subject) turns() (any, error) {
	var turns []any
	for i := range s.all() {
		turns = append(turns, s.all()[i].names())
	}
	return turns, nil
}

// toolUses are the tool_use blocks of the whole conversation.
func (s *Subject) toolUses() (any, error) {
	uses := []any{}
	for _, t := range s.all() {
		if t.Exchange.Answer == nil {
			return nil, noAnswer(t.Exchange)
		}
		blocks, err := toolUses(t.Exchange.Answer)
		if err != nil {
			return nil, err
		}
		uses = append(uses, blocks...)
	}
	return uses, nil
}

// once puts a value into a map that is read when an expression first needs it.
func once[T any](values map[string]any, name string, from *T, read func(*T) (any, error)) {
	values[name] = func() (any, error) {
		v, err := read(from)
		if err == nil {
			values[name] = v
		}
		return v, err
	}
}

// optional is the value that a pointer leads to, or nil.
func optional[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func stringMap(m map[string]string) map[string]any {
	values := make(map[string]any, len(m))
	for key, v := range m {
		values[key] = v
	}
	return values
}

// joinedText is the text of an answer's text blocks, joined.
func joinedText(a *messages.Answer) string {
	return joined(a, "text", func(b *messages.Block) string { return b.Text })
}

func joined(a *messages.Answer, blockType string, part func(*messages.Block) string) string {
	var parts []string
	for i := range a.Content {
		if b := &a.Content[i]; b.Type == blockType {
			parts = append(parts, part(b))
		}
	}
	return strings.Join(parts, "")
}
