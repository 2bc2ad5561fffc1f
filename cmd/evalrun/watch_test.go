package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"
)

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
	cmd := newRoot(newStreams(nil, &out, &errs))
	cmd.SetArgs([]string{"ants.yaml", "--watch"})
	err := cmd.ExecuteContext(ctx)
	if code := exitCode(err); code != exitInterrupted {
		t.Errorf("exit %d (%v), want %d\n%s", code, err, exitInterrupted, errs.String())
	}
	if _, err := os.Stat(defaultDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is there: %v", defaultDir, err)
	}
}
