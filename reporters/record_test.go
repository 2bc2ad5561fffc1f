package reporters_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// source writes a record of the lines and opens it as reports do.
func source(t testing.TB, lines ...record.Line) runreport.Source {
	t.Helper()
	src, err := runreport.NewSource(recordtest.Open(t, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// asked is a case in a variant whose samples gave the answers.
type asked struct {
	id      record.ID
	line    int
	user    any // the content of the user's turn
	system  string
	exprs   []string
	rubrics []string // behind exprs
	answers []given
	tags    []string
	skip    string
}

// given is an answer: a text, or content blocks, or an error, and what its
// assertions came to, each with its trace.
type given struct {
	text   string
	blocks []map[string]any
	err    *record.Error
	checks []record.Check
	cost   float64
	// ended and warned describe how the conversation of the sample went.
	ended, warned string
}

var pass, miss = record.Check{Outcome: record.Pass}, record.Check{Outcome: record.Fail, Why: "it is not so"}

// verdict is what a judge said of the i-th assertion in three votes, of which
// the one that passes has another reason.
func verdict(i int, reason string) record.Check {
	score := 0.25
	no := record.Vote{Score: score, Reason: reason}
	return record.Check{
		I: i, Outcome: record.Fail, Why: reason, Score: &score, Votes: []record.Vote{no, {Pass: true, Score: 0.9, Reason: "dissent: " + reason}, no},
	}
}

// lines are the lines of a record of the case.
func (a asked) lines(t testing.TB) []record.Line {
	c := record.Case{
		Suite: a.id.Suite, Path: "suites/" + a.id.Suite + ".yaml", Line: a.line, Case: a.id.Case, Variant: a.id.Variant,
		Grouping: record.Grouping{Tags: a.tags}, Times: max(len(a.answers), 1), Need: max(len(a.answers), 1), Skip: a.skip, Question: record.Question{Digest: "sha256:00"},
	}
	for i, expr := range a.exprs {
		c.Assertions = append(c.Assertions, record.Assertion{At: fmt.Sprintf("%s:%d:7", c.Path, a.line+i+1), Expr: expr, Level: "fail", Weight: 1})
	}
	for _, rubric := range a.rubrics {
		c.Assertions = append(c.Assertions, record.Assertion{
			At: fmt.Sprintf("%s:%d:7", c.Path, a.line+len(c.Assertions)+1), Level: "fail", Weight: 1,
			Rubric: rubric, Name: "name of " + rubric, Judge: rubric, Votes: 3,
		})
	}
	lines := []record.Line{c}
	for i, g := range a.answers {
		lines = append(lines, a.exchange(t, i+1, g), a.sample(i+1, g))
	}
	return lines
}

func (a asked) exchange(t testing.TB, n int, g given) record.Exchange {
	request := map[string]any{"model": "claude-opus-4-6", "max_tokens": 1024,
		"messages": []any{map[string]any{"role": "user", "content": a.user}}}
	if a.system != "" {
		request["system"] = a.system
	}
	e := record.Exchange{
		Identity: recordtest.Answer(a.id, n), Key: fmt.Sprint("sha256:", a.id, n), Request: toJSON(t, request), RequestID: "req_1",
		Measured: record.Measured{
			LatencyMS: 700 + float64(37*n+11*len(a.id.Variant)),
			Attempts:  []record.Attempt{{Status: 200, MS: 772}}, CostUSD: &g.cost, SpentUSD: &g.cost,
		},
	}
	if e.Error = g.err; g.err != nil {
		return e
	}
	blocks := g.blocks
	if blocks == nil {
		blocks = []map[string]any{{"type": "text", "text": g.text}}
	}
	e.Usage = toJSON(t, map[string]int{"input_tokens": 12, "output_tokens": len(g.text)})
	e.Response = toJSON(t, map[string]any{"type": "message", "model": "claude-opus-4-6", "role": "assistant",
		"content": blocks, "stop_reason": "end_turn", "usage": e.Usage})
	return e
}

func (a asked) sample(n int, g given) record.Sample {
	s := record.Sample{Suite: a.id.Suite, Case: a.id.Case, Variant: a.id.Variant, Sample: n, Outcome: record.Pass, CostUSD: &g.cost, Error: g.err}
	for i, check := range g.checks {
		check.I = i
		s.Assertions = append(s.Assertions, check)
		if check.Outcome == record.Fail {
			s.Outcome = record.Fail
		}
	}
	if s.Ended = g.ended; g.ended != "" {
		s.Outcome = record.Fail
	}
	if g.warned != "" {
		s.Warnings = []string{g.warned}
	}
	if g.err != nil {
		s.Outcome, s.CostUSD = record.Errored, nil
	}
	return s
}

func toJSON(t testing.TB, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// runLine and summaryLine begin and end a record.
func runLine(suites ...string) record.Run {
	run := record.Run{Tool: "evalrun 0.1.0", Started: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), APIVersion: "2023-06-01", Source: "api"}
	for _, s := range suites {
		run.Suites = append(run.Suites, record.Suite{Name: s, Path: "suites/" + s + ".yaml"})
	}
	return run
}

func summaryLine() record.Summary {
	return record.Summary{Finished: time.Date(2026, 11, 22, 10, 0, 5, 0, time.UTC), Complete: true, WallMS: 5210}
}

// square is an image block of the request as it was sent.
func square(t testing.TB) map[string]any {
	data, err := os.ReadFile("../examples/suites/images/red-square.png")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"type": "image", "source": map[string]any{
		"type": "base64", "media_type": "image/png", "data": base64.StdEncoding.EncodeToString(data)}}
}

// recordedRun has a bit of everything that reports show of a record: variants
// with different answers, repeats, a trace, an image, a tool, an error, a skip
// and a gate.
func recordedRun(t testing.TB) runreport.Source {
	lines := []record.Line{runLine("capitals", "support")}
	for i, variant := range []string{"prompt=terse", "prompt=polite"} {
		id := func(name string) record.ID { return record.ID{Suite: "capitals", Case: name, Variant: variant} }
		system := []string{"Answer with one word.", "Answer in a full, polite sentence."}[i]
		france := []string{"Paris", "The capital of France is Paris, and it is a pleasure to tell you."}[i]
		japan := []string{"Kyoto", "The capital of Japan is Tokyo."}[i]
		japanese := []record.Check{{Outcome: record.Fail, Why: `text = "Kyoto"`, Trace: json.RawMessage(
			`[{"at":0,"len":4,"from":0,"to":4,"value":"\"Kyoto\"","cause":true},{"at":5,"len":8,"from":0,"to":21,"value":"false","cause":true}]`)}, pass}
		lines = append(lines, asked{id: id("capital of France"), line: 5, user: "What is the capital of France?", system: system,
			exprs: []string{`text contains "Paris"`}, answers: []given{{text: france, checks: []record.Check{pass}, cost: .0021}}, tags: []string{"europe"}}.lines(t)...)
		answers := []given{{text: japan, checks: japanese, cost: .0021}, {text: "Tokyo", checks: []record.Check{pass, pass}, cost: .002}}
		if i == 1 {
			answers[0].checks = []record.Check{pass, pass}
		}
		lines = append(lines, asked{id: id("capital of Japan"), line: 9, user: "What is the capital of Japan?", system: system,
			exprs: []string{`text contains "Tokyo"`, "usage.output_tokens < 50"}, answers: answers, tags: []string{"asia"}}.lines(t)...)
	}
	return source(t, append(append(lines, supportLines(t)...), summaryLine())...)
}

// supportLines are the cases of a second suite, without variants.
func supportLines(t testing.TB) []record.Line {
	id := func(name string) record.ID { return record.ID{Suite: "support", Case: name} }
	var lines []record.Line
	for _, a := range []asked{
		{id: id("what colour is it?"), line: 4, user: []any{square(t), map[string]any{"type": "text", "text": "What colour is this?"}},
			exprs: []string{`text == "Red"`}, answers: []given{{text: "Red", checks: []record.Check{pass}, cost: .001}}},
		{id: id("asks for the weather"), line: 12, user: "What's the weather in Lisbon?", exprs: []string{"len(tool_uses) == 1"},
			answers: []given{{blocks: []map[string]any{{"type": "text", "text": "I'll look it up."},
				{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": map[string]any{"city": "Lisbon"}}}, checks: []record.Check{pass}}}},
		{id: id("overloaded"), line: 20, user: "Hi", exprs: []string{"true"},
			answers: []given{{err: &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}}}},
		{id: id("later"), line: 30, skip: "the image has no licence yet"},
		{id: id("=1+1, formula"), line: 40, user: "Sum", exprs: []string{"true"}, answers: []given{{text: "=SUM(A1:A9)\nand \"more\", later", checks: []record.Check{miss}}}},
	} {
		lines = append(lines, a.lines(t)...)
	}
	return append(lines, record.Gate{Suite: "support", Expr: "cases.pass_rate >= 0.95", Outcome: record.Fail, Value: "0.5"})
}

// hostileSource has each text of the corpus wherever a record has one, in the
// request and the answer too.
func hostileSource(t testing.TB) runreport.Source {
	names, texts := hostileTexts(t)
	run := runLine(names...)
	run.Tool, run.FailOn, run.MaxErrors = texts[0], texts[1:4], texts[4]
	lines := []record.Line{run}
	for i, text := range texts {
		id := record.ID{Suite: names[i], Case: text + " " + names[i], Variant: text}
		check := record.Check{Outcome: record.Fail, Why: text, Trace: toJSON(t, []map[string]any{{"at": 0, "len": 1, "value": text}})}
		lines = append(lines, asked{id: id, line: i + 1, user: text, system: text, exprs: []string{text}, rubrics: []string{text}, tags: []string{text}, answers: []given{
			{text: text, checks: []record.Check{check, verdict(1, text)}, ended: text, warned: text},
			{blocks: []map[string]any{{"type": "tool_use", "name": text, "input": map[string]any{text: text}}, {"type": text}}, checks: []record.Check{check}},
			{err: &record.Error{Status: 500, Type: text, Message: text}},
		}}.lines(t)...)
		lines = append(lines, record.Gate{Suite: names[i], Expr: text, Outcome: record.Fail, Value: text})
	}
	return source(t, append(lines, summaryLine())...)
}
