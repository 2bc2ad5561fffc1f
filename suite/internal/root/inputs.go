package root

import (
	"io/fs"
	"path/filepath"
	"time"
)

// Use notes that a suite makes use of a file.
func (r *Root) Use(rel string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[rel] = true
}

// IsUsed reports whether a suite makes use of a file.
func (r *Root) IsUsed(rel string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.used[rel]
}

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

// Abs is the absolute path of one below the root.
func (r *Root) Abs(rel string) string { return filepath.Join(r.Real, filepath.FromSlash(rel)) }

// see notes the state that a file had when it was first looked at.
func (r *Root) see(rel string, info fs.FileInfo, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, before := r.seen[rel]; !before {
		r.seen[rel] = stateOf(info, err)
	}
}

// IsSeen reports whether a file was read or looked for.
func (r *Root) IsSeen(rel string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, is := r.seen[rel]
	return is
}

// seeGlob notes a glob that files were found by.
func (r *Root) seeGlob(glob string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.globs[glob] = true
}

// Changed is Changed of the files below the root.
func (r *Root) Changed(leftOut func(path string) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for rel, was := range r.seen {
		info, err := r.Stat(rel)
		if now := stateOf(info, err); now != was && !leftOut(r.Abs(rel)) {
			return true
		}
	}
	for glob := range r.globs {
		files, err := r.match(glob)
		if err != nil {
			continue // which finding the files reported
		}
		for _, rel := range files {
			if _, is := r.seen[rel]; !is && !isSecret(rel) && !leftOut(r.Abs(rel)) {
				return true
			}
		}
	}
	return false
}
