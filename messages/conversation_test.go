package messages

import (
	"encoding/json"
	"testing"
)

func TestWithTurnsKeepsEveryOtherByte(t *testing.T) {
	turns := []json.RawMessage{[]byte(`{"role":"assistant","content":[ ]}`), []byte(`{"role":"user","content":"b"}`)}
	const added = `{"role":"assistant","content":[ ]},{"role":"user","content":"b"}`
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"a]"}],"temperature":0.70}`: `{"messages":[{"role":"user","content":"a]"},` + added + `],"temperature":0.70}`,
		"{ \"a\" : 1.0,\n \"messages\" : [ ] }":                            "{ \"a\" : 1.0,\n \"messages\" : [ " + added + "] }",
		`{"messages":[{"content":[]} ]}`:                                   `{"messages":[{"content":[]} ,` + added + `]}`,
	} {
		got, err := WithTurns([]byte(body), turns...)
		if err != nil || string(got) != want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", body, got, err, want)
		}
	}
	for _, body := range []string{``, `[]`, `{}`, `{"messages":"x"}`} {
		if got, err := WithTurns([]byte(body), turns...); err == nil {
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
	if got, want := string(a.Turn()), `{"role":"assistant","content":[{"type":"thinking","signature":"c2ln","thinking":"…"},{"type":"new","z":1.50,"a":"\u00e9"}]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
