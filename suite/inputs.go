package suite

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// Inputs are the files that a Load read or looked for, those too that were not
// there, and the directories and globs by which it found them. It is not for
// concurrent use.
type Inputs struct {
	there  map[string]bool // the paths that were named, and whether they were there
	roots  []*root
	walked []walked
}

func newInputs(paths []string) *Inputs {
	in := &Inputs{there: map[string]bool{}}
	for _, path := range paths {
		in.there[path] = exists(path)
	}
	return in
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Inputs gives what the set was read from. What expressions read counts once
// they are compiled.
func (s *Set) Inputs() *Inputs { return s.inputs }

// fileState distinguishes versions of a file, as far as that is possible without
// reading it. The zero value is of a file that is not there.
type fileState struct {
	modified time.Time
	size     int64
}

func stateOf(info fs.FileInfo, err error) fileState {
	if err != nil {
		return fileState{}
	}
	return fileState{info.ModTime(), info.Size()}
}

// Changed reports whether an input is not as it was when it was read, or there
// is a new one. A path for which leftOut is true does not count.
func (in *Inputs) Changed(leftOut func(path string) bool) bool {
	for _, r := range in.roots {
		if r.changed(leftOut) {
			return true
		}
	}
	for _, w := range in.walked {
		again := &loader{set: &Set{}}
		for _, c := range again.walk(w.root, w.rel, w.shown) {
			if !w.root.isSeen(c.rel) && !leftOut(w.root.abs(c.rel)) {
				return true
			}
		}
	}
	for path, was := range in.there {
		if exists(path) != was {
			return true
		}
	}
	return false
}

// abs is the absolute path of one below the root.
func (r *root) abs(rel string) string { return filepath.Join(r.real, filepath.FromSlash(rel)) }

// see notes the state that a file had when it was first looked at.
func (r *root) see(rel string, info fs.FileInfo, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[string]fileState{}
	}
	if _, before := r.seen[rel]; !before {
		r.seen[rel] = stateOf(info, err)
	}
}

func (r *root) isSeen(rel string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, is := r.seen[rel]
	return is
}

// seeGlob notes a glob that files were found by.
func (r *root) seeGlob(glob string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.globs == nil {
		r.globs = map[string]bool{}
	}
	r.globs[glob] = true
}

// changed is Changed of the files below the root.
func (r *root) changed(leftOut func(path string) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for rel, was := range r.seen {
		info, err := r.fs.Stat(filepath.FromSlash(rel))
		if now := stateOf(info, err); now != was && !leftOut(r.abs(rel)) {
			return true
		}
	}
	for glob := range r.globs {
		files, err := doublestar.Glob(r.fs.FS(), glob, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
		if err != nil {
			continue // which finding the files reported
		}
		for _, rel := range files {
			if _, is := r.seen[rel]; !is && !isSecret(rel) && !leftOut(r.abs(rel)) {
				return true
			}
		}
	}
	return false
}
