package runrecord

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/record"
)

// Where a run's record is by default; the previous one is kept beside it.
const (
	Dir      = ".evalrun"
	Last     = "last.jsonl"
	Previous = "previous.jsonl"
	Path     = Dir + "/" + Last
)

// Confirmed is how the records of what was asked anew end.
const Confirmed = ".confirm.jsonl"

// Begin begins the record in the default directory, which it makes so that git
// ignores it, and keeps the last one as the previous one.
func Begin(path string) (*record.Writer, error) { return BeginIn(path, Previous) }

// BeginIn is Begin with another name for the previous record.
func BeginIn(path, previous string) (*record.Writer, error) {
	if err := os.MkdirAll(Dir, 0o755); err != nil {
		return nil, err
	}
	if err := namedfile.WriteNew(filepath.Join(Dir, ".gitignore"), []byte("*\n")); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return record.Replace(path, filepath.Join(Dir, previous))
}

// KeepBeside moves the records beside that of the last run with it, which is the
// previous one now: its other side, and what was asked anew.
func KeepBeside() error {
	var errs []error
	for _, end := range []string{".against.jsonl", Confirmed, ".confirm.against.jsonl"} {
		previous := filepath.Join(Dir, "previous"+end)
		err := os.Rename(filepath.Join(Dir, "last"+end), previous)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.Remove(previous) // of a run before that
		}
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
