package suite

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/suite/internal/root"
)

// walked is a directory that was named, in which suites were looked for.
type walked struct {
	root       *root.Root
	rel, shown string
}

// UnreadFiles are files that no suite reads, in a directory where suites read
// others of their kind.
type UnreadFiles struct {
	// Files are their paths as the user would write them, in order.
	Files []string
	// Read is how many of their kind there are read.
	Read int
}

// folder is the files of one kind in one directory.
type folder struct{ dir, ext string }

// UnreadFiles finds files in the suites' own directories, and directly below
// them, that no suite reads although it reads most of their kind there. What
// expressions read is known once they are compiled, and nothing is found
// where not all cases were chosen.
func (s *Set) UnreadFiles() []UnreadFiles {
	var out []UnreadFiles
	for _, w := range s.walked {
		out = append(out, s.unreadFiles(w)...)
	}
	slices.SortFunc(out, func(a, b UnreadFiles) int { return strings.Compare(a.Files[0], b.Files[0]) })
	return slices.CompactFunc(out, func(a, b UnreadFiles) bool { return a.Files[0] == b.Files[0] })
}

func (s *Set) unreadFiles(w walked) []UnreadFiles {
	dirs, suites := s.suiteDirs(w.root)
	read, left := map[folder]int{}, map[folder][]string{}
	looked := 0
	err := fs.WalkDir(w.root.FS(), w.rel, func(rel string, d fs.DirEntry, err error) error {
		if looked++; err != nil || looked > maxFiles {
			return fs.SkipAll
		}
		if d.IsDir() {
			if rel != w.rel && root.IsSkippedDir(d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		dir := path.Dir(rel)
		in := folder{dir, strings.ToLower(path.Ext(rel))}
		switch {
		case !dirs[dir] && !dirs[path.Dir(dir)], suites[rel], isNote(d.Name()), !d.Type().IsRegular():
		case w.root.IsUsed(rel):
			read[in]++
		default:
			below, _ := filepath.Rel(filepath.FromSlash(w.rel), filepath.FromSlash(rel))
			left[in] = append(left[in], filepath.Join(w.shown, below))
		}
		return nil
	})
	if err != nil {
		return nil
	}
	var out []UnreadFiles
	for in, files := range left {
		if len(files) <= read[in] {
			out = append(out, UnreadFiles{Files: files, Read: read[in]})
		}
	}
	return out
}

// suiteDirs are the directories below a root that hold a suite, and the suites.
func (s *Set) suiteDirs(r *root.Root) (dirs, files map[string]bool) {
	dirs, files = map[string]bool{}, map[string]bool{}
	for _, suite := range s.Suites {
		if suite.stores.root == r {
			dirs[path.Dir(suite.Path)], files[suite.Path] = true, true
		}
	}
	return dirs, files
}

// isNote reports whether a file is for people who look at the directory.
func isNote(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "README") || strings.HasPrefix(name, "LICENSE") || strings.HasPrefix(name, "CHANGELOG")
}
