package batch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// The API's limits of a batch.
const (
	maxRequests = 100_000
	maxBytes    = 256 << 20
)

// What is around the requests of a batch, and around the parameters of each.
const (
	bodyBegin  = `{"requests":[`
	bodyEnd    = `]}`
	paramsTail = `}`
)

// gathering is a batch that requests are still added to. All have the headers of
// the batch.
type gathering struct {
	version string
	betas   []string
	ids     []customID
	has     map[uint64]bool
	worst   float64
	unknown bool // the worst of a request is not known
	file    *tempFile
	out     *bufio.Writer
	bytes   int64
}

// headers name the requests that one batch can have.
func headers(req *messages.Request) string {
	return req.Version + "\n" + strings.Join(req.Betas, ",")
}

func newGathering(dir string, req *messages.Request) (*gathering, error) {
	file, err := newTempFile(dir)
	if err != nil {
		return nil, fmt.Errorf("the requests of a batch cannot be kept: %w", err)
	}
	g := &gathering{version: req.Version, betas: req.Betas, has: map[uint64]bool{}, file: file, out: bufio.NewWriterSize(file, 64<<10)}
	g.write([]byte(bodyBegin))
	return g, nil
}

func (g *gathering) write(text []byte) {
	n, _ := g.out.Write(text) // flush has the error
	g.bytes += int64(n)
}

// entry is a request as a batch has it.
type entry struct {
	id     customID
	before []byte
	params io.WriterTo
	size   int64
}

func newEntry(id customID, req *messages.Request) entry {
	params := messages.BatchParams(req.Body)
	before := fmt.Appendf(nil, `{"custom_id":"%s","params":`, id)
	return entry{id, before, params, int64(len(before)+len(paramsTail)) + params.Len()}
}

// fits reports whether the request can be added under the limits.
func (g *gathering) fits(e *entry, requests int, bytes int64) bool {
	return len(g.ids) < requests && g.bytes+1+e.size+int64(len(bodyEnd)) <= bytes
}

// add adds a request that fits.
func (g *gathering) add(e *entry) {
	if len(g.ids) > 0 {
		g.write([]byte{','})
	}
	g.write(e.before)
	n, _ := e.params.WriteTo(g.out)
	g.bytes += n
	g.write([]byte(paramsTail))
	g.ids = append(g.ids, e.id)
	g.has[e.id.short()] = true
}

// end completes the body.
func (g *gathering) end() (messages.BatchBody, error) {
	g.write([]byte(bodyEnd))
	err := g.out.Flush()
	g.out = nil
	return messages.BatchBody{
		Open: func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(g.file, 0, g.bytes)), nil },
		Size: g.bytes, Version: g.version, Betas: g.betas,
	}, err
}

// gather takes a request into a batch. Where it does not fit into the one that is
// gathered, that is created first.
func (s *Sender) gather(ctx context.Context, id customID, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := newEntry(id, req)
	if int64(len(bodyBegin)+len(bodyEnd))+e.size > s.opts.MaxBytes {
		return &messages.Exchange{Error: &messages.Error{
			Type: "request_too_large", Message: fmt.Sprintf("not sent: the request has %d bytes, more than a whole batch", e.size),
		}}, nil
	}
	key := headers(req)
	g := s.gathering[key]
	if g != nil && !g.fits(&e, s.opts.MaxRequests, s.opts.MaxBytes) {
		if err := s.create(ctx, key); err != nil {
			return nil, err
		}
		g = nil
	}
	if g == nil {
		var err error
		if g, err = newGathering(s.opts.Dir, req); err != nil {
			return nil, err
		}
		s.gathering[key] = g
	}
	if s.opts.Money != nil {
		if worst := s.opts.Money.Worst(req); worst != nil {
			g.worst += *worst
		} else {
			g.unknown = true
		}
	}
	g.add(&e)
	delete(s.again, id.short())
	return nil, messages.ErrPending
}
