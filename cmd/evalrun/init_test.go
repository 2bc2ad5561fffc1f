package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// starterAnswers are the answers in the record that init writes.
var starterAnswers = map[string]fakeapi.Answer{
	"What is the capital of France? Answer with the name of the city alone.": {Text: "Paris"},
	"What is the capital of Japan? Answer with the name of the city alone.":  {Text: "Tokyo"},
	"Wie heißt die Hauptstadt von Österreich?":                               {Text: "Die Hauptstadt von Österreich heißt Wien."},
}

// TestStarterWorkflow runs each `evalrun` command of the workflow that init
// writes, in a directory that holds nothing else. With -update the starter's
// record is made anew first.
func TestStarterWorkflow(t *testing.T) {
	kept, err := filepath.Abs("starter/record.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var out bytes.Buffer
	if code := run([]string{"init"}, nil, &out, &out); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, out.String())
	}
	if *update {
		makeRecord(t, fakeapi.Replies(starterAnswers), "suites", kept)
		if starterRecord, err = os.ReadFile(kept); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("suites/record.jsonl", starterRecord, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	workflow, err := os.ReadFile(".github/workflows/evals.yaml")
	if err != nil {
		t.Fatal(err)
	}
	server := fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(starterAnswers)})
	t.Setenv("ANTHROPIC_BASE_URL", server.Start(t))
	commands := 0
	for line := range strings.Lines(string(workflow)) {
		_, args, ours := strings.Cut(line, "- run: evalrun ")
		if !ours {
			continue
		}
		commands++
		t.Setenv("ANTHROPIC_API_KEY", "")
		if !strings.Contains(args, "--replay") {
			t.Setenv("ANTHROPIC_API_KEY", "fake")
		}
		out.Reset()
		if code := run(strings.Fields(args), nil, &out, &out); code != exitOK {
			t.Errorf("`evalrun %s`: exit %d:\n%s", strings.TrimSpace(args), code, out.String())
		}
	}
	if commands != 3 || server.Counts().Requests != 3 {
		t.Errorf("%d commands sent %d requests, want 3 that send 3", commands, server.Counts().Requests)
	}
}
