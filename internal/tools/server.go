package tools

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

// maxStarts is how often in a row a server may fail to start.
const maxStarts = 3

// server is a server of the file in a run. One connection serves all samples, or
// each has one of its own. Where it broke, the samples that used it are in error,
// and the next one gets another.
type server struct {
	*Server
	dir   string
	slots chan struct{} // holds one for each connection of a sample of its own

	starting sync.Mutex // held while the connection of all samples starts
	mu       sync.Mutex
	shared   *connection         // nil before the first and after one that broke
	users    map[*connection]int // of each connection that is open
	named    []Definition        // the tools as they were at first
	known    bool                // says that named is set
	failures int                 // starts in a row that failed
	failed   error               // of the last start
	closed   bool
}

// definitions gives the tools of the server as they are at the start of the run.
func (s *server) definitions(ctx context.Context) ([]Definition, error) {
	c, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	s.give(c)
	return s.named, nil
}

// take gives a sample its connection, which it gives back.
func (s *server) take(ctx context.Context) (*connection, error) {
	if s.PerSample {
		return s.start(ctx)
	}
	s.starting.Lock()
	defer s.starting.Unlock()
	if c := s.current(); c != nil {
		return c, nil
	}
	c, err := s.start(ctx)
	if err == nil {
		s.mu.Lock()
		s.shared = c
		s.mu.Unlock()
	}
	return c, err
}

// current is the connection of all samples, for one more; nil where there is none.
func (s *server) current() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared != nil {
		s.users[s.shared]++
	}
	return s.shared
}

// start starts a server, whose tools have to be those of the start of the run.
func (s *server) start(ctx context.Context) (*connection, error) {
	if err := s.mayStart(); err != nil {
		return nil, err
	}
	c, err := s.connect(ctx)
	if err == nil {
		if err = s.accept(ctx, c); err != nil {
			c.end()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.failures, s.failed = 0, nil
	case ctx.Err() == nil:
		s.failures++
		s.failed = err
	}
	return c, err
}

// mayStart says why no server may be started any more.
func (s *server) mayStart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.failures >= maxStarts:
		return fmt.Errorf("did not start %d times in a row: %w", s.failures, s.failed)
	}
	return nil
}

var errChanged = errors.New("has other tools than at the start of the run, so that it is not what the requests say")

// accept takes a connection for one sample, if its tools are the ones that
// requests have.
func (s *server) accept(ctx context.Context, c *connection) error {
	found, err := c.list(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.known && !equal(s.named, found):
		return errChanged
	}
	s.named, s.known = found, true
	s.users[c]++
	return nil
}

// unchanged reports whether a server still has the tools that requests have.
func (s *server) unchanged(ctx context.Context, c *connection) error {
	found, err := c.list(ctx)
	if err == nil && !equal(s.named, found) {
		err = errChanged
	}
	return err
}

// give takes a connection back, and ends it where it serves nobody any more.
func (s *server) give(c *connection) {
	if s.leave(c) {
		c.close()
	}
}

// leave is one user less of a connection, and reports whether it is to be closed.
func (s *server) leave(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[c] > 0 {
		s.users[c]--
	}
	if n, open := s.users[c]; !open || n > 0 || s.shared == c {
		return false
	}
	delete(s.users, c)
	return true
}

// retire has no other sample use a connection that went wrong.
func (s *server) retire(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared == c {
		s.shared = nil
	}
}

// close ends all connections, and waits until they are gone.
func (s *server) close() {
	s.mu.Lock()
	all := s.users
	s.closed, s.shared, s.users = true, nil, map[*connection]int{}
	s.mu.Unlock()
	var closing sync.WaitGroup
	for c := range all {
		closing.Go(func() {
			defer fault.Catch()
			c.close()
		})
	}
	closing.Wait()
}
