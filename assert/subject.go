package assert

import (
	"errors"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/messages"
)

// Subject is what the assertions of one sample are evaluated over. Names are
// decoded when an expression first reads them and kept for the next, so a
// Subject is shared by a sample's assertions and belongs to one goroutine. It
// must not be changed after the first of them.
type Subject struct {
	// Exchange is the last exchange of the conversation: the bare names
	// (text, usage, …) speak of it.
	Exchange *messages.Exchange
	// Turns are all exchanges in order. Nil stands for Exchange alone.
	Turns []*messages.Exchange
	// Request is the body that was sent for Exchange.
	Request []byte
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
}

// lazy is a value that is made when an expression reads it.
type lazy = func() (any, error)

// names are the values of all top-level names.
func (s *Subject) names() map[string]any {
	if s.values != nil {
		return s.values
	}
	s.values = exchangeNames(s.Exchange)
	s.values["cost"] = s.cost
	s.values["case"] = s.Case
	s.values["sample"] = s.Sample
	s.values["vars"] = varsOf(s.Vars)
	s.values["variant"] = stringMap(s.Variant)
	once(s.values, "prefilled_text", s.prefilledText)
	once(s.values, "request", s.request)
	once(s.values, "turns", s.turns)
	once(s.values, "tool_uses", s.toolUses)
	return s.values
}

// cost has no value where it is not known, so that nothing passes for it.
func (s *Subject) cost() (any, error) {
	switch {
	case s.Cost != nil:
		return *s.Cost, nil
	case s.Exchange.Answer == nil:
		return nil, noAnswer(s.Exchange)
	case s.CostError != nil:
		return nil, fmt.Errorf("the cost is not known: %w", s.CostError)
	}
	return nil, errors.New("the cost is not known")
}

func (s *Subject) prefilledText() (any, error) {
	if s.Exchange.Answer == nil {
		return nil, noAnswer(s.Exchange)
	}
	return s.Prefill + joinedText(s.Exchange.Answer), nil
}

func (s *Subject) request() (any, error) {
	return exprlang.DecodeJSON(string(s.Request))
}

// exchanges are all exchanges of the conversation.
func (s *Subject) exchanges() []*messages.Exchange {
	if s.Turns == nil {
		return []*messages.Exchange{s.Exchange}
	}
	return s.Turns
}

func (s *Subject) turns() (any, error) {
	var turns []any
	for _, ex := range s.exchanges() {
		turns = append(turns, exchangeNames(ex))
	}
	return turns, nil
}

// toolUses are the tool_use blocks of the whole conversation.
func (s *Subject) toolUses() (any, error) {
	uses := []any{}
	for _, ex := range s.exchanges() {
		if ex.Answer == nil {
			return nil, noAnswer(ex)
		}
		blocks, err := toolUses(ex.Answer)
		if err != nil {
			return nil, err
		}
		uses = append(uses, blocks...)
	}
	return uses, nil
}

// once puts a value into a map that is made when it is first read.
func once(values map[string]any, name string, make lazy) {
	values[name] = func() (any, error) {
		v, err := make()
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
