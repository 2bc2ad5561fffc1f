package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// starterAnswers are the answers in the record that init writes.
var starterAnswers = map[string]fakeapi.Answer{
	"What is the capital of France? Answer with the name of the city alone.": {Text: "Paris"},
	"What is the capital of Japan? Answer with the name of the city alone.":  {Text: "Tokyo"},
	"Wie heißt die Hauptstadt von Österreich?":                               {Text: "Die Hauptstadt von Österreich heißt Wien."},
}

// TestStarterSuite runs the suite that init writes on its record and against the
// API. With -update the record is made anew first.
func TestStarterSuite(t *testing.T) {
	kept, err := filepath.Abs("starter/record.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	evalrun := func(args ...string) {
		t.Helper()
		var out bytes.Buffer
		if code := run(args, nil, &out, &out); code != exitOK {
			t.Fatalf("evalrun %q: exit %d:\n%s", args, code, out.String())
		}
	}
	evalrun("init")
	if *update {
		makeRecord(t, fakeapi.Replies(starterAnswers), "suites", kept)
		text, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("suites/record.jsonl", text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("ANTHROPIC_API_KEY", "")
	evalrun("--replay", "suites/record.jsonl", "suites")
	server := fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(starterAnswers)})
	t.Setenv("ANTHROPIC_BASE_URL", server.Start(t))
	t.Setenv("ANTHROPIC_API_KEY", "fake")
	evalrun("suites")
	if got := server.Counts().Requests; got != 3 {
		t.Errorf("%d requests were sent, want 3", got)
	}
}
