package evaltest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// keep has the run's record answer from now on, where it has all answers.
func keep(t *testing.T, r *results, path string) {
	t.Helper()
	switch {
	case !r.whole:
		t.Logf("%s is left as it was: not every case was asked", path)
		return
	case !r.run.Complete, r.run.Totals.Cases.Error > 0:
		t.Logf("%s is left as it was: not every case has an answer; what was answered is in %s", path, r.path)
		return
	}
	if err := replace(path, r.path); err != nil {
		t.Errorf("cannot write the record: %v", err)
	}
}

// replace puts a copy of a file in the place of another one.
func replace(path, with string) error {
	from, err := os.Open(with)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	to, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err == nil {
		err = os.Rename(to.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(to.Name()))
	}
	return nil
}
