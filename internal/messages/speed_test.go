package messages_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

func TestTokensPerSecond(t *testing.T) {
	const (
		text     = `{"type":"text","text":"Hello"}`
		shown    = `{"type":"thinking","thinking":"hm"}`
		omitted  = `{"type":"thinking","thinking":"","signature":"c2ln"}`
		redacted = `{"type":"redacted_thinking","data":"ZGF0YQ=="}`
	)
	ttft := 500 * time.Millisecond
	for name, test := range map[string]struct {
		content, usage string
		ttft           *time.Duration
		want           string
	}{
		"streamed":                      {text, `{"output_tokens":51}`, &ttft, "100"},
		"not streamed":                  {text, `{"output_tokens":51}`, nil, "nil"},
		"one token":                     {text, `{"output_tokens":1}`, &ttft, "nil"},
		"two tokens":                    {text, `{"output_tokens":2}`, &ttft, "2"},
		"no usage":                      {text, `{}`, &ttft, "nil"},
		"all at once":                   {text, `{"output_tokens":51}`, new(time.Second), "nil"},
		"thinking that is shown":        {shown + "," + text, `{"output_tokens":51,"output_tokens_details":{"thinking_tokens":40}}`, &ttft, "100"},
		"thinking that is omitted":      {omitted + "," + text, `{"output_tokens":51,"output_tokens_details":{"thinking_tokens":40}}`, &ttft, "20"},
		"redacted thinking":             {redacted + "," + text, `{"output_tokens":51,"output_tokens_details":{"thinking_tokens":40}}`, &ttft, "20"},
		"thinking partly shown":         {redacted + "," + shown + "," + text, `{"output_tokens":51,"output_tokens_details":{"thinking_tokens":40}}`, &ttft, "100"},
		"thinking of unknown length":    {omitted + "," + text, `{"output_tokens":51}`, &ttft, "nil"},
		"nothing but omitted thinking":  {omitted, `{"output_tokens":40,"output_tokens_details":{"thinking_tokens":40}}`, &ttft, "nil"},
		"more thinking than all output": {omitted, `{"output_tokens":40,"output_tokens_details":{"thinking_tokens":90}}`, &ttft, "nil"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := messages.ParseAnswer(fmt.Appendf(nil, `{"type":"message","content":[%s],"usage":%s}`, test.content, test.usage))
			if err != nil {
				t.Fatal(err)
			}
			ex := messages.Exchange{Answer: answer, Latency: time.Second, TTFT: test.ttft}
			got := "nil"
			if speed := ex.TokensPerSecond(); speed != nil {
				got = fmt.Sprint(*speed)
			}
			if got != test.want {
				t.Errorf("%s tokens a second, want %s", got, test.want)
			}
		})
	}
	if speed := (&messages.Exchange{TTFT: &ttft, Error: &messages.Error{}}).TokensPerSecond(); speed != nil {
		t.Errorf("an error came with %v tokens a second", *speed)
	}
}
