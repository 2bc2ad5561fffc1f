package root

import (
	"cmp"
	"errors"
	"path"
)

// Origin is where the files below a root are from, where they are those of a commit
// and are filled when they are read.
type Origin struct {
	// Name is what messages have before the paths of files, which are then from the
	// top of the repository; Repository is where the root is there.
	Name, Repository string
	// Fill writes a file of up to most bytes, by its path without links.
	Fill func(rel string, most int64) error
	// Why says why a file is not there; "" where that is not known.
	Why func(rel string) string
}

// From has the files be from elsewhere. It is called before any is read.
func (r *Root) From(o Origin) { r.origin, r.Dir, r.Repo = &o, cmp.Or(o.Name, r.Dir), o.Repository }

// maxFilled bounds a file that is filled, in bytes.
const maxFilled = 1 << 30

// fill writes a file that is about to be read.
func (r *Root) fill(rel string) error {
	if r.origin == nil {
		return nil
	}
	real, err := r.Unlinked(rel)
	if err != nil {
		return err
	}
	return r.origin.Fill(real, maxFilled)
}

// absent says why a file of a commit is not there; nil where that is not known.
func (r *Root) absent(rel string) error {
	if r.origin == nil {
		return nil
	}
	if why := r.origin.Why(path.Clean(rel)); why != "" {
		return errors.New(why)
	}
	return nil
}

func (o *Origin) show(rel string) string { return o.Name + ":" + path.Join(o.Repository, rel) }
