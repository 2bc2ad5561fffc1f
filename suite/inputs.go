package suite

import (
	"os"

	"github.com/evalrun/evalrun/suite/internal/root"
)

// Inputs are the files that a Load read or looked for, those too that were not
// there, and the directories and globs by which it found them. It is not for
// concurrent use.
type Inputs struct {
	there  map[string]bool // the paths that were named, and whether they were there
	roots  []*root.Root
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

// Changed reports whether an input is not as it was when it was read, or there
// is a new one. A path for which leftOut is true does not count.
func (in *Inputs) Changed(leftOut func(path string) bool) bool {
	for _, r := range in.roots {
		if r.Changed(leftOut) {
			return true
		}
	}
	for _, w := range in.walked {
		again := &loader{set: &Set{}}
		for _, c := range again.walk(w.root, w.rel, w.shown) {
			if !w.root.IsSeen(c.rel) && !leftOut(w.root.Abs(c.rel)) {
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
