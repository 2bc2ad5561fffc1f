package record

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Staged is a record that is written beside its path, and put there once it is
// whole.
type Staged struct {
	*Writer
	target, temporary string
	old               *os.File // what is at the path, locked; nil for nothing
	placed            bool
}

// Stage opens a new, empty record that Place puts at path, which only its owner
// may read. What is at path must be a record that nobody writes (else ErrLocked),
// or nothing; it stays until Place.
func Stage(path string) (*Staged, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if err := makeDir(path); err != nil {
		return nil, err
	}
	s := &Staged{target: path, temporary: filepath.Join(filepath.Dir(path), fmt.Sprintf(".evalrun-%016x.tmp", rand.Uint64()))}
	var err error
	switch s.old, err = openLocked(path, 0); {
	case err == nil:
		err = checkReplaceable(s.old)
	case errors.Is(err, os.ErrNotExist):
		err = nil
	default:
		return nil, err
	}
	if err == nil {
		s.Writer, err = Create(s.temporary)
	}
	if err != nil {
		s.unlock()
		return nil, fmt.Errorf("record %s: %w", path, err)
	}
	return s, nil
}

// Place closes the record and puts it at its path. After an error nothing has
// changed there.
func (s *Staged) Place() error {
	err := s.Close()
	if err == nil {
		err = os.Rename(s.temporary, s.target)
	}
	s.placed = err == nil
	return err
}

// Discard removes a record that was not placed, and gives what is at its path
// free. It is called in any case.
func (s *Staged) Discard() {
	if !s.placed {
		_ = s.Close() // it is of no use
		_ = os.Remove(s.temporary)
	}
	s.unlock()
}

func (s *Staged) unlock() {
	if s.old != nil {
		_ = s.old.Close() // nothing was written to it
		s.old = nil
	}
}
