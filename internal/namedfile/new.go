package namedfile

import (
	"errors"
	"os"
)

// WriteNew makes a file with that text; fs.ErrExist where there is one, or a link.
func WriteNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
