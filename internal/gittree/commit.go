package gittree

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"strings"
	"unicode"
)

// Commit is a commit, as it is found by a name.
type Commit struct {
	Ref  string // as it was given
	Hash string // in hex
	// Prefix is where Options.Dir is in the repository, with slashes; "" at its
	// top.
	Prefix string

	opts Options
}

// ErrNotRepository says that a directory is in no git repository.
var ErrNotRepository = errors.New("not in a git repository")

// ErrUnknown says that a repository has no commit of that name.
var ErrUnknown = errors.New("no commit of that name")

const maxRef = 1000

// Find finds a commit by a name that git understands: a branch, a tag, a hash,
// HEAD~1. A name that git could take for a flag is an error.
func Find(ctx context.Context, ref string, opts Options) (*Commit, error) {
	switch {
	case ref == "":
		return nil, errors.New("the name is empty")
	case strings.HasPrefix(ref, "-"):
		return nil, fmt.Errorf("%q begins with -, which no name of a commit does", ref)
	case len(ref) > maxRef || strings.ContainsFunc(ref, unicode.IsControl):
		return nil, errors.New("the name is too long, or has control characters")
	}
	prefix, err := opts.output(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, ErrNotRepository
		}
		return nil, err
	}
	hash, err := opts.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return nil, unlessFailed(err, ErrUnknown)
	}
	c := &Commit{Ref: ref, Hash: strings.TrimSpace(hash), Prefix: path.Clean("/" + strings.TrimSuffix(prefix, "\n"))[1:], opts: opts}
	if len(c.Hash) < 40 || strings.Trim(c.Hash, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("git rev-parse says %q, expected a hash", c.Hash)
	}
	return c, nil
}

// unlessFailed is otherwise where git ran and said no, and else the error.
func unlessFailed(err, otherwise error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return otherwise
	}
	return err
}

// Short is the beginning of the hash, as people write it.
func (c *Commit) Short() string { return c.Hash[:10] }

// String names the commit: by its name and hash, or by its hash where that is its
// name.
func (c *Commit) String() string {
	if strings.HasPrefix(c.Hash, c.Ref) {
		return c.Short()
	}
	return c.Ref + " (" + c.Short() + ")"
}
