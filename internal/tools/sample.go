package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// sample are the calls of one sample.
type sample struct {
	tools *Tools
	from  []string
	// connections are those that it has taken, by the server's name.
	connections map[string]*connection
	own         []*server // whose slots it holds
	ready       bool
}

// Call calls a tool of a command or a server.
func (s *sample) Call(ctx context.Context, from, tool string, input json.RawMessage) (Result, error) {
	if command := s.tools.file.Tools[from]; command != nil && from == tool {
		return s.tools.run(ctx, from, command, input)
	}
	on := s.tools.servers[from]
	if on == nil {
		return Result{}, fmt.Errorf("is not in the file of tools")
	}
	c, err := s.connection(ctx, from, on)
	if err != nil {
		return Result{}, err
	}
	result, err := c.call(ctx, tool, input)
	if err != nil && ctx.Err() == nil {
		on.retire(c)
	}
	return result, err
}

// connection is the one by which the sample uses a server.
func (s *sample) connection(ctx context.Context, name string, on *server) (*connection, error) {
	if c := s.connections[name]; c != nil {
		return c, nil
	}
	if err := s.reserve(ctx); err != nil {
		return nil, err
	}
	c, err := on.take(ctx)
	if err != nil {
		return nil, err
	}
	s.connections[name] = c
	if on.PerSample {
		return c, nil
	}
	// It has served others, and may have changed since.
	err = on.unchanged(ctx, c)
	if err != nil {
		on.retire(c)
	}
	return c, err
}

// reserve takes the slots of all servers that the sample may have for its own, in
// one order: else two samples could wait for what the other one holds.
func (s *sample) reserve(ctx context.Context) error {
	if s.ready {
		return nil
	}
	for _, name := range slices.Sorted(slices.Values(s.from)) {
		on := s.tools.servers[name]
		if on == nil || !on.PerSample {
			continue
		}
		select {
		case on.slots <- struct{}{}:
			s.own = append(s.own, on)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.ready = true
	return nil
}

// Close gives back what the sample has taken, and ends what ran for it alone.
func (s *sample) Close() {
	for name, c := range s.connections {
		s.tools.servers[name].give(c)
	}
	for _, on := range s.own {
		<-on.slots
	}
	s.connections, s.own, s.ready = map[string]*connection{}, nil, false
}
