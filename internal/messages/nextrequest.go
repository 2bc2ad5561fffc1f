package messages

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Next is the body of the request that goes on from an answer with turns, the
// answer's own the first of them. Beside the turns it has what the API needs to
// find the state that it keeps itself:
//
//   - the container that the answer names, unless the body names one: a request
//     that leaves it out is refused while code that runs in it waits for a tool;
//   - of a thread, the answer's id, and only the turns that the thread does not
//     have yet, without the system prompt and the tools, which are the thread's.
//
// All other bytes are those of the body.
func Next(body payload.JSON, a *Answer, turns ...payload.JSON) (payload.JSON, error) {
	if HasMember(body, "thread") {
		return continued(body, a, turns)
	}
	next, err := withTurns(body, turns...)
	if err != nil {
		return payload.JSON{}, err
	}
	return inContainer(next, a), nil
}

// HasMember reports whether a request's body has a member that is not null.
func HasMember(body payload.JSON, name string) bool {
	value := objectOf(body.Text()).Get(name)
	return value != nil && kindOf(value) != 'n'
}

// continued is the body that goes on with a thread.
func continued(body payload.JSON, a *Answer, turns []payload.JSON) (payload.JSON, error) {
	switch {
	case a.ID == "":
		return payload.JSON{}, errors.New("the answer has no id, by which its thread could go on")
	case a.fellBack():
		return payload.JSON{}, errors.New("a fallback model answered, which is not kept in the thread, so that it cannot go on")
	}
	var next exactjson.Object
	for _, m := range membersOf(body.Text()) {
		switch m.Text() {
		case "system", "tools":
			continue
		case "messages":
			m.Value = []byte("[]")
		case "thread":
			m.Value = slices.Concat([]byte(`{"type":"continue","previous_message_id":`), exactjson.Quote(a.ID), []byte{'}'})
		}
		next.Put(m)
	}
	added, err := withTurns(body.With(next.Append(nil)), turns[1:]...)
	if err != nil {
		return payload.JSON{}, err
	}
	return inContainer(added, a), nil
}

// inContainer is the body with the container of an answer, unless it names one.
func inContainer(body payload.JSON, a *Answer) payload.JSON {
	id := stringOf(objectOf(objectOf(a.Raw).Get("container")).Get("id"))
	o := objectOf(body.Text())
	own := o.Get("container")
	if id == "" || kindOf(own) == '"' {
		return body
	}
	quoted := exactjson.Quote(id)
	if with := objectOf(own); with != nil {
		if stringOf(with.Get("id")) != "" {
			return body
		}
		with.Set("id", quoted)
		quoted = with.Append(nil)
	}
	o.Set("container", quoted)
	return body.With(o.Append(nil))
}

// fellBack reports whether a fallback model answered.
func (a *Answer) fellBack() bool {
	return slices.ContainsFunc(elementsOf(objectOf(a.Usage.Raw).Get("iterations")), func(raw json.RawMessage) bool {
		return stringOf(objectOf(raw).Get("type")) == "fallback_message"
	})
}

// Own are the blocks of the model that answered last: those behind the last
// fallback, which declined what was before. The API takes no result of a tool
// that was used there.
func (a *Answer) Own() []Block { return a.Content[a.seam():] }

// seam is the index behind the last fallback, 0 where there is none.
func (a *Answer) seam() int {
	for i := range slices.Backward(a.Content) {
		if a.Content[i].Type == "fallback" {
			return i + 1
		}
	}
	return 0
}

// goesBack reports whether a block is sent back in the answer's turn: not a
// text without text, which the API writes and refuses; and not what a model
// left behind that declined: thinking, uses of tools that nobody answered.
func (a *Answer) goesBack(i int) bool {
	b := &a.Content[i]
	if b.Type == "text" {
		return !isBlank(b.Text)
	}
	if i >= a.seam() {
		return true
	}
	switch b.Type {
	case "thinking", "redacted_thinking", "connector_text", "tool_use":
		return false
	case "server_tool_use":
		return slices.ContainsFunc(a.Content[i:], func(other Block) bool {
			return stringOf(objectOf(other.Raw).Get("tool_use_id")) == b.ID
		})
	}
	return true
}
