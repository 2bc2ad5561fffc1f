package gittree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Options are how git is run.
type Options struct {
	// Dir is a directory of the repository.
	Dir string
	// Env is the environment of git, without credentials.
	Env []string
}

// settings keep git from running or fetching anything: no pager, no monitor, no
// object that is not there, none that takes the place of another.
var settings = []string{
	"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
	"GIT_NO_REPLACE_OBJECTS=1", "GIT_PAGER=cat", "LC_ALL=C",
}

func (o Options) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", o.Dir, "-c", "core.fsmonitor=false", "-c", "protocol.allow=never"}, args...)...)
	cmd.Env = append(append([]string{}, o.Env...), settings...)
	return cmd
}

// maxOutput bounds what a command of git may say, in bytes: the names of half a
// million files.
const maxOutput = 64 << 20

// output runs git and gives what it wrote. An error has the first line of what git
// wrote on stderr.
func (o Options) output(ctx context.Context, args ...string) (string, error) {
	cmd := o.command(ctx, args...)
	var out, said bounded
	out.most, said.most = maxOutput, 4<<10
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not installed, or not in PATH")
	case out.over:
		return "", fmt.Errorf("git %s says more than %d MB", args[0], maxOutput>>20)
	case err != nil:
		return "", &gitError{args[0], firstLine(said.text.String()), err}
	}
	return out.text.String(), nil
}

// gitError is why a command of git failed.
type gitError struct {
	command, said string
	err           error
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s: %v", e.command, e.err)
	}
	return e.said
}

func (e *gitError) Unwrap() error { return e.err }

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: ")
}

// bounded keeps what is written, up to most bytes.
type bounded struct {
	text bytes.Buffer
	most int
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > b.most {
		b.over = true
		b.text.Write(p[:max(0, b.most-b.text.Len())])
		return 0, io.ErrShortWrite
	}
	return b.text.Write(p)
}
