package record

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A link may lead to any file, and an error about it into the log of a build.
func TestNothingOfAnotherFileIsRepeated(t *testing.T) {
	for _, text := range []string{
		"KEY=sk-secret", "A=1\x00KEY=sk-secret\x00", `{"key":"sk-secret"}`, `{"kind":"sk-secret"}`, "{sk-secret", `"sk-secret"`, "[\"sk-secret\"]\n",
		`{"kind":sk-secret`, `{"kind" sk-secret}`, "\n\nsk-secret\n", `{"kind":"baseline","sk-secret":1}`,
	} {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || strings.Contains(err.Error(), "sk-secret") {
			t.Errorf("%q: %v", text, err)
		}
		if w, _, err := Append(path); err == nil || strings.Contains(err.Error(), "sk-secret") {
			t.Errorf("appending to %q: %v", text, err)
			if w != nil {
				w.Close()
			}
		}
	}
}

// A record holds prompts and answers.
func TestOnlyItsUserReadsARecord(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	path := filepath.Join(t.TempDir(), "x.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v, want 0600", info.Mode(), err)
	}
}
