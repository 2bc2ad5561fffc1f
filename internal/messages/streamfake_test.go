package messages

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// fakeAnswers are answers of the fake API by the text that asks for them. Each
// is the same whether it is streamed or not.
func fakeAnswers() map[string]fakeapi.Answer {
	object := func(text string) map[string]any {
		var o map[string]any
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			panic(err)
		}
		return o
	}
	answers := map[string]fakeapi.Answer{
		"text":     {Text: "Hello in 漢字 and \"quotes\" & <tags>, \\ and\n\ttabs 🐜"},
		"nothing":  {},
		"refusal":  {StopReason: "refusal", StopDetails: object(`{"type":"refusal","category":"cyber","explanation":"No."}`)},
		"stopped":  {Text: "One. Two.", StopReason: "stop_sequence", StopSequence: "Three"},
		"cached":   {Text: "Hi", Usage: map[string]any{"cache_read_input_tokens": 1024, "cache_creation": nil}},
		"thinking": {Content: []map[string]any{object(`{"type":"thinking","thinking":"Several words, and more of them.","signature":"c2ln"}`), object(`{"type":"redacted_thinking","data":"ZGF0YQ=="}`), object(`{"type":"text","text":"Done."}`)}},
		"tools": {Content: []map[string]any{
			object(`{"type":"text","text":"I look."}`),
			object(`{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":[1,"two <3>",null],"b":{"c":"é"}}}`),
			object(`{"type":"tool_use","id":"toolu_2","name":"g","input":{}}`),
		}},
		"search": {Content: []map[string]any{
			object(`{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"ants"}}`),
			object(`{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","title":"Ants","url":"https://ants.test","encrypted_content":"YW50","page_age":null}]}`),
			object(`{"type":"text","text":"Ants are many.","citations":[{"type":"web_search_result_location","cited_text":"many","encrypted_index":"MQ==","url":"https://ants.test","title":"Ants"}]}`),
		}},
	}
	for name, answer := range answers {
		answer.ID = "msg_" + name
		answers[name] = answer
	}
	return answers
}

// asking is a request for one of the fake answers.
func asking(text string) *Request {
	return &Request{Body: payload.New([]byte(`{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"` + text + `"}]}`))}
}

func TestStreamGivesWholeAnswer(t *testing.T) {
	answers := fakeAnswers()
	url := fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(answers)}).Start(t)
	s := newTestHTTP(t, HTTPOptions{BaseURL: url, APIKey: "sk-1"})
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		t.Run(name, func(t *testing.T) {
			whole, streamed := asking(name), asking(name)
			streamed.Body = WithStream(streamed.Body)
			want, got := send(t, s, whole), send(t, s, streamed)
			if want.Error != nil || got.Error != nil {
				t.Fatalf("errors %v and %v", want.Error, got.Error)
			}
			if diff := cmp.Diff(string(want.Answer.Raw), string(got.Answer.Raw)); diff != "" {
				t.Errorf("streamed answer (-whole +streamed):\n%s", diff)
			}
			if want.TTFT != nil || (got.TTFT == nil) != (len(got.Answer.Content) == 0) {
				t.Errorf("first tokens after %v and %v", want.TTFT, got.TTFT)
			}
		})
	}
}

// What may be gone the next time is asked for again, streamed or not.
func TestFaultsThatPassAreTriedAgain(t *testing.T) {
	faults := []fakeapi.Fault{
		fakeapi.Overloaded, fakeapi.ResetBeforeHeaders, fakeapi.ResetAfterHeaders, fakeapi.TornBody, fakeapi.ErrorBody, fakeapi.EmptyBody,
		fakeapi.TextBody, fakeapi.StreamError, fakeapi.CutEvent, fakeapi.EmptyEvent, fakeapi.PageEvent, fakeapi.LostStart,
		fakeapi.LostBlock, fakeapi.SecondStart,
	}
	for _, streams := range []bool{false, true} {
		server := fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(fakeAnswers()), Faults: fakeapi.Sequence(faults...)})
		s := newTestHTTP(t, HTTPOptions{BaseURL: server.Start(t), APIKey: "sk-1", Retry: noWait()})
		req := asking("tools")
		if streams {
			req = &Request{Body: WithStream(req.Body)}
		}
		ex := send(t, s, req)
		if ex.Error != nil || len(ex.Attempts) != len(faults)+1 || len(ex.Answer.Content) != 3 {
			t.Errorf("streams %t: error %v, attempts %+v", streams, ex.Error, ex.Attempts)
		}
		if c := server.Counts(); c.Requests != len(faults)+1 || c.Answered != 1 {
			t.Errorf("streams %t: %+v", streams, c)
		}
	}
}
