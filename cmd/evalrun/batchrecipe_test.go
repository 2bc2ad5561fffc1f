package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// TestBatchRecipe runs the two workflows of docs/batches.md: nothing runs between
// them, what is pending is red, and what was submitted is asked once.
func TestBatchRecipe(t *testing.T) {
	p := newProject(t, "github")
	p.api = fakeapi.New(fakeapi.Options{
		Script:  fakeapi.Replies(starterAnswers),
		Batches: fakeapi.BatchOptions{Takes: func(int) time.Duration { return 5 * time.Hour }},
	})
	p.apiURL = p.api.Start(t)
	workflows := filepath.Join(p.dir, ".github/workflows")
	for _, b := range readBlocks(t, filepath.Join(p.repo, "docs/batches.md")) {
		name, text, ok := strings.Cut(strings.TrimPrefix(b.text, "# .github/workflows/"), "\n")
		if b.language != "yaml" || !ok {
			continue
		}
		if err := os.WriteFile(filepath.Join(workflows, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	job := func(name string) (bool, string) {
		j := &jobRun{
			t: t, github: p.github, repo: p.repo, dir: p.dir,
			secrets: map[string]string{"ANTHROPIC_API_KEY": testKey}, env: []string{"ANTHROPIC_BASE_URL=" + p.apiURL},
		}
		ok, _ := j.start(filepath.Join(workflows, name+".yaml"), name, "schedule", map[string]any{"ref_name": "main"})
		return ok, j.log.String()
	}
	if ok, log := job("submit"); !ok || !strings.Contains(log, "submitted: ") {
		t.Fatalf("submit:\n%s", log)
	}
	submitted := len(p.api.Batched())
	if ok, log := job("collect"); ok || !strings.Contains(log, "answers are pending: msgbatch_") {
		t.Errorf("what is pending is not red:\n%s", log)
	}
	p.api.Advance(6 * time.Hour)
	if ok, log := job("collect"); !ok {
		t.Errorf("collect:\n%s", log)
	}
	if n := len(p.api.Batched()); n != submitted || len(p.api.Batches()) != 1 {
		t.Errorf("%d requests in %d batches, want %d in 1", n, len(p.api.Batches()), submitted)
	}
}
