package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// run runs a tool's command for one call, once a process of it is free.
func (t *Tools) run(ctx context.Context, name string, tool *Tool, input json.RawMessage) (Result, error) {
	select {
	case t.slots[name] <- struct{}{}:
		defer func() { <-t.slots[name] }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	c := &call{dir: t.file.dir(), command: &tool.Command, stdout: capped{most: maxAnswer}}
	return c.run(ctx, input)
}

// maxAnswer bounds what a tool answers, in bytes.
const maxAnswer = 1 << 20

// call is one run of a tool's command.
type call struct {
	dir     string
	command *Command
	stdout  capped
	stderr  tail
}

// run gives the command the input, and its stdout to the model. An exit code other
// than 0 tells the model that the tool failed.
func (c *call) run(ctx context.Context, input []byte) (Result, error) {
	within, stop := context.WithTimeout(ctx, c.command.Timeout)
	defer stop()
	cmd := exec.CommandContext(within, c.command.Args[0], c.command.Args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, environment(c.command.Env), bytes.NewReader(input)
	cmd.Stdout, cmd.Stderr = &c.stdout, &c.stderr
	c.stdout.full = stop
	ownGroup(cmd)
	cmd.Cancel = func() error { killGroup(cmd); return nil }
	// What it started may hold its output open, and is killed with it.
	cmd.WaitDelay = lingering
	if err := cmd.Start(); err != nil {
		return Result{}, fmt.Errorf("cannot be started: %w", err)
	}
	err := cmd.Wait()
	killGroup(cmd)
	switch {
	case ctx.Err() != nil:
		return Result{}, ctx.Err()
	case c.stdout.over:
		return Result{}, fmt.Errorf("wrote more than %d bytes", maxAnswer)
	case within.Err() != nil:
		return Result{}, fmt.Errorf("did not answer within %s", c.command.Timeout)
	}
	return c.result(err)
}

// lingering is how long the output of a command is waited for once it has ended.
const lingering = time.Second

// result is what the model is told.
func (c *call) result(err error) (Result, error) {
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrWaitDelay), err == nil:
	case !errors.As(err, &exit):
		return Result{}, err
	case exit.ExitCode() < 0: // a signal ended it
		return Result{}, fmt.Errorf("ended before it answered: %s%s", exit, lastWords(&c.stderr))
	}
	if !utf8.Valid(c.stdout.text) {
		return Result{}, errors.New("wrote what is no UTF-8")
	}
	text := string(bytes.TrimSuffix(c.stdout.text, []byte("\n")))
	if exit == nil {
		return Result{Content: exactjson.Quote(text)}, nil
	}
	if text == "" {
		text = c.stderr.text()
	}
	if text == "" { // the API takes no error without a text
		text = exit.String()
	}
	return Result{Content: exactjson.Quote(text), Failed: true}, nil
}

// lastWords is what a program said on stderr, for an error.
func lastWords(stderr *tail) string {
	if said := stderr.text(); said != "" {
		return "; its last words on stderr: " + said
	}
	return ""
}

// capped keeps what is written to it, up to a bound.
type capped struct {
	text []byte
	most int
	over bool
	full func() // called once it is over
}

func (c *capped) Write(b []byte) (int, error) {
	if c.over || len(c.text)+len(b) > c.most {
		c.over = true
		c.full()
		return 0, io.ErrShortWrite
	}
	c.text = append(c.text, b...)
	return len(b), nil
}
