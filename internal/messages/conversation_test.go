package messages

import (
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func TestWithTurnsKeepsEveryOtherByte(t *testing.T) {
	turns := []payload.JSON{payload.New([]byte(`{"role":"assistant","content":[ ]}`)), payload.New([]byte(`{"role":"user","content":"b"}`))}
	const added = `{"role":"assistant","content":[ ]},{"role":"user","content":"b"}`
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"a]"}],"temperature":0.70}`: `{"messages":[{"role":"user","content":"a]"},` + added + `],"temperature":0.70}`,
		"{ \"a\" : 1.0,\n \"messages\" : [ ] }":                            "{ \"a\" : 1.0,\n \"messages\" : [ " + added + "] }",
		`{"messages":[{"content":[]} ]}`:                                   `{"messages":[{"content":[]} ,` + added + `]}`,
	} {
		got, err := WithTurns(payload.New([]byte(body)), turns...)
		if err != nil || got.String() != want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", body, got, err, want)
		}
	}
	for _, body := range []string{``, `[]`, `{}`, `{"messages":"x"}`} {
		if got, err := WithTurns(payload.New([]byte(body)), turns...); err == nil {
			t.Errorf("%s: got %s, want an error", body, got)
		}
	}
}

// What came goes back: the spelling of numbers and texts, the order of keys,
// and blocks that this version does not know.
func TestTurnIsTheAnswerAsItCame(t *testing.T) {
	const content = `[ {"type":"thinking","signature":"c2ln","thinking":"…"}, {"type":"new","z":1.50,"a":"\u00e9"} ]`
	a, err := ParseAnswer([]byte(`{"type":"message","content":` + content + `,"stop_reason":"tool_use"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Turn().String(), `{"role":"assistant","content":[{"type":"thinking","signature":"c2ln","thinking":"…"},{"type":"new","z":1.50,"a":"\u00e9"}]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
