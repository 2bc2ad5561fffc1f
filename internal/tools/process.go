package tools

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

const (
	// maxLine bounds what a check answers, in bytes.
	maxLine = 1 << 20
	// keptErrors is how much of the end of its stderr is kept, in bytes.
	keptErrors = 2 << 10
	// grace is how long a command has to end by itself.
	grace = 2 * time.Second
)

// process is a command that runs. It answers each line with a line, one at a
// time. It belongs to one goroutine.
type process struct {
	cmd    *exec.Cmd
	most   int // bytes of a line
	stdin  io.WriteCloser
	lines  chan line     // closed at the end of its output
	ended  chan struct{} // closed once it and all that it started is gone
	stderr tail
	asked  int
}

// line is a line that a command wrote, or why there is none.
type line struct {
	text []byte
	more bool // says that it wrote more together with the line
	err  error
}

// start runs a command, whose lines have at most so many bytes. Its environment
// is what the file names.
func start(dir string, c *Command, most int) (*process, error) {
	p := &process{cmd: exec.Command(c.Args[0], c.Args[1:]...), most: most, lines: make(chan line, 1), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = dir, environment(c.Env)
	ownGroup(p.cmd)
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// Pipes of our own: the command's end is seen also where what it started
	// still holds them.
	stdout, outEnd, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer outEnd.Close()
	stderr, errEnd, err := os.Pipe()
	if err != nil {
		stdout.Close()
		return nil, err
	}
	defer errEnd.Close()
	p.stdin, p.cmd.Stdout, p.cmd.Stderr = stdin, outEnd, errEnd
	if err := p.cmd.Start(); err != nil {
		stdout.Close()
		stderr.Close()
		return nil, fmt.Errorf("cannot be started: %w", err)
	}
	p.follow(stdout, stderr)
	return p, nil
}

// follow reads what the command writes, and waits for its end, which is that of
// all that it started.
func (p *process) follow(stdout, stderr *os.File) {
	var reading sync.WaitGroup
	reading.Go(func() {
		defer fault.Catch()
		defer stdout.Close()
		p.read(stdout)
		io.Copy(io.Discard, stdout) // so that a full pipe does not stop it
	})
	reading.Go(func() {
		defer fault.Catch()
		defer stderr.Close()
		io.Copy(&p.stderr, stderr)
	})
	go func() {
		defer fault.Catch()
		p.cmd.Wait()
		killGroup(p.cmd)
		reading.Wait()
		close(p.ended)
	}()
}

// environment has PATH, what Windows needs to start a program, and the named
// variables.
func environment(names []string) []string {
	if names = append([]string{"PATH"}, names...); runtime.GOOS == "windows" {
		names = append(names, "SystemRoot")
	}
	out := []string{}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// read hands on the lines of the command until it ends or one is too long.
func (p *process) read(stdout io.Reader) {
	r := bufio.NewReaderSize(stdout, 64<<10)
	var text []byte
	for {
		part, err := r.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > p.most:
			p.lines <- line{err: fmt.Errorf("wrote a line of more than %d bytes", p.most)}
			return
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(bytes.TrimSpace(text)) > 0:
			p.lines <- line{err: errors.New("ended within a line")}
			return
		case err != nil:
			close(p.lines)
			return
		}
		p.lines <- line{text: text, more: r.Buffered() > 0}
		text = nil
	}
}

// ask writes a line and waits for the one that answers it. After an error the
// process is not to be asked again.
func (p *process) ask(ctx context.Context, request []byte, timeout time.Duration) ([]byte, error) {
	select {
	case l, open := <-p.lines:
		if open && l.err == nil {
			return nil, errors.New("wrote a line that nothing had asked for")
		}
		return nil, p.gone(l.err)
	default:
	}
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	written := make(chan error, 1)
	go func() {
		defer fault.Catch()
		_, err := p.stdin.Write(append(request, '\n'))
		written <- err
	}()
	for {
		select {
		case err := <-written:
			if err != nil {
				written = nil // that it ended is read from its output
			}
		case l, open := <-p.lines:
			if open && l.err == nil {
				return l.text, nil
			}
			return nil, p.gone(l.err)
		case <-limit.C:
			return nil, fmt.Errorf("did not answer within %s", timeout)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// gone says why a process does not answer any more; err is what is wrong with
// its output, nil where that ended.
func (p *process) gone(err error) error {
	if err != nil {
		return err
	}
	if !p.isOver(grace) {
		return errors.New("closed its output and did not end")
	}
	return errors.New("ended before it answered: " + p.cmd.ProcessState.String() + lastWords(&p.stderr))
}

// close ends the process: it is asked to by the end of its input, and killed
// with all that it started where it goes on for longer than the patience.
func (p *process) close(patience time.Duration) {
	if patience == 0 {
		killGroup(p.cmd)
	}
	p.stdin.Close()
	go func() { // what it still writes is nobody's
		defer fault.Catch()
		for range p.lines {
		}
	}()
	if p.isOver(patience) {
		return
	}
	killGroup(p.cmd)
	p.isOver(grace) // what left the group may hold the pipes on
}

// isOver waits for the end of the process, and reports whether it came.
func (p *process) isOver(patience time.Duration) bool {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-p.ended:
		return true
	case <-limit.C:
		return false
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	last []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b[max(0, len(b)-keptErrors):]...)
	t.last = t.last[max(0, len(t.last)-keptErrors):]
	return len(b), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.TrimSpace(string(t.last)), "�")
}
