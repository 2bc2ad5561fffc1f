package messages

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A client that puts the events together has the message again.
func TestAMessageBecomesAStreamAndAMessageAgain(t *testing.T) {
	const usage = `"usage":{"input_tokens":12,"output_tokens":6}`
	for name, message := range map[string]string{
		"text":     `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"` + strings.Repeat("ü — 🙂 \\n\\\"", 40) + `"}],"stop_reason":"end_turn","stop_sequence":null,` + usage + `}`,
		"no text":  `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn","stop_sequence":null,` + usage + `}`,
		"tools":    `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"get","input":{"city":"Rome","list":[1.0,2e3,null],"text":"` + strings.Repeat("long ", 50) + `"}},{"type":"tool_use","id":"toolu_2","name":"now","input":{}}],"stop_reason":"tool_use","stop_sequence":null,` + usage + `}`,
		"thinking": `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"Hm.","signature":"c2ln"},{"type":"redacted_thinking","data":"ZGF0YQ=="},{"type":"text","text":"Yes."}],"stop_reason":"stop_sequence","stop_sequence":"END",` + usage + `}`,
		"cited":    `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"It is.","citations":[{"type":"char_location","cited_text":"a"},{"type":"char_location","cited_text":"b"}]}],"stop_reason":"end_turn","stop_sequence":null,` + usage + `}`,
		"server":   `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"ants"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://example.com"}]},{"type":"made_up","x":{"y":[1]}}],"stop_reason":"pause_turn","stop_sequence":null,"container":{"id":"c"},"context_management":{"applied_edits":[]},` + usage + `}`,
		"broken":   `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"toolu_1","name":"get","input":{"INVALID_JSON":"{\"city\": \"Ro"}}],"stop_reason":"max_tokens","stop_sequence":null,` + usage + `}`,
		"refused":  `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"refusal","stop_sequence":null,"stop_details":{"category":"x"},` + usage + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			stream, err := EventStream(json.RawMessage(message))
			if err != nil {
				t.Fatal(err)
			}
			o := Observation{Sent: time.Now(), Now: time.Now}
			ex := o.Read(http.StatusOK, http.Header{"Content-Type": {"text/event-stream"}}, strings.NewReader(string(stream)))
			if ex.Error != nil {
				t.Fatalf("%v\n%s", ex.Error, stream)
			}
			var want, got any
			if err := json.Unmarshal([]byte(message), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(ex.Answer.Raw, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-message +its stream):\n%s", diff)
			}
			for line := range strings.Lines(string(stream)) {
				if text := strings.TrimRight(line, "\n"); text != "" && !strings.HasPrefix(text, "event: ") && !strings.HasPrefix(text, "data: {") {
					t.Errorf("the stream has the line %q", text)
				}
			}
		})
	}
	if stream, err := EventStream(json.RawMessage(`{"type":"error"}`)); err == nil {
		t.Errorf("what is no message became %s", stream)
	}
}
