//go:build unix

package record

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A process that is being started has a copy of every open file, until it has
// become another program. A record that was closed is free all the same.
func TestAClosedRecordIsFreeThoughACopyOfItsFileIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	held, err := syscall.Dup(int(w.file.(lockedFile).Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(held)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
