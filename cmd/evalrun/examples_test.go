package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/suite"
)

var update = flag.Bool("update", false, "write golden files, the output in scripts and docs, and the record and schema of the examples anew")

// guideIDs are the ids of the answers that the Messages guide publishes; all
// other answers of the examples are made here.
var guideIDs = []string{
	"msg_01XFDUDYJgAACzvnptvVoYEL", "msg_018gCsTGsXkYJVqYPxTgDHBU",
	"msg_01Q8Faay6S7QPTvEUUQARt7h", "msg_01EcyWo6m4hyW8KHs2y2pei5",
}

// TestExamplesPassOnTheirRecord is the README's main command. With -update
// the record is made anew first, by the fake API.
func TestExamplesPassOnTheirRecord(t *testing.T) {
	suites, err := filepath.Abs("../../examples/suites")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Abs("../../examples/record.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if *update {
		makeExamplesRecord(t, suites, kept)
	}
	t.Setenv("ANTHROPIC_API_KEY", "")
	t.Setenv("ANTHROPIC_AUTH_TOKEN", "")
	var out bytes.Buffer
	if code := run([]string{"--replay", kept, suites}, nil, &out, &out); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, out.String())
	}
}

// makeExamplesRecord runs the examples against the fake API and marks each
// exchange with where its answer is from.
func makeExamplesRecord(t *testing.T, suites, kept string) {
	script := func(c *fakeapi.Call) fakeapi.Answer {
		answer := exampleAnswer(c)
		if slices.Contains(guideIDs, answer.ID) {
			answer.Usage["cache_creation_input_tokens"] = nil
			answer.Usage["cache_read_input_tokens"] = nil
		}
		return answer
	}
	makeRecord(t, script, suites, kept)
}

// makeRecord runs suites against a fake API and keeps the record of it.
func makeRecord(t *testing.T, script fakeapi.Script, suites, kept string) {
	t.Setenv("ANTHROPIC_API_KEY", "fake")
	t.Setenv("ANTHROPIC_BASE_URL", fakeapi.New(fakeapi.Options{Script: script}).Start(t))
	if code := run([]string{"-j", "1", "--record", "run.jsonl", suites}, nil, os.Stderr, os.Stderr); code != exitOK {
		t.Fatalf("exit %d", code)
	}
	data, err := os.ReadFile("run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(data)) {
		out.Write(timeless(t, line))
	}
	if err := os.WriteFile(kept, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// timeless takes out of a line what differs from run to run, and adds to an
// exchange where its answer is from.
func timeless(t *testing.T, line string) []byte {
	made := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	read := func(into any) {
		if err := json.Unmarshal([]byte(line), into); err != nil {
			t.Fatal(err)
		}
	}
	var head struct{ Kind string }
	read(&head)
	switch head.Kind {
	case "run":
		var run record.Run
		read(&run)
		run.Started, run.Source, run.BaseURL, run.Tool = made, record.SourceFake, "", "evalrun"
		return recordtest.Text(t, run)
	case "exchange":
		var e record.Exchange
		read(&e)
		describeExchange(&e)
		return recordtest.Text(t, e)
	case "summary":
		var s record.Summary
		read(&s)
		s.Finished, s.WallMS = made, 0
		return recordtest.Text(t, s)
	}
	return []byte(line)
}

// describeExchange says where an answer is from. No latency is published or
// worth keeping, so there is none, but for streams one that is made, as they
// are.
func describeExchange(e *record.Exchange) {
	e.LatencyMS, e.Attempts, e.Source = 0, nil, record.SourceFake
	if e.TTFTMS != nil {
		var usage struct {
			Output float64 `json:"output_tokens"`
		}
		if err := json.Unmarshal(e.Usage, &usage); err != nil {
			panic(err)
		}
		*e.TTFTMS, e.LatencyMS = 420, 1020
		*e.TokensPerSecond = math.Round((usage.Output-1)/0.6*100) / 100
	}
	for _, id := range guideIDs {
		if bytes.Contains(e.Response, fmt.Appendf(nil, "%q", id)) {
			e.Source, e.RequestID = record.SourceDocumentation, ""
		}
	}
}

// TestExamplesNameTheirSchema holds the schema beside the examples against
// the one that evalrun prints, and the line by which editors find it.
func TestExamplesNameTheirSchema(t *testing.T) {
	const kept = "../../examples/suites.schema.json"
	if *update {
		if err := os.WriteFile(kept, suite.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(suite.Schema()), string(text)); diff != "" {
		t.Errorf("%s is not what `evalrun schema` prints; run this test with -update (-want +got):\n%s", kept, diff)
	}
	files, err := filepath.Glob("../../examples/suites/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d examples: %v", len(files), err)
	}
	const want = "# yaml-language-server: $schema=../suites.schema.json"
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(string(text), "\n"); first != want {
			t.Errorf("the first line of %s is %q, want %q", file, first, want)
		}
	}
}
