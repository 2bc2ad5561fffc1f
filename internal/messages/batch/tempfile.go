package batch

import "os"

// tempFile is a file that nobody else sees, and that is gone with the process
// where the system allows that.
type tempFile struct {
	*os.File
	path string // "" once it has no name
	size int64
}

func newTempFile(dir string) (*tempFile, error) {
	f, err := os.CreateTemp(dir, ".evalrun-batch-*")
	if err != nil {
		return nil, err
	}
	t := &tempFile{File: f, path: f.Name()}
	if os.Remove(t.path) == nil {
		t.path = ""
	}
	return t, nil
}

// append writes behind what is there.
func (t *tempFile) append(text []byte) error {
	n, err := t.WriteAt(text, t.size)
	t.size += int64(n)
	return err
}

func (t *tempFile) close() {
	_ = t.Close() // nothing of it is needed
	if t.path != "" {
		_ = os.Remove(t.path)
	}
}
