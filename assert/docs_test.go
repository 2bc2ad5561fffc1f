package assert

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// docBlock is a fenced block of docs/assertions.md.
type docBlock struct {
	info, text string
	line       int // of its first line of text
}

func docBlocks(t *testing.T) []docBlock {
	t.Helper()
	data, err := os.ReadFile("../docs/assertions.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []docBlock
	inside := false
	for i, line := range strings.Split(string(data), "\n") {
		info, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && !inside:
			out, inside = append(out, docBlock{info: info, line: i + 2}), true
		case isFence:
			inside = false
		case inside:
			out[len(out)-1].text += line + "\n"
		}
	}
	return out
}

// docCase is the case of the examples in docs/assertions.md.
type docCase struct {
	Case      string            `json:"case"`
	Variant   map[string]string `json:"variant"`
	Sample    int               `json:"sample"`
	Vars      json.RawMessage   `json:"vars"`
	Request   json.RawMessage   `json:"request"`
	RequestID string            `json:"request_id"`
	LatencyMS int               `json:"latency_ms"`
	TTFTMS    int               `json:"ttft_ms"`
	CostUSD   float64           `json:"cost_usd"`
}

// docSubject makes the answer that the page shows into a subject.
func docSubject(t *testing.T, blocks []docBlock) *Subject {
	t.Helper()
	var c docCase
	var answer *messages.Answer
	for _, b := range blocks {
		var err error
		switch b.info {
		case "json answer":
			answer, err = messages.ParseAnswer([]byte(b.text))
		case "json case":
			err = json.Unmarshal([]byte(b.text), &c)
		}
		if err != nil {
			t.Fatalf("line %d: %v", b.line, err)
		}
	}
	if answer == nil || c.Case == "" {
		t.Fatal("the page has no answer or no case")
	}
	vars, err := exprlang.DecodeJSON(string(c.Vars))
	if err != nil {
		t.Fatal(err)
	}
	latency, ttft := time.Duration(c.LatencyMS)*time.Millisecond, time.Duration(c.TTFTMS)*time.Millisecond
	return &Subject{
		Exchange: &messages.Exchange{
			Answer: answer, RequestID: c.RequestID, Latency: latency, TTFT: &ttft,
			Attempts: []messages.Attempt{{Status: 200, Duration: latency}},
		},
		Request: payload.New(c.Request), Vars: vars.(map[string]any), Case: c.Case, Variant: c.Variant, Sample: c.Sample, Cost: &c.CostUSD,
	}
}

// TestDocsExamples runs each expression of docs/assertions.md.
func TestDocsExamples(t *testing.T) {
	blocks := docBlocks(t)
	subject := docSubject(t, blocks)
	compiler, scope := NewCompiler(), &Scope{Vars: subject.Vars, Axes: []string{"prompt"}}
	ran := map[string]int{}
	for _, b := range blocks {
		want, isExpr := strings.CutPrefix(b.info, "expr ")
		if !isExpr {
			continue
		}
		for i, expr := range strings.Split(strings.TrimSpace(b.text), "\n") {
			a, err := compiler.Compile(expr, scope)
			if err != nil {
				t.Errorf("line %d: %s: %v", b.line+i, expr, err)
				continue
			}
			got := a.Check(subject)
			if outcome := map[Outcome]string{Pass: "pass", Fail: "fail"}[got.Outcome]; outcome != want {
				t.Errorf("line %d: %s: %s, want %s: %s", b.line+i, expr, outcome, want, got.Why)
			}
			ran[want]++
		}
	}
	if ran["pass"] < 30 || ran["fail"] < 5 {
		t.Errorf("ran only %v", ran)
	}
}

// TestDocsNameEverything holds that each name and each function of ours is
// listed in docs/assertions.md and is in an example.
func TestDocsNameEverything(t *testing.T) {
	data, err := os.ReadFile("../docs/assertions.md")
	if err != nil {
		t.Fatal(err)
	}
	names := newEnv(&Scope{}, newSchemas(nil)).Names()
	for _, f := range functions {
		names = append(names, f.name+"(")
	}
	names = append(names, schemaFunction+"(")
	var examples string
	for _, b := range docBlocks(t) {
		if strings.HasPrefix(b.info, "expr ") {
			examples += b.text
		}
	}
	for _, name := range names {
		if !strings.Contains(string(data), "`"+name) {
			t.Errorf("%s is not listed", name)
		}
		if !strings.Contains(examples, name) {
			t.Errorf("%s has no example", name)
		}
	}
	if len(names) < 30 {
		t.Error(fmt.Sprint("only these names were looked for: ", names))
	}
}
