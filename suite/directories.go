package suite

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/suite/internal/root"
)

// maxSkippedLinks bounds how many links are named.
const maxSkippedLinks = 1000

// SkippedLink is a link below a directory that was named, which leads to a
// directory that is not walked.
type SkippedLink struct {
	// Path is the link as the user would write it, Reason a clause.
	Path, Reason string
}

// walk is one walk through a directory and the directories that are linked
// from there.
type walk struct {
	*loader
	root  *root.Root
	named string          // the directory, as the user wrote it
	seen  map[string]bool // directories, by their paths without links
	links []link
	found []candidate
}

// link is a link that is followed once all directories proper are walked.
type link struct{ rel, shown string }

// walk lists the YAML files below a directory, each by its path without links
// among the directories. A linked directory below the root is walked once.
// Hidden directories, testdata and node_modules are not walked.
func (l *loader) walk(r *root.Root, dir, shown string) []candidate {
	w := &walk{loader: l, root: r, named: shown, seen: map[string]bool{}}
	if rel, err := r.Unlinked(dir); err != nil {
		l.diags.Add(fileDiag(shown, "cannot read: "+err.Error()))
	} else {
		w.dir(rel, shown)
	}
	for ; len(w.links) > 0; w.links = w.links[1:] {
		w.follow(w.links[0])
	}
	slices.SortFunc(w.found, func(a, b candidate) int { return strings.Compare(a.rel, b.rel) })
	return w.found
}

// dir walks a directory. shown is how the user would write it.
func (w *walk) dir(dir, shown string) {
	err := fs.WalkDir(w.root.FS(), dir, func(rel string, d fs.DirEntry, err error) error {
		below, _ := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(rel))
		at := filepath.Join(shown, below)
		if w.opts.Committed != nil {
			at = w.root.Show(rel)
		}
		if err != nil {
			w.diags.Add(fileDiag(at, "cannot read: "+w.root.Explain(err).Error()))
			return nil
		}
		if d.IsDir() {
			if w.seen[rel] || rel != dir && root.IsSkippedDir(d.Name()) {
				return fs.SkipDir
			}
			w.seen[rel] = true
			return nil
		}
		return w.file(rel, at, d)
	})
	if err != nil {
		w.diags.Add(fileDiag(shown, "cannot read: "+w.root.Explain(err).Error()))
	}
}

// file takes a file or a link.
func (w *walk) file(rel, shown string, d fs.DirEntry) error {
	isYAML := strings.EqualFold(path.Ext(rel), ".yaml") || strings.EqualFold(path.Ext(rel), ".yml")
	switch {
	case strings.HasPrefix(d.Name(), "."):
	case d.Type()&fs.ModeSymlink != 0 && !root.IsSkippedDir(d.Name()) && !(isYAML && w.leadsToFile(rel)):
		w.links = append(w.links, link{rel, shown})
	case !isYAML:
	case len(w.found) == maxFiles:
		w.diags.Add(fileDiag(w.named, "it holds more than 100,000 YAML files"))
		return fs.SkipAll
	default:
		w.found = append(w.found, candidate{root: w.root, rel: rel, shown: shown})
	}
	return nil
}

// leadsToFile reports whether a link of a YAML file's name is one to a file, or
// to nothing, which reading it reports.
func (w *walk) leadsToFile(rel string) bool {
	info, err := w.root.Stat(rel)
	return err != nil || !info.IsDir()
}

// follow walks the directory that a link leads to, if it may. A link to a
// file that is not YAML is none of ours.
func (w *walk) follow(at link) {
	if info, err := os.Stat(filepath.Join(w.root.Real, filepath.FromSlash(at.rel))); err == nil && !info.IsDir() {
		return
	}
	rel, err := w.root.Unlinked(at.rel)
	switch {
	case err == nil && w.seen[rel]:
	case err == nil && (rel == "." || strings.HasPrefix(at.rel, rel+"/")):
		err = errors.New("it leads to a directory that it is in")
	case err == nil:
		w.dir(rel, w.root.Show(rel))
	}
	if err != nil && len(w.set.SkippedLinks) < maxSkippedLinks {
		w.set.SkippedLinks = append(w.set.SkippedLinks, SkippedLink{at.shown, err.Error()})
	}
}
