package main

import (
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
