package messages

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// crowd is a server that answers once so many requests are there at the same
// time, and counts its connections.
type crowd struct {
	*httptest.Server
	dials atomic.Int64

	mu       sync.Mutex
	waiting  int
	complete chan struct{}
}

func newCrowd(t *testing.T, size int) *crowd {
	c := &crowd{complete: make(chan struct{})}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		complete := c.complete
		if c.waiting++; c.waiting == size {
			close(complete)
			c.waiting, c.complete = 0, make(chan struct{})
		}
		c.mu.Unlock()
		select {
		case <-complete:
			answerHello(w)
		case <-r.Context().Done():
		}
	}))
	c.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.dials.Add(1)
		}
	}
	t.Cleanup(c.Close)
	return c
}

// bursts is how often a crowd comes.
const bursts = 4

// ask sends bursts of so many requests at once.
func (c *crowd) ask(t *testing.T, s *HTTP, size int) {
	for range bursts {
		var all sync.WaitGroup
		for range size {
			all.Go(func() {
				if ex, err := s.Send(t.Context(), hello(), record.Identity{}); err != nil || ex.Error != nil {
					t.Errorf("%+v, %v", ex, err)
				}
			})
		}
		all.Wait()
	}
}

// TestABurstSharesAFewConnections sends a burst over HTTP/2, whose
// connections take 100 requests each before the server's settings allow more.
func TestABurstSharesAFewConnections(t *testing.T) {
	const size = 500
	server := newCrowd(t, size)
	server.EnableHTTP2 = true
	server.StartTLS()
	transport := newTransport(nil, false)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	server.ask(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Transport: transport}), size)
	if dials := server.dials.Load(); dials > size/10 {
		t.Errorf("%d connections for %d requests at once", dials, size)
	}
}

// TestConnectionsAreKept sends bursts over HTTP/1.1, where each request of a
// burst needs a connection, which the next burst finds again.
func TestConnectionsAreKept(t *testing.T) {
	const size = 200
	server := newCrowd(t, size)
	server.Start()
	server.ask(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL}), size)
	// The second burst does not know yet that connections are kept, and a request
	// that comes while one is about to be free dials one that is too many.
	if dials := server.dials.Load(); dials > 2*size+size/2 {
		t.Errorf("%d connections for %d times %d requests at once", dials, bursts, size)
	}
}

// TestAWaitForAConnectionCanBeBrokenOff holds it of requests with a body and
// of those without.
func TestAWaitForAConnectionCanBeBrokenOff(t *testing.T) {
	f := newFewDials(http.DefaultTransport)
	for range maxDialing {
		f.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for method, body := range map[string]io.Reader{http.MethodGet: nil, http.MethodPost: strings.NewReader("{}")} {
		req, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1/", body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.RoundTrip(req); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want that it was broken off", method, err)
		}
	}
}
