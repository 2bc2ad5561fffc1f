package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// WithTurns adds turns, each a JSON object, at the end of the messages of a
// request's body, and leaves all other bytes as they are. It is an error
// where the body is no JSON object with a list of messages.
func WithTurns(body payload.JSON, turns ...payload.JSON) (payload.JSON, error) {
	text := body.Text()
	members, ok := scanMembers(text)
	if !ok {
		return payload.JSON{}, errors.New("the request's body is no JSON object")
	}
	at := slices.IndexFunc(members, func(m member) bool { return stringOf(m.name) == "messages" })
	if at < 0 || !bytes.HasPrefix(members[at].value, []byte("[")) {
		return payload.JSON{}, errors.New("the request's body has no list of messages")
	}
	end := members[at].end - 1 // the list's bracket
	var added []byte
	for i, turn := range turns {
		if i > 0 || !endsWith(text[:end], '[') {
			added = append(added, ',')
		}
		added = append(added, turn.Text()...)
	}
	return body.With(slices.Concat(text[:end], added, text[end:]), turns...), nil
}

// endsWith tells whether c is the last of the bytes that are no white space.
func endsWith(text []byte, c byte) bool {
	text = bytes.TrimRight(text, " \t\r\n")
	return len(text) > 0 && text[len(text)-1] == c
}

// Turn is the answer as a turn of a conversation that goes on from it: its
// content stands there token for token as it came, so that signatures and the
// ids of tool_use blocks hold. White space between the tokens is left out, as
// a record leaves it out: the request has the same Key when it is replayed.
func (a *Answer) Turn() payload.JSON {
	content := objectOf(a.Raw).get("content")
	var turn bytes.Buffer
	turn.WriteString(`{"role":"assistant","content":`)
	if err := json.Compact(&turn, content); err != nil { // Raw is then nobody's answer
		turn.Write(content)
	}
	turn.WriteByte('}')
	return payload.New(turn.Bytes())
}
