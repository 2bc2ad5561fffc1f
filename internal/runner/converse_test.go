package runner_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// talker gives its answers one after the other, and keeps what it was sent.
// An answer is "stop_reason content"; one that begins with 400 is an error.
type talker struct {
	mu      sync.Mutex
	answers []string
	bodies  []string
}

func (s *talker) Send(_ context.Context, req *messages.Request, _ record.Identity) (*messages.Exchange, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.bodies)
	s.bodies = append(s.bodies, req.Body.String())
	if n >= len(s.answers) {
		return nil, fmt.Errorf("the test has no answer to request %d: %s", n+1, req.Body)
	}
	stop, content, _ := strings.Cut(s.answers[n], " ")
	if stop == "400" {
		return &messages.Exchange{Error: &messages.Error{Status: 400, Type: "invalid_request_error", Message: content}}, nil
	}
	answer, err := messages.ParseAnswer(fmt.Appendf(nil, `{"type":"message","model":"claude-opus-4-6","content":%s,"stop_reason":%q,
		"usage":{"input_tokens":%d,"output_tokens":10}}`, content, stop, 1000*(n+1)))
	return &messages.Exchange{Answer: answer}, err
}

// load loads a suite from its text.
func load(t *testing.T, yaml string) *suite.Set {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "talk.yaml")
	if err := os.WriteFile(file, []byte("model: claude-opus-4-6\nmax_tokens: 64\n"+yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := suite.Load([]string{file}, suite.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// converse runs the one case of a suite and gives its record.
func converse(t *testing.T, yaml string, sender messages.Sender, resume *record.Answers) *record.File {
	t.Helper()
	plan, err := runner.NewPlan(load(t, yaml), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := record.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: w, Answers: resume, Resumed: resume != nil}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// describe says what a record has of its one sample.
func describe(t *testing.T, f *record.File) string {
	t.Helper()
	var b strings.Builder
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Samples {
			fmt.Fprintf(&b, "%s", s.Outcome)
			for _, check := range s.Assertions {
				fmt.Fprintf(&b, " %s@%d", check.Outcome, check.Turn)
			}
			b.WriteString("\n")
			if e := s.Error; e != nil {
				fmt.Fprintf(&b, "turn %d: %d %s\n", e.Turn, e.Status, e.Message)
			}
			for _, line := range append([]string{s.Ended}, s.Warnings...) {
				if line != "" {
					b.WriteString(line + "\n")
				}
			}
		}
	}
	return b.String()
}

const toolSuite = `
tools: [{name: search, input_schema: {type: object, required: [q]}}, {name: fetch, input_schema: {type: object}}]
tool_results:
  search: [{error: busy}, {expr: '"results for " + input.q'}]
  fetch: {content: [a page]}
cases:
  - name: a
    messages: [{user: hi}]
`

// text is the content of an answer.
const text = `[{"type":"text","text":"ok"}]`

func TestConversations(t *testing.T) {
	const sampled = `
cases:
  - name: a
    messages:
      - user: hi
      - assistant:
        assert: text == "ok"
      - user: more
      - assistant:
      - user: last
`
	use := func(id, name, input string) string {
		return `{"type":"tool_use","id":"` + id + `","name":"` + name + `","input":` + input + `}`
	}
	for name, test := range map[string]struct {
		suite   string
		answers []string
		want    string
	}{
		"sampled turns": {
			sampled + `    assert: |
      len(turns) == 3 && turns[0].text == "ok" && turns[1].stop_reason == "max_tokens"
      usage.input_tokens == 3000 && turns[0].usage.input_tokens == 1000
      turns[2].request.messages[3].content[0].text == "ok" && len(request.messages) == 5
      cost > 0.015 && turns[0].cost < 0.006
`,
			[]string{"end_turn " + text, "max_tokens " + text, "end_turn " + text},
			"pass pass@3 pass@3 pass@3 pass@3 pass@1\n",
		},
		"an assertion of a turn fails": {
			sampled + "    assert: true\n",
			[]string{`end_turn [{"type":"text","text":"no"}]`},
			"fail skip@0 fail@1\n",
		},
		"a refusal before the end": {
			sampled + "    assert: stop_reason == \"end_turn\"\n",
			[]string{"end_turn " + text, "refusal []"},
			"fail skip@0 pass@1\nturn 2: the answer stopped with refusal, and the conversation does not go on from that\n",
		},
		"a refusal at the end": {
			sampled + "    assert: stop_reason == \"refusal\"\n",
			[]string{"end_turn " + text, "end_turn " + text, "refusal []"},
			"pass pass@3 pass@1\n",
		},
		"nothing to go on from": {
			sampled + "    assert: true\n",
			[]string{"end_turn " + text, "end_turn []"},
			"fail skip@0 pass@1\nturn 2: the answer has no content, so that the conversation cannot go on from it\n",
		},
		"a tool that nothing answers": {
			sampled + "    assert: true\n",
			[]string{"end_turn " + text, "tool_use [" + use("t1", "fetch", "{}") + "]"},
			"fail skip@0 pass@1\nturn 2: the answer uses a tool and stopped with tool_use; the conversation cannot go on without the tool's result (tool_results)\n",
		},
		"an expected error": {
			sampled + "    assert: error.status == 400 && error.message == \"too long\"\n",
			[]string{"end_turn " + text, "400 too long"},
			"pass pass@2 pass@1\n",
		},
		"an expected error at the turn that names it": {
			strings.Replace(sampled, "- user: last", "- user: last\n      - assistant:\n        assert: error.status == 400", 1) + "    assert: error != nil\n",
			[]string{"end_turn " + text, "end_turn " + text, "400 too long"},
			"pass pass@3 pass@1 pass@3\n",
		},
		"another answer than the error that the last turn expects": {
			strings.Replace(sampled, "- user: last", "- user: last\n      - assistant:\n        assert: error.status == 413", 1),
			[]string{"end_turn " + text, "end_turn " + text, "400 too long"},
			"fail pass@1 fail@3\n",
		},
		"an expected error in the place of a turn's answer": {
			sampled + "    assert: error.status == 400\n",
			[]string{"400 too long"},
			"fail skip@0 fail@1\n",
		},
		"an expected error before a turn of which something is asserted": {
			strings.Replace(sampled, "- assistant:\n      - user: last", "- assistant:\n        assert: text == \"ok\"\n      - user: last", 1) +
				"    assert: error.status == 400\n    min_score: 0.1\n",
			[]string{"end_turn " + text, "400 too long"},
			"fail skip@0 pass@1 fail@2\n",
		},
		"an expected error before later assertions": {
			"cases:\n  - name: a\n    messages: [{user: hi}, {assistant: }, {user: more}, {assistant: , assert: true}, {user: last}]\n    assert: error.status == 400\n",
			[]string{"400 too long"},
			"fail skip@0 skip@0\nturn 1: no answer came (400 invalid_request_error: too long), so that what is asserted of later turns could not be asked\n",
		},
		"an error that nobody expects": {
			sampled + "    assert: text == \"ok\"\n",
			[]string{"end_turn " + text, "400 too long"},
			"error\nturn 2: 400 too long\n",
		},
		"nothing but white space": {
			sampled + "    assert: true\n",
			[]string{"end_turn " + text, `end_turn [{"type":"text","text":" \n"}]`},
			"fail skip@0 pass@1\nturn 2: the answer is only white space, which the API takes no conversation on from\n",
		},
		"a stop reason of another time": {
			sampled + "    assert: stop_reason == \"gave_up\"\n",
			[]string{"end_turn " + text, "new_reason " + text, "gave_up " + text},
			"pass pass@3 pass@1\n",
		},
		"a tool loop": {
			toolSuite + `    assert: |
      map(tool_uses, .name) == ["search", "fetch", "search"]
      len(turns) == 3 && len(turns[0].tool_uses) == 2 && turns[2].tool_uses == []
`,
			[]string{
				"tool_use [" + use("t1", "search", `{"q":"a"}`) + "," + use("t2", "fetch", "{}") + "]",
				"tool_use [" + use("t3", "search", `{"q":"b"}`) + "]", "end_turn " + text,
			},
			"pass pass@3 pass@3\n",
		},
		"an unexpected tool": {
			toolSuite + "    assert: true\n",
			[]string{"tool_use [" + use("t1", "search", `{"q":"a"}`) + "," + use("t2", "remove", "{}") + "]"},
			"fail skip@0\nturn 1: the model used the tool \"remove\", which tool_results does not answer: it has fetch or search\n",
		},
		"an input that no expression can use": {
			toolSuite + "    assert: true\n",
			[]string{"tool_use [" + use("t1", "search", `{"q":"a"}`) + "]", "tool_use [" + use("t2", "search", `{}`) + "]"},
			"fail skip@0\nturn 2: the result of the tool \"search\" cannot be computed from the input {}: input has no key \"q\": the map is empty\n" +
				"turn 2: the input of search does not match its input_schema: /: missing property 'q'\n",
		},
		"no input at all": {
			strings.Replace(toolSuite, "[{error: busy}, {expr: '\"results for \" + input.q'}]", "{expr: 'len(input)'}", 1) +
				"    assert: turns[1].request.messages[2].content[0].content == \"0\"\n",
			[]string{`tool_use [{"type":"tool_use","id":"t1","name":"search"}]`, "end_turn " + text},
			"pass pass@2\nturn 1: the input of search does not match its input_schema: /: missing property 'q'\n",
		},
		"an input that is too long to tell": {
			strings.Replace(toolSuite, "[{error: busy}, {expr: '\"results for \" + input.q'}]", "{expr: 'input.q + input.nope'}", 1) + "    assert: true\n",
			[]string{"tool_use [" + use("t1", "search", `{"q":"`+strings.Repeat("x", 500)+`"}`) + "]"},
			"fail skip@0\nturn 1: the result of the tool \"search\" cannot be computed from the input {\"q\":\"" +
				strings.Repeat("x", 94) + "…" + strings.Repeat("x", 97) + "\"}: input has no key \"nope\"; it has q\n",
		},
		"max_turns": {
			toolSuite + "    assert: true\n    max_turns: 2\n",
			[]string{"tool_use [" + use("t1", "fetch", `{}`) + "]", "tool_use [" + use("t2", "fetch", `{}`) + "]"},
			"fail skip@0\nturn 2: the conversation is not over after 2 requests, which is its max_turns; the last answer stopped with tool_use\n",
		},
		"a pause": {
			"cases:\n  - {name: a, messages: [{user: hi}], assert: 'text == \"ok\" && len(turns) == 2'}\n",
			[]string{`pause_turn [{"type":"server_tool_use"}]`, "end_turn " + text},
			"pass pass@2\n",
		},
		"an input that is not as the schema has it": {
			toolSuite + "    assert: len(turns) == 2\n",
			[]string{"tool_use [" + use("t1", "search", `{"p":"a"}`) + "]", "end_turn " + text},
			"pass pass@2\nturn 1: the input of search does not match its input_schema: /: missing property 'q'\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			sender := &talker{answers: test.answers}
			f := converse(t, test.suite, sender, nil)
			if diff := cmp.Diff(test.want, describe(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(sender.bodies) != len(test.answers) {
				t.Errorf("%d requests were sent for %d answers", len(sender.bodies), len(test.answers))
			}
			if again := converse(t, test.suite, replay.New(record.NewAnswers(f, nil)), nil); describe(t, again) != describe(t, f) {
				t.Errorf("replayed it is\n%swant\n%s", describe(t, again), describe(t, f))
			}
		})
	}
}

// What was answered goes back as it came but for white space, all results of
// one answer in one turn, and the rest of the body stays.
func TestTheBodiesOfAConversation(t *testing.T) {
	const (
		used = `[{"type":"thinking","signature":"c2ln","thinking":"\u00e9"},{"type":"tool_use","id":"t1","name":"search","input":{"q":1.50}},` +
			`{"type":"tool_use","id":"t2","name":"fetch","input":{}}]`
		results = `{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"busy","is_error":true},` +
			`{"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"a page"}]}]}`
		paused  = `[{"type":"server_tool_use","id":"s1"}]`
		opening = `{"model":"claude-opus-4-6","max_tokens":64,"tools":[{"name":"search","input_schema":{"type":"object","required":["q"]}},` +
			`{"name":"fetch","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"hi"}`
		closing = `],"x":1.0}`
	)
	spaced := strings.NewReplacer(",", " ,\n", ":", ": ", "[", "[ ")
	sender := &talker{answers: []string{"tool_use " + spaced.Replace(used), "pause_turn " + spaced.Replace(paused), "end_turn " + text, "end_turn " + text}}
	talk := strings.TrimSuffix(toolSuite, "    messages: [{user: hi}]\n") + `    messages: [{user: hi}, {assistant: }, {user: more}]
    extra_body: {x: 1.0}
    assert: true
`
	f := converse(t, talk, sender, nil)
	said := func(content string) string { return `,{"role":"assistant","content":` + content + `}` }
	second := opening + said(used) + "," + results
	third := second + said(paused)
	want := []string{
		opening + closing, second + closing, third + closing,
		third + said(text) + `,{"role":"user","content":"more"}` + closing,
	}
	if diff := cmp.Diff(want, sender.bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
	if again := describe(t, converse(t, talk, replay.New(record.NewAnswers(f, nil)), nil)); again != describe(t, f) {
		t.Errorf("replayed it is\n%s", again)
	}
}

// A conversation that is resumed asks only for what it lacks.
func TestAResumedConversationAsksForWhatItLacks(t *testing.T) {
	first := converse(t, toolSuite+"    assert: true\n    max_turns: 1\n",
		&talker{answers: []string{`tool_use [{"type":"tool_use","id":"t1","name":"fetch","input":{}}]`}}, nil)
	sender := &talker{answers: []string{"end_turn " + text}}
	f := converse(t, toolSuite+"    assert: text == \"ok\"\n", replay.NewReuse(record.NewAnswers(first, nil), sender), nil)
	if got := describe(t, f); got != "pass pass@2\n" || len(sender.bodies) != 1 || f.Summary.Requests != 1 {
		t.Errorf("%s%d requests were sent, %d counted, want a pass with one", got, len(sender.bodies), f.Summary.Requests)
	}
}
