package messages

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// WithStream adds "stream":true at the end of a request's body, and leaves
// all other bytes as they are. A body that has a top-level member stream,
// whatever its value, and one that is no JSON object come back unchanged. The
// Key of the request stays the same.
func WithStream(body payload.JSON) payload.JSON {
	text := body.Text()
	o := objectOf(text)
	if o == nil || o.Get("stream") != nil {
		return body
	}
	const member = `"stream":true`
	end, added := bytes.IndexByte(text, '{')+1, member
	if members := o.Members(); len(members) > 0 {
		end, added = members[len(members)-1].End, ","+member
	}
	return body.With(slices.Concat(text[:end], []byte(added), text[end:]))
}

// asksForStream reports whether the top-level member stream of a body is true.
func asksForStream(body []byte) bool { return string(objectOf(body).Get("stream")) == "true" }

// withoutStream cuts every top-level member named stream out of a JSON
// object, with one comma beside it, and leaves all other bytes as they are.
// What is not a JSON object comes back unchanged.
func withoutStream(body []byte) []byte {
	if !bytes.Contains(body, []byte(`"stream"`)) {
		return body
	}
	members := membersOf(body)
	out := make([]byte, 0, len(body))
	kept, rest := 0, 0 // members kept; where the bytes not yet copied begin
	for i, m := range members {
		switch {
		case string(m.Name) != `"stream"`:
			kept++
		case kept > 0: // the comma before it goes with it
			before := members[i-1].End
			comma := before + bytes.IndexByte(body[before:], ',')
			out = append(out, body[rest:comma]...)
			rest = m.End
		case i+1 < len(members): // the comma after it goes with it
			out = append(out, body[rest:m.Start]...)
			rest = members[i+1].Start
		default:
			out = append(out, body[rest:m.Start]...)
			rest = m.End
		}
	}
	return append(out, body[rest:]...)
}

// withTurns adds turns, each a JSON object, at the end of the messages of a
// request's body, and leaves all other bytes as they are. It is an error
// where the body is no JSON object with a list of messages.
func withTurns(body payload.JSON, turns ...payload.JSON) (payload.JSON, error) {
	text := body.Text()
	o := objectOf(text)
	if o == nil {
		return payload.JSON{}, errors.New("the request's body is not a JSON object")
	}
	members := o.Members()
	at := slices.IndexFunc(members, func(m exactjson.Member) bool { return m.IsNamed("messages") })
	if at < 0 || kindOf(members[at].Value) != '[' {
		return payload.JSON{}, errors.New("the request's body has no list of messages")
	}
	end := members[at].End - 1 // the list's bracket
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

// setBody gives a request a body that can be sent again.
func setBody(r *http.Request, body payload.JSON) {
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(body.Reader()), nil }
	r.Body, _ = r.GetBody()
	r.ContentLength = body.Len()
}
