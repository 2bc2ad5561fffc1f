package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/wording"
)

const (
	// maxUnasked bounds what a server writes between two of its answers, in bytes.
	maxUnasked = 2 * maxMessage
	// maxNotes bounds the messages in it.
	maxNotes = 10_000
)

// pipe is a transport of MCP to a process: a message a line. What is no message,
// and an answer that nothing had asked for, end it.
type pipe struct {
	proc *process
	over chan struct{} // closed once nothing is read any more

	// next are messages that were read and not handed on; unasked the bytes and notes
	// the messages since the last answer. They belong to the reader.
	next           []jsonrpc.Message
	unasked, notes int

	writing chan struct{} // holds one while a message is written
	mu      sync.Mutex
	asked   map[jsonrpc.ID]bool
	cause   error // why it broke
	closing sync.Once
}

func newPipe(p *process) *pipe {
	return &pipe{proc: p, over: make(chan struct{}), writing: make(chan struct{}, 1), asked: map[jsonrpc.ID]bool{}}
}

// Connect gives the pipe itself.
func (p *pipe) Connect(context.Context) (mcp.Connection, error) { return p, nil }

// SessionID is "": there is one session a process.
func (p *pipe) SessionID() string { return "" }

// Read gives the next message. What the server wrote together with it is read
// first, so that an answer does not count that is followed by a second one.
func (p *pipe) Read(context.Context) (jsonrpc.Message, error) {
	for more := len(p.next) == 0; more; {
		l, err := p.line()
		if err == nil {
			err = p.take(l.text)
		}
		if err != nil {
			return nil, p.fail(err)
		}
		more = l.more || len(p.next) == 0
	}
	first := p.next[0]
	p.next = p.next[1:]
	return first, nil
}

// line waits for a line of the server.
func (p *pipe) line() (line, error) {
	select {
	case l, open := <-p.proc.lines:
		if open && l.err == nil {
			return l, nil
		}
		return l, p.proc.gone(l.err)
	case <-p.over:
		return line{}, io.EOF
	}
}

// take reads a message.
func (p *pipe) take(text []byte) error {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return nil
	}
	if !utf8.Valid(text) {
		return errors.New("wrote what is no UTF-8")
	}
	m, err := jsonrpc.DecodeMessage(text)
	if err != nil {
		return fmt.Errorf("wrote a line that is no message of MCP: %s", wording.Start(string(text), maxShown))
	}
	p.unasked += len(text)
	p.notes++
	if answer, ok := m.(*jsonrpc.Response); ok {
		if !p.answers(answer.ID) {
			return errors.New("answered what was not asked, or answered twice")
		}
		p.unasked, p.notes = 0, 0
	}
	if p.unasked > maxUnasked || p.notes > maxNotes {
		return fmt.Errorf("wrote more than %d bytes, or %d messages, without an answer", maxUnasked, maxNotes)
	}
	p.next = append(p.next, m)
	return nil
}

// answers reports whether an answer is to a request that has none yet.
func (p *pipe) answers(id jsonrpc.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked[id]
	delete(p.asked, id)
	return asked
}

// fail notes why the pipe broke, unless it was closed, and ends the process.
func (p *pipe) fail(err error) error {
	p.mu.Lock()
	if p.cause == nil && !errors.Is(err, io.EOF) {
		p.cause = err
	}
	p.mu.Unlock()
	p.close(0)
	return err
}

// problem is why the pipe broke; nil where it did not.
func (p *pipe) problem() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cause
}

// Write writes a message. One that the server does not read is left to a goroutine,
// which ends with the process.
func (p *pipe) Write(ctx context.Context, m jsonrpc.Message) error {
	text, err := jsonrpc.EncodeMessage(m)
	if err != nil {
		return err
	}
	select {
	case p.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.over:
		return io.ErrClosedPipe
	}
	if request, ok := m.(*jsonrpc.Request); ok && request.IsCall() {
		p.mu.Lock()
		p.asked[request.ID] = true
		p.mu.Unlock()
	}
	written := make(chan struct{})
	go func() {
		defer fault.Catch()
		p.proc.stdin.Write(append(text, '\n')) // that it ended is read from its output
		<-p.writing
		close(written)
	}()
	select {
	case <-written:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the process.
func (p *pipe) Close() error {
	p.close(grace)
	return nil
}

func (p *pipe) close(patience time.Duration) {
	p.closing.Do(func() {
		close(p.over)
		p.proc.close(patience)
	})
}
