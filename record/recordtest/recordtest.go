// Package recordtest writes records for tests.
//
// It refuses to know what a record should hold: a test says each of its lines.
package recordtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// Write writes a record of the lines and gives its path.
func Write(t testing.TB, lines ...record.Line) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := record.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if err := w.Append(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Text gives lines as they are in a record.
func Text(t testing.TB, lines ...record.Line) []byte {
	t.Helper()
	text, err := os.ReadFile(Write(t, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Open opens a record of the lines until the test ends.
func Open(t testing.TB, lines ...record.Line) *record.File {
	t.Helper()
	f, err := record.Open(Write(t, lines...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Answer is the identity of the answer to the first turn of a sample.
func Answer(id record.ID, sample int) record.Identity {
	return record.Identity{ID: id, Sample: sample, Turn: 1, Role: record.RoleAnswer}
}
