package judge

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/messages"
)

func TestVerdict(t *testing.T) {
	for text, want := range map[string]Verdict{
		`{"reason":"polite","score":0.8,"pass":true}`:              {true, 0.8, "polite"},
		" {\"pass\":false,\n\"score\":1e-1,\"reason\":\"\"} \n":    {false, 0.1, ""},
		`{"reason":"<b> \"quoted\" \u00e9","score":0,"pass":true}`: {true, 0, `<b> "quoted" é`},
		`{"reason":"all","score":1,"pass":true}`:                   {true, 1, "all"},
		`{"reason":"a","score":-0.0,"pass":true}`:                  {true, 0, "a"},
		`{"reason":"half \ud83d","score":1,"pass":true}`:           {true, 1, "half \uFFFD"},
	} {
		for _, tool := range []bool{false, true} {
			answer := says(t, text)
			if tool {
				answer = message(t, `[{"type":"text","text":"Well."},{"type":"tool_use","id":"x","name":"give_verdict","input":`+text+`}]`)
			}
			got, err := Settings{Tool: tool}.Verdict(answer)
			if err != nil || got != want {
				t.Errorf("%s (tool: %t) is %+v, %v; want %+v", text, tool, got, err, want)
			}
		}
	}
}

// TestNoVerdict: what is no verdict is an error that shows it, never one.
func TestNoVerdict(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for text, want := range map[string]string{
		"":              "it answered no text and stopped with end_turn",
		"This is fine.": `"This is fine."`,
		long:            "x…",
		`{"reason":"a","score":0.5,"pass":true}{}`:            "invalid character '{' after top-level value",
		`[{"reason":"a","score":0.5,"pass":true}]`:            "found a list, expected an object",
		`{"reason":"a","score":0.5,"pass":tru`:                "form",
		`{"reason":"a","score":0.5}`:                          "has no pass",
		`{"score":0.5,"pass":true}`:                           "has no reason",
		`{"reason":"a","pass":true}`:                          "has no score",
		`{"reason":"a","score":1.01,"pass":true}`:             "not between 0 and 1",
		`{"reason":"a","score":-0.5,"pass":true}`:             "not between 0 and 1",
		`{"reason":"a","score":85,"pass":true}`:               "not between 0 and 1",
		`{"reason":"a","score":NaN,"pass":true}`:              "invalid character 'N' at start of value",
		`Here you go: {"reason":"a","score":0.5,"pass":true}`: "invalid character 'H' at start of value",
		"{\"reason\":\"a\",\"score\":0.8,\"pass\":true}\n{\"reason\":\"b\",\"score\":0.1,\"pass\":false}": "after top-level value",
		`{"Reason":"a","Score":0.5,"Pass":true}`:                                                          "a key that no verdict has",
		`{"reason":"a","score":"0.5","pass":true}`:                                                        "the score of its verdict is of the wrong type",
		`{"reason":"a","score":null,"pass":true}`:                                                         "the score of its verdict is of the wrong type",
		`{"reason":"a","score":0.5,"pass":"true"}`:                                                        "the pass of its verdict is of the wrong type",
		`{"reason":"a","score":0.5,"pass":1}`:                                                             "the pass of its verdict is of the wrong type",
		`{"reason":null,"score":0.5,"pass":true}`:                                                         "the reason of its verdict is of the wrong type",
		`{"reason":"a","score":0.5,"pass":false,"pass":true}`:                                             `duplicate key "pass"`,
		`{"reason":"a","score":0.5,"Pass":true}`:                                                          "a key that no verdict has",
		`{"reason":"a","score":0.5,"pass":true,"sure":true}`:                                              "a key that no verdict has",
		"```json\n{\"reason\":\"a\",\"score\":1,\"pass\":true}\n```":                                      "invalid character '`' at start of value",
	} {
		_, err := Settings{}.Verdict(says(t, text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want an error with %q", text, err, want)
		} else if utf8.RuneCountInString(err.Error()) > 400 {
			t.Errorf("%.60q: the error has %d characters", text, utf8.RuneCountInString(err.Error()))
		}
	}
	for content, want := range map[string]string{
		`[]`:                                   "did not use the tool give_verdict: no text",
		`[{"type":"text","text":"It passes"}]`: `did not use the tool give_verdict: "It passes"`,
		`[{"type":"tool_use","name":"other","input":{}}]`:                                                                        `found one of "other"`,
		`[{"type":"tool_use","name":"give_verdict","input":{"pass":true}},{"type":"tool_use","name":"give_verdict","input":{}}]`: "expected one use",
		`[{"type":"tool_use","name":"give_verdict","input":{"pass":true}}]`:                                                      "has no reason",
		`[{"type":"tool_use","name":"give_verdict"}]`:                                                                            "give_verdict",
	} {
		if _, err := (Settings{Tool: true}).Verdict(message(t, content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", content, err, want)
		}
	}
}

func TestAVerdictThatWasCutOffIsNone(t *testing.T) {
	for _, stop := range []string{"refusal", "max_tokens", "model_context_window_exceeded"} {
		raw := fmt.Sprintf(`{"type":"message","role":"assistant","stop_reason":%q,"content":[{"type":"text","text":"{\"reason\":\"a\",\"score\":1,\"pass\":true}"}]}`, stop)
		a, err := messages.ParseAnswer([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		for _, tool := range []bool{false, true} {
			if _, err := (Settings{Tool: tool}).Verdict(a); err == nil || !strings.Contains(err.Error(), "it stopped with "+stop) {
				t.Errorf("%s (tool: %t): %v", stop, tool, err)
			}
		}
	}
}

func TestPreference(t *testing.T) {
	for text, want := range map[string]Preference{
		`{"reason":"warmer","preferred":"first"}`: {First, "warmer"},
		`{"preferred":"second","reason":""}`:      {Second, ""},
		`{"reason":"same","preferred":"neither"}`: {Neither, "same"},
	} {
		if got, err := (Settings{}).Preference(says(t, text)); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		`{"reason":"warmer","preferred":"both"}`:       "prefers none of first, second and neither",
		`{"reason":"warmer","preferred":"First"}`:      "prefers none of",
		`{"reason":"warmer","preferred":1}`:            "of the wrong type",
		`{"reason":"warmer"}`:                          "has no preferred",
		`{"reason":"a","preferred":"first","score":1}`: "a key that no verdict has",
		"first": "not a JSON object",
	} {
		if _, err := (Settings{}).Preference(says(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

func FuzzVerdict(f *testing.F) {
	f.Add(`{"reason":"polite","score":0.8,"pass":true}`)
	f.Add(`{"reason":"polite","score":1e999,"pass":true}`)
	f.Add(`{"a":{"b":[1,2,{}]},"a":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		stop := "end_turn"
		a := &messages.Answer{StopReason: &stop, Content: []messages.Block{{Type: "text", Text: text}}}
		v, err := Settings{}.Verdict(a)
		if err == nil && !(v.Score >= 0 && v.Score <= 1) || math.IsNaN(v.Score) {
			t.Errorf("%q: the score is %v", text, v.Score)
		}
		if err != nil && v != (Verdict{}) {
			t.Errorf("%q: %v, and yet the verdict %+v", text, err, v)
		}
	})
}
