package messages

import (
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func TestNext(t *testing.T) {
	const (
		said   = `{"role":"assistant","content":[{"type":"text","text":"a"}]}`
		more   = `{"role":"user","content":"more"}`
		answer = `{"type":"message","id":"msg_2","content":[{"type":"text","text":"a"}],"container":{"id":"c\"1"},"usage":{}}`
	)
	for name, test := range map[string]struct{ body, answer, want string }{
		"turns": {
			`{"x": 1.0,"messages":[{"role":"user","content":"hi"}]}`, `{"type":"message","content":[{"type":"text","text":"a"}],"container":null}`,
			`{"x": 1.0,"messages":[{"role":"user","content":"hi"},` + said + `,` + more + `]}`,
		},
		"a container":             {`{"messages":[],"x":1.0}`, answer, `{"messages":[` + said + `,` + more + `],"x":1.0,"container":"c\"1"}`},
		"its own container":       {`{"container":"mine","messages":[]}`, answer, `{"container":"mine","messages":[` + said + `,` + more + `]}`},
		"a container with skills": {`{"container":{"skills":[]},"messages":[]}`, answer, `{"container":{"skills":[],"id":"c\"1"},"messages":[` + said + `,` + more + `]}`},
		"no container any more":   {`{"container":null,"messages":[]}`, answer, `{"container":"c\"1","messages":[` + said + `,` + more + `]}`},
		"a thread": {
			`{"model":"m","system":"s","thread":{"type":"create"},"tools":[],"messages":[{"role":"user","content":"hi"}]}`, answer,
			`{"model":"m","thread":{"type":"continue","previous_message_id":"msg_2"},"messages":[` + more + `],"container":"c\"1"}`,
		},
		"a thread that a fallback answered": {
			`{"thread":{"type":"create"},"messages":[]}`,
			`{"type":"message","id":"m","content":[],"usage":{"iterations":[{"type":"fallback_message"}]}}`, "",
		},
		"no thread": {`{"thread":null,"messages":[]}`, `{"type":"message","content":[]}`, `{"thread":null,"messages":[` + said + `,` + more + `]}`},
	} {
		a, err := ParseAnswer([]byte(test.answer))
		if err != nil {
			t.Fatal(err)
		}
		next, err := Next(payload.New([]byte(test.body)), a, payload.New([]byte(said)), payload.New([]byte(more)))
		if (err != nil) != (test.want == "") || err == nil && next.String() != test.want {
			t.Errorf("%s: %s, %v, want %s", name, next, err, test.want)
		}
	}
}
