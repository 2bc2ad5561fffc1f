package judge

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// What a judge chooses of two answers.
const (
	Neither = iota
	First
	Second
)

// Preference is which of two answers a judge prefers: First, Second or
// Neither. Reason holds untrusted text.
type Preference struct {
	Choice int
	Reason string
}

// Compare is the body of the request that asks which of two answers meets the
// rubric better. What both were asked is shown once. A system prompt that they
// do not share is not shown, since it would reveal whose answer it is; where the
// conversations differ each answer comes with its own.
func (s Settings) Compare(rubric string, first, second Answer) (payload.JSON, error) {
	a, err := first.parts()
	if err != nil {
		return payload.JSON{}, err
	}
	b, err := second.parts()
	if err != nil {
		return payload.JSON{}, err
	}
	if !bytes.Equal(a.system, b.system) {
		a.system, b.system = nil, nil
	}
	p := page{showThinking: s.ShowThinking}
	p.tagged("rubric", rubric)
	same := slices.EqualFunc(a.turns, b.turns, func(x, y turn) bool {
		return x.Role == y.Role && bytes.Equal(x.Content, y.Content)
	})
	if same {
		p.conversation(a.system, a.turns)
	}
	for i, x := range []exchange{a, b} {
		name := [...]string{"first", "second"}[i]
		if same {
			p.answer(name, x.answer)
			continue
		}
		p.open(name)
		p.conversation(x.system, x.turns)
		p.answer("answer", x.answer)
		p.close(name)
	}
	p.say(comparisonRequest)
	return s.body(preferForm, p.content(), first, second)
}

// Preference reads the answer of a judge that was asked by Compare. The error
// describes what was answered in place of a preference, with untrusted text.
func (s Settings) Preference(a *messages.Answer) (Preference, error) {
	given, err := s.given(a)
	if err != nil {
		return Preference{}, err
	}
	var reason, preferred string
	if err := given.read(want{"reason", &reason}, want{"preferred", &preferred}); err != nil {
		return Preference{}, err
	}
	choice := slices.Index([]string{Neither: "neither", First: "first", Second: "second"}, preferred)
	if choice < 0 {
		return Preference{}, fmt.Errorf("it prefers none of first, second and neither: %s", excerpt(string(given)))
	}
	return Preference{Choice: choice, Reason: reason}, nil
}
