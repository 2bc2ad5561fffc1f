package suite

import (
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
)

// maxFiles bounds how many files one run looks at.
const maxFiles = 100_000

// candidate is a file that may hold suites. One that was named must.
type candidate struct {
	root  *root.Root
	rel   string
	shown string
	named bool
}

// find lists the files that the paths stand for: a file is itself, a
// directory its YAML files and those of the directories below it.
func (l *loader) find(paths []string) []candidate {
	var out []candidate
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			l.diags.Add(fileDiag(p, "cannot read: "+root.Explain(err).Error()))
			continue
		}
		dir := p
		if !info.IsDir() {
			dir = filepath.Dir(p)
		}
		r, rel, ok := l.rootOf(dir, p)
		if !ok {
			continue
		}
		if l.opts.Committed != nil {
			p = r.Show(rel)
		}
		if info.IsDir() {
			out = append(out, l.walk(r, rel, p)...)
			l.set.walked = append(l.set.walked, walked{r, rel, p})
			continue
		}
		out = append(out, candidate{root: r, rel: rel, shown: filepath.Clean(p), named: true})
	}
	return unique(out)
}

// unique leaves out files that were found twice; being named counts.
func unique(in []candidate) []candidate {
	seen := map[string]int{}
	var out []candidate
	for _, c := range in {
		key := c.root.Real + "\x00" + c.rel
		if i, ok := seen[key]; ok {
			out[i].named = out[i].named || c.named
			continue
		}
		seen[key] = len(out)
		out = append(out, c)
	}
	return out
}

// rootOf gives the root that bounds a path, and the path relative to it.
func (l *loader) rootOf(dir, p string) (*root.Root, string, bool) {
	at, open := l.opts.Root, root.Open
	if c := l.opts.Committed; c != nil {
		at, open = c.Dir, func(string) (*root.Root, error) { return c.open() }
	}
	if at == "" {
		found, err := root.Find(dir, defaultsFile)
		if err != nil {
			l.diags.Add(fileDiag(p, "cannot find its root: "+err.Error()))
			return nil, "", false
		}
		if root.ReachedByLink(found) {
			d := fileDiag(p, found+" is reached by a link, so what bounds the suites there is not clear")
			d.Hint = "name the directory that they may read with --root"
			l.diags.Add(d)
			return nil, "", false
		}
		at = found
	}
	r := l.roots[at]
	if r == nil {
		opened, err := open(at)
		if err != nil {
			l.diags.Add(fileDiag(at, "cannot open the root: "+root.Explain(err).Error()))
			return nil, "", false
		}
		r = opened
		l.roots[at] = r
	}
	rel, err := r.Within(p)
	if err != nil {
		l.diags.Add(fileDiag(p, err.Error()))
		return nil, "", false
	}
	return r, rel, true
}

// fileDiag is a diagnostic of a file as a whole.
func fileDiag(name, message string) diagnostic.Diagnostic {
	return diagnostic.Diagnostic{Position: diagnostic.Position{File: name}, Message: message}
}
