package record

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// header is the run line of the tests' records.
var header = Run{
	Tool:       "evalrun test",
	Started:    time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	BaseURL:    "https://api.example",
	APIVersion: "2023-06-01",
	Source:     "fake",
	Suites:     []Suite{{Path: "ants.yaml", Name: "ants", SHA256: "00"}},
}

// resumedHeader is the run line of one that goes on with a record.
var resumedHeader = func() Run {
	run := header
	run.Resumed = true
	return run
}()

// greeting names a case of the tests' records.
var greeting = ID{Suite: "ants", Case: "greeting", Variant: "prompt=terse"}

func caseLine(id ID, times, need int) Case {
	return Case{Suite: id.Suite, Path: "ants.yaml", Line: 7, Case: id.Case, Variant: id.Variant, Times: times, Need: need}
}

func exchangeLine(id ID, sample int, text string) Exchange {
	return Exchange{
		Identity: Identity{ID: id, Sample: sample, Turn: 1, Role: RoleAnswer},
		Key:      "sha256:" + text,
		Request:  json.RawMessage(`{"model":"m","messages":[{"role":"user","content":"` + text + `"}]}`),
		Response: json.RawMessage(`{"type":"message","content":[{"type":"text","text":"Hello!"}]}`),
		Measured: Measured{
			Usage: json.RawMessage(`{"input_tokens":12,"output_tokens":6}`), LatencyMS: 772.25,
			Attempts: []Attempt{{Status: 529, MS: 40.5}, {Status: 200, MS: 772.25}},
		},
	}
}

func sampleLine(id ID, sample int, outcome string) Sample {
	return Sample{Suite: id.Suite, Case: id.Case, Variant: id.Variant, Sample: sample, Outcome: outcome}
}

// write makes a record of the lines and gives its path.
func write(t testing.TB, lines ...Line) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, lines...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func appendAll(t testing.TB, w *Writer, lines ...Line) {
	t.Helper()
	for _, line := range lines {
		if err := w.Append(line); err != nil {
			t.Fatal(err)
		}
	}
}

func mustOpen(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// outcomes gives the outcomes of the cases of a record: "greeting: pass fail".
func outcomes(t testing.TB, f *File) []string {
	t.Helper()
	var out []string
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		line := c.Case.Case + ":"
		for _, s := range c.Samples {
			line += fmt.Sprintf(" %d=%s", s.Sample, s.Outcome)
		}
		out = append(out, line)
	}
	return out
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	other := ID{Suite: "ants", Case: "latin"}
	exchange := exchangeLine(greeting, 1, "a <b> & \\u2028 c")
	failed := exchangeLine(greeting, 2, "b")
	failed.Response, failed.Usage = nil, nil
	failed.Error = &Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}
	summary := Summary{Finished: header.Started.Add(time.Second), Complete: true, Samples: 3, Pass: 1}
	gate := Gate{Suite: "ants", Expr: "cost.total < 2", Outcome: Pass, Value: "0.1"}
	f := mustOpen(t, write(t, header,
		caseLine(greeting, 2, 2), caseLine(other, 1, 1),
		exchange, sampleLine(other, 1, Pass), failed,
		sampleLine(greeting, 2, Errored), sampleLine(greeting, 1, Fail),
		gate, summary))

	want := []string{"greeting: 1=fail 2=error", "latin: 1=pass"}
	if diff := cmp.Diff(want, outcomes(t, f)); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
	header := header
	header.Kind, header.Format = "run", 2
	if diff := cmp.Diff(header, f.Run); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	summary.Kind, gate.Kind = "summary", "gate"
	if diff := cmp.Diff(&summary, f.Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Gate{gate}, f.Gates); diff != "" {
		t.Errorf("gates (-want +got):\n%s", diff)
	}
	var got []Exchange
	for e, err := range f.Exchanges(greeting, 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *e)
	}
	exchange.Kind, failed.Kind = "exchange", "exchange"
	if diff := cmp.Diff([]Exchange{exchange, failed}, got); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}

func TestDecodingAgreesWithEncodingJSON(t *testing.T) {
	cost, ttft := 0.0021, 31.5
	e := exchangeLine(greeting, 3, "x")
	e.Role, e.Assertion, e.Vote, e.Place = RoleJudge, 1, 2, 1
	e.Source, e.RequestID, e.Batch = "documentation", "req_1", "msgbatch_1"
	e.CostUSD, e.SpentUSD, e.TTFTMS, e.TokensPerSecond, e.Reused = &cost, &cost, &ttft, &ttft, true
	e.APIVersion, e.Betas = "2026-10-21", []string{"context-1m-2025-08-07"}
	e.Redacted, e.Answered = []string{"request"}, time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	e.Suite = "a\"b\\ü\x00"
	e.Error = &Error{Type: "timeout"}
	c := caseLine(greeting, 10, 9)
	c.Axes, c.Tags, c.Cluster = map[string]string{"prompt": "terse"}, []string{"a"}, "b"
	c.Skip, c.Digest, c.Conversation = "later", "sha256:00", "sha256:01"
	c.Planned = Planned{Index: 3, KnownFailure: &KnownFailure{Reason: "a bug", Until: "2027-01-31"}}
	c.Assertions = []Assertion{{
		At: "ants.yaml:14:7", Level: "fail", Weight: 1, Rubric: "Is kind.", Judge: "claude-opus-4-6", Votes: 3, MinScore: &cost, Over: "prompt=terse",
	}}
	c.Metrics = map[string]Metric{"length": {Better: "lower"}, "intent": {Better: "higher", Share: true, Expected: "bug", Classes: []string{"bug", "praise"}}}
	s := sampleLine(greeting, 3, Fail)
	s.Assertions = []Check{{I: 1, Outcome: Fail, Why: "no", Trace: json.RawMessage(`{"a":1}`), Score: &cost, Votes: []Vote{{Score: 0.5, Reason: "no", Preferred: []int{1, 0}}}}}
	s.Metrics, s.Score, s.CostUSD = map[string]float64{"length": 1.5}, &ttft, &cost
	s.MetricErrors = map[string]string{"ratio": "division by zero"}
	s.Classes = map[string]string{"intent": "bug"}
	s.Turns = 2
	s.Ended, s.Warnings = "turn 2: the model used another tool", []string{"turn 1: the input does not match"}
	s.Error = &Error{Status: 529, Type: "overloaded_error", Message: "Overloaded", Turn: 2}
	agrees[Exchange](t, e)
	agrees[Case](t, c)
	agrees[Sample](t, s)
	agrees[Blob](t, Blob{Kind: "blob", SHA256: "00", MediaType: "image/png", Data: Base64("AAAA"), Text: "a"})
}

// agrees holds that decode reads a line as encoding/json does, and that every
// field of the line was set, so that none is forgotten.
func agrees[T Line](t *testing.T, line T) {
	t.Helper()
	text, err := line.appendTo(nil)
	if err != nil {
		t.Fatal(err)
	}
	var want, got T
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if err := decode(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-encoding/json +decode):\n%s", diff)
	}
	value := reflect.ValueOf(got)
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if value.Field(i).IsZero() && field.Tag.Get("json") != "-" {
			t.Errorf("%T.%s is not part of the test", line, field.Name)
		}
	}
}

func TestTheLastLineOfASampleCounts(t *testing.T) {
	again := exchangeLine(greeting, 1, "a")
	again.RequestID = "again"
	judge := func(key string, rubric, vote int) Exchange {
		e := exchangeLine(greeting, 1, key)
		e.Role, e.Assertion, e.Vote = RoleJudge, rubric, vote
		return e
	}
	f := mustOpen(t, write(t, header, caseLine(greeting, 1, 1),
		exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Errored),
		Summary{Complete: true}, Gate{Outcome: Fail},
		caseLine(greeting, 2, 2), judge("rubric two", 2, 1), judge("rubric one, vote two", 0, 2), judge("rubric one", 0, 1),
		judge("rubric two, said otherwise", 2, 1), again, sampleLine(greeting, 1, Pass)))
	if diff := cmp.Diff([]string{"greeting: 1=pass"}, outcomes(t, f)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for e, err := range f.Exchanges(greeting, 1) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Key+" "+e.RequestID)
	}
	want := []string{"sha256:a again", "sha256:rubric one ", "sha256:rubric one, vote two ", "sha256:rubric two, said otherwise "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for c := range f.Cases() {
		if c.Case.Times != 2 || c.Sent != 6 {
			t.Errorf("times %d, sent %d; want the last case line's 2, and 6", c.Case.Times, c.Sent)
		}
	}
	if f.Summary != nil || f.Gates != nil {
		t.Error("a run that went on after its summary counts as ended")
	}
}

func TestSomeIsSpreadAndBounded(t *testing.T) {
	lines := []Line{header}
	for i := range 100 {
		lines = append(lines, exchangeLine(greeting, i+1, "a"))
	}
	f := mustOpen(t, write(t, lines...))
	for n, want := range map[int][]int{0: nil, 4: {1, 26, 51, 76}} {
		var got []int
		for e, err := range f.Some(n) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Sample)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	count := 0
	for range f.Some(1000) {
		count++
	}
	if count != 100 {
		t.Errorf("Some(1000) of 100 gave %d", count)
	}
}

// A negative amount would let --max-cost pay more than its bound.
func TestMoneyIsNeverNegative(t *testing.T) {
	for _, amount := range []string{"-100", "-1e308", "1e308", `"1"`} {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		text := `{"kind":"run","format":1}` + "\n" +
			`{"kind":"exchange","suite":"s","case":"c","variant":"","sample":1,"key":"k","spent_usd":` + amount + "}\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if usd, err := mustOpen(t, path).Spent(); err == nil || !strings.Contains(err.Error(), "line 2: spent_usd: found ") {
			t.Errorf("%s: %v, error %v", amount, usd, err)
		}
	}
}

func TestDuration(t *testing.T) {
	for ms, want := range map[float64]time.Duration{
		0: 0, 772.3: 772300 * time.Microsecond, -1: 0, 1e300: 1<<63 - 1, 0.0000004: 0,
	} {
		if got := Duration(ms); got != want {
			t.Errorf("Duration(%g) = %v; want %v", ms, got, want)
		}
	}
}

func TestLinesLeaveOutATornOne(t *testing.T) {
	path := write(t, header, caseLine(greeting, 1, 1))
	whole := readFile(t, path)
	if err := os.WriteFile(path, []byte(whole+`{"kind":"sam`), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(mustOpen(t, path).Lines())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, string(got)); diff != "" {
		t.Error(diff)
	}
}
