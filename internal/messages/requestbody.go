package messages

import (
	"bytes"
	"errors"
	"slices"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// WithStream adds "stream":true at the end of a request's body, and leaves
// all other bytes as they are. A body that has a top-level member stream,
// whatever its value, and one that is no JSON object come back unchanged. The
// Key of the request stays the same.
func WithStream(body payload.JSON) payload.JSON {
	text := body.Text()
	members, ok := scanMembers(text)
	if !ok || streamMember(members) != nil {
		return body
	}
	const member = `"stream":true`
	end, added := bytes.IndexByte(text, '{')+1, member
	if n := len(members); n > 0 {
		end, added = members[n-1].end, ","+member
	}
	return body.With(slices.Concat(text[:end], []byte(added), text[end:]))
}

// asksForStream reports whether the top-level member stream of a body is true.
func asksForStream(body []byte) bool {
	members, _ := scanMembers(body)
	m := streamMember(members)
	return m != nil && string(m.value) == "true"
}

// streamMember is the member named stream, the last of several; nil if there
// is none.
func streamMember(members []member) *member {
	for i := range slices.Backward(members) {
		if stringOf(members[i].name) == "stream" {
			return &members[i]
		}
	}
	return nil
}

// withoutStream cuts every top-level member named stream out of a JSON
// object, with one comma beside it, and leaves all other bytes as they are.
// What is not a JSON object comes back unchanged.
func withoutStream(body []byte) []byte {
	if !bytes.Contains(body, []byte(`"stream"`)) {
		return body
	}
	members, ok := scanMembers(body)
	if !ok {
		return body
	}
	out := make([]byte, 0, len(body))
	kept, rest := 0, 0 // members kept; where the bytes not yet copied begin
	for i, m := range members {
		switch {
		case string(m.name) != `"stream"`:
			kept++
		case kept > 0: // the comma before it goes with it
			out = append(out, body[rest:m.comma]...)
			rest = m.end
		case i+1 < len(members): // the comma after it goes with it
			out = append(out, body[rest:m.start]...)
			rest = members[i+1].start
		default:
			out = append(out, body[rest:m.start]...)
			rest = m.end
		}
	}
	return append(out, body[rest:]...)
}

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

// endsWith reports whether c is the last of the bytes that are no white space.
func endsWith(text []byte, c byte) bool {
	text = bytes.TrimRight(text, " \t\r\n")
	return len(text) > 0 && text[len(text)-1] == c
}
