package gittree

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// entry is a file of a commit.
type entry struct{ mode, hash, path string }

// How git names the kinds of entries.
const (
	modeFile       = "100644"
	modeExecutable = "100755"
	modeLink       = "120000"
	modeSubmodule  = "160000"
)

// maxFiles bounds how many files a commit may have.
const maxFiles = 500_000

// entries lists the commit's files below Options.Dir; none where it has no such
// directory.
func (c *Commit) entries(ctx context.Context) ([]entry, error) {
	tree := c.Hash + "^{tree}"
	if c.Prefix != "" {
		tree = c.Hash + ":" + c.Prefix
	}
	hash, err := c.opts.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", tree)
	if err != nil {
		return nil, unlessFailed(err, nil)
	}
	list, err := c.opts.output(ctx, "ls-tree", "-r", "-z", "--full-tree", strings.TrimSpace(hash))
	if err != nil {
		return nil, err
	}
	var out []entry
	for line := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		if line == "" {
			continue
		}
		what, name, ok := strings.Cut(line, "\t")
		fields := strings.Fields(what)
		if !ok || len(fields) != 3 {
			return nil, fmt.Errorf("git ls-tree says %q, which is no entry", line)
		}
		if len(out) == maxFiles {
			return nil, fmt.Errorf("the commit has more than %d files; bound what suites may read by --root, or by an evalrun.yaml beside them", maxFiles)
		}
		out = append(out, entry{fields[0], fields[2], name})
	}
	return out, nil
}

// refused says why an entry is left out; "" where it is not.
func (e entry) refused() string {
	switch e.mode {
	case modeSubmodule:
		return "it is a submodule, whose files the commit does not hold"
	case modeFile, modeExecutable, modeLink, "100664": // which old versions of git wrote
	default:
		return "it is no file, by its mode " + e.mode
	}
	for part := range strings.SplitSeq(e.path, "/") {
		if part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") || strings.ContainsRune(part, '\\') {
			return "its name leads elsewhere"
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(e.path)) {
		return "its name leads elsewhere"
	}
	return ""
}
