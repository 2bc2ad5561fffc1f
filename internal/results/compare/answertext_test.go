package compare

import (
	"fmt"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// looped is a side with a case that calls a tool with the input and then says
// done.
func looped(t *testing.T, input string) *Side {
	t.Helper()
	id := record.ID{Suite: "s", Case: "c"}
	lines := []record.Line{record.Case{Suite: "s", Case: "c", Times: 1, Need: 1}}
	for i, content := range []string{
		fmt.Sprintf(`{"type":"text","text":"Let me look."},{"type":"tool_use","id":"toolu_%p","name":"look","input":%s}`, &input, input),
		`{"type":"text","text":"done"}`,
	} {
		e := record.Exchange{Identity: recordtest.Answer(id, 1), Key: fmt.Sprint("sha256:", i), Response: []byte(`{"content":[` + content + `]}`)}
		e.Turn = i + 1
		lines = append(lines, e)
	}
	lines = append(lines, record.Sample{Suite: "s", Case: "c", Sample: 1, Outcome: record.Pass})
	run := record.Run{Suites: []record.Suite{{Name: "s", Path: "s.yaml"}}}
	return &Side{file: recordtest.Open(t, append([]record.Line{run}, lines...)...)}
}

// Answers of agents are the same only if their tool calls are: what they are
// called and given, and neither their ids nor the order of members.
func TestAnswersAreTheSameIfTheirToolCallsAre(t *testing.T) {
	text := func(input string) string {
		got, err := looped(t, input).answerText(record.ID{Suite: "s", Case: "c"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := "tool_use look {\"n\":1.0,\"q\":\"<a>\"}\ndone"
	for input, same := range map[string]bool{`{"q":"<a>","n":1.0}`: true, `{"n": 1.0, "q": "<a>"}`: true, `{"q":"b","n":1.0}`: false} {
		if got := text(input); (got == want) != same {
			t.Errorf("%s gives %q; the same as %q: want %v", input, got, want, same)
		}
	}
}
