package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/term"

	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
)

// streams are a command's standard streams. Nothing is written to stdout,
// stderr or a report's file but through a safetext.Writer.
type streams struct {
	in       io.Reader
	out, err *stream
	secrets  safetext.Redactor
	writing  *sync.Mutex // held while reports are written
	wide     bool        // tables are as wide as what they hold, and hold all of it
	// interrupted is set by a signal that did not end the command at once.
	interrupted *atomic.Bool
	// onTerminal says that the command was started on a terminal.
	onTerminal bool
	// completing says that a shell asks what may come next.
	completing bool
	// raw are the streams as they are, for another program.
	raw rawStreams
}

// rawStreams are standard streams as they were given.
type rawStreams struct {
	in       io.Reader
	out, err io.Writer
}

// stream is stdout or stderr.
type stream struct {
	*safetext.Writer
	terminal *os.File // nil where it is none
	colours  bool
}

func newStreams(in io.Reader, out, err io.Writer, headers ...string) streams {
	s := streams{in: in, secrets: safetext.NewRedactor(endpoint.Credentials(headers)...), writing: new(sync.Mutex), interrupted: new(atomic.Bool), raw: rawStreams{in, out, err}}
	s.out, s.err = newStream(out, s.secrets), newStream(err, s.secrets)
	_, typed := terminalOf(in)
	s.onTerminal = typed || s.out.terminal != nil || s.err.terminal != nil
	return s
}

func newStream(w io.Writer, secrets safetext.Redactor) *stream {
	s := &stream{}
	if file, ok := terminalOf(w); ok {
		s.terminal = file
		s.colours = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	s.Writer = safetext.NewWriter(w, secrets, s.colours)
	return s
}

// terminalOf gives the terminal that a stream is.
func terminalOf(stream any) (*os.File, bool) {
	file, ok := stream.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// written is the error of a command, err, with that of a stdout that was closed
// or is full, whatever wrote to it: its code is the same for every command.
func (s streams) written(err error) error {
	full := s.out.Flush()
	var exit *exitError
	switch {
	case full == nil, errors.Is(err, full) && errors.As(err, &exit):
		return err
	case errors.Is(err, full):
		return &exitError{exitErrors, err}
	}
	var path *fs.PathError
	if errors.As(full, &path) {
		full = path.Err
	}
	return worst(err, &exitError{exitErrors, fmt.Errorf("cannot write to stdout: %w", full)})
}

// file writes a report to a file.
func (s streams) file(path string, write func(io.Writer) error) error {
	return namedfile.WriteFile(path, func(w io.Writer) error { return s.safely(w, write) })
}

// safely writes a report to what is neither stdout nor stderr.
func (s streams) safely(w io.Writer, write func(io.Writer) error) error {
	safe := safetext.NewWriter(w, s.secrets, false)
	if err := write(safe); err != nil {
		return err
	}
	return safe.Flush()
}

// workflow has what is written to w annotate a workflow of GitHub.
func workflow(w io.Writer, write func(io.Writer) error) error {
	switch w := w.(type) {
	case *stream:
		return w.Workflow(write)
	case *safetext.Writer:
		return w.Workflow(write)
	}
	return write(w)
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(w io.Writer) bool {
	s, ok := w.(*stream)
	return ok && s.terminal != nil
}

// width is how many cells a line of the stream has; 0 where it is no
// terminal.
func width(w io.Writer) int {
	cells, _ := size(w)
	return cells
}

// size is the width and the height of a terminal; 0 where the stream is none.
func size(w io.Writer) (width, height int) {
	s, ok := w.(*stream)
	if !ok || s.terminal == nil {
		return 0, 0
	}
	width, height, err := term.GetSize(int(s.terminal.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// hasColours reports whether a stream gets colours: it is a terminal, and
// NO_COLOR is not set.
func hasColours(w io.Writer) bool {
	s, ok := w.(*stream)
	return ok && s.colours
}

// table is how a table is shown on a stream.
func (s streams) table(w io.Writer) reporters.TableOptions {
	cells, lines := size(w)
	return reporters.TableOptions{Width: cells, Height: lines, Colour: hasColours(w), Wide: s.wide, All: s.wide}
}
