package capture

import (
	"io"
	"sync"
	"sync/atomic"
)

// copies bounds the memory of what is under way: the requests and answers that
// are held to be recorded. What passes is not held.
type copies struct {
	held  atomic.Int64
	limit int64
}

// The bounds of what is held, in bytes.
const (
	// maxCopies is for all exchanges under way.
	maxCopies = 512 << 20
	// maxRequest is for one request: that of the API.
	maxRequest = 32 << 20
)

// take reports whether so many bytes more may be held, and holds them.
func (c *copies) take(n int) bool {
	if c.held.Add(int64(n)) <= c.limit {
		return true
	}
	c.held.Add(-int64(n))
	return false
}

func (c *copies) give(n int64) { c.held.Add(-n) }

// requestCopy is the body of a request, as it passes. An answer may come before
// all of it has.
type requestCopy struct {
	copies *copies

	mu   sync.Mutex
	text []byte
	lost bool // it is too large to be held
	over bool
}

// of gives a body that is copied as it is read.
func (c *requestCopy) of(body io.ReadCloser) io.ReadCloser { return copiedBody{body, c} }

type copiedBody struct {
	io.ReadCloser
	to *requestCopy
}

func (b copiedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.to.add(p[:n])
	return n, err
}

func (c *requestCopy) add(part []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.lost || c.over:
	case len(c.text)+len(part) > maxRequest || !c.copies.take(len(part)):
		c.drop()
		c.lost = true
	default:
		c.text = append(c.text, part...)
	}
}

// body gives what has passed; lost says that it could not be held. No more of it
// is copied.
func (c *requestCopy) body() (text []byte, lost bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	return c.text, c.lost
}

// release lets go of what is held.
func (c *requestCopy) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.drop()
}

func (c *requestCopy) drop() {
	c.copies.give(int64(len(c.text)))
	c.text = nil
}
