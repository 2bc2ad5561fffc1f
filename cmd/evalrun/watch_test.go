package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What editors write beside a file, and what a run writes, is no reason to run
// again.
func TestOnlyFilesThatSuitesMayReadAreWatched(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"ants.yaml", "rows.csv", ".rows.csv", "prompts/a.md", "4913.csv",
		".ants.yaml.swp", ".ants.yaml.swx", "ants.yaml~", ".#ants.yaml", "#ants.yaml#", "4913",
		".git/index", "node_modules/a.yaml", "report.html",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var watched []string
	for path := range maps.Keys(snapshot([]string{dir}, map[string]bool{filepath.Join(dir, "report.html"): true})) {
		name, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		watched = append(watched, filepath.ToSlash(name))
	}
	slices.Sort(watched)
	want := []string{".rows.csv", "4913.csv", "ants.yaml", "prompts/a.md", "rows.csv"}
	if diff := cmp.Diff(want, watched); diff != "" {
		t.Errorf("watched (-want +got):\n%s", diff)
	}
}

// A watch that is interrupted before its run begins leaves the last record
// where it is.
func TestAnInterruptBeforeTheRunLeavesTheRecordAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	const text = "model: claude-opus-4-6\nmax_tokens: 10\ncases: [{name: a, messages: [{user: Hi}], assert: text != ''}]\n"
	if err := os.WriteFile("ants.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	cmd := newRoot(streams{out: &out, err: &errs})
	cmd.SetArgs([]string{"ants.yaml", "--watch"})
	err := cmd.ExecuteContext(ctx)
	if code := exitCode(err); code != exitInterrupted {
		t.Errorf("exit %d (%v), want %d\n%s", code, err, exitInterrupted, errs.String())
	}
	if _, err := os.Stat(defaultDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is there: %v", defaultDir, err)
	}
}
