package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/record"
)

// The default place of a run's record; the run before is kept beside it.
const (
	defaultDir     = ".evalrun"
	lastRecord     = "last.jsonl"
	previousRecord = "previous.jsonl"
	defaultRecord  = defaultDir + "/" + lastRecord
)

// place is the record of a run under way.
type place struct {
	path   string
	writer *record.Writer
}

// openRecord opens the record that the run writes.
func openRecord(f *runFlags) (*place, error) {
	path := f.record
	if path == "" {
		path = filepath.Join(defaultDir, lastRecord)
		if err := rotate(); err != nil {
			return nil, usage(fmt.Sprintf("cannot keep the last run's record: %v", err), "`--record FILE` writes it to another place")
		}
	}
	if f.replay != "" && sameFile(path, f.replay) {
		return nil, usage("--record and --replay name the same file", "a replay writes a record of its own")
	}
	w, err := record.Create(path)
	if err != nil {
		return nil, usage(fmt.Sprintf("cannot write the record: %v", err), "`--record FILE` writes it to another place")
	}
	return &place{path: path, writer: w}, nil
}

// rotate makes the default directory, which ignores itself in git, and keeps
// the last record as the previous one.
func rotate() error {
	if err := os.MkdirAll(defaultDir, 0o755); err != nil {
		return err
	}
	ignore := filepath.Join(defaultDir, ".gitignore")
	if _, err := os.Stat(ignore); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o644); err != nil {
			return err
		}
	}
	return record.Rotate(filepath.Join(defaultDir, lastRecord), filepath.Join(defaultDir, previousRecord))
}

// sameFile tells whether two paths are one file.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
