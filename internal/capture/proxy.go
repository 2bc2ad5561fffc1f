// Package capture is a proxy between an application and the Messages API: it passes
// requests and answers on as they are, and writes what was asked and answered to
// a record; or it answers from such a record.
//
// It refuses to change what passes, to let recording hold it up, and to be used
// by web pages.
package capture

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ProxyOptions say where a Proxy sends what it gets.
type ProxyOptions struct {
	// Upstream is the base URL of the API, without /v1.
	Upstream *url.URL
	// Transport sends requests on and gives answers as they come, such as
	// messages.NewForwarder.
	Transport http.RoundTripper
	Recorder  *Recorder
	Now       func() time.Time
	// Report is called with a sentence about a request that got no answer.
	Report func(sentence string)
}

// Proxy passes requests on to the API, and its answers back, byte for byte and
// as they come. It waits for nothing by itself: how long anything may take is
// between the client and the server.
type Proxy struct {
	opts    ProxyOptions
	forward httputil.ReverseProxy
}

// NewProxy makes a Proxy.
func NewProxy(opts ProxyOptions) *Proxy {
	p := &Proxy{opts: opts}
	p.forward = httputil.ReverseProxy{
		Rewrite:       p.rewrite,
		Transport:     recordingTransport{p},
		FlushInterval: -1, // what comes is passed on at once
		ErrorHandler:  p.failed,
		ErrorLog:      log.New(io.Discard, "", 0), // failed reports what is of use
		BufferPool:    new(bufferPool),
	}
	return p
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What the server does not say is not said for it.
	w.Header()["Content-Type"] = nil
	w.Header()["Date"] = nil
	// An answer may begin while the request is still read, if only to its very
	// end. The server would close the request's body then, and the transport take
	// that for a failure of the connection that the answer comes on.
	_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/1 has it; others need none
	p.forward.ServeHTTP(w, r)
}

// rewrite addresses a request to the API. All else of it stays.
func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(p.opts.Upstream)
	r.Out.URL.RawQuery = r.In.URL.RawQuery // in any spelling
	for _, name := range forwardingHeaders {
		if values, ok := r.In.Header[name]; ok {
			r.Out.Header[name] = values
		}
	}
	if _, ok := r.In.Header["User-Agent"]; !ok {
		r.Out.Header["User-Agent"] = nil // else Go names itself
	}
}

// forwardingHeaders are those that httputil takes out of what is rewritten.
var forwardingHeaders = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

// failed passes on that no answer came, as it was: the client's connection is
// closed, as its own to the API would have been.
func (p *Proxy) failed(_ http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil && p.opts.Report != nil {
		p.opts.Report(fmt.Sprintf("%s %s: the API gave no answer: %v", r.Method, r.URL.Path, err))
	}
	panic(http.ErrAbortHandler)
}

// recordingTransport sends requests on. Those that ask for a message are
// recorded.
type recordingTransport struct{ *Proxy }

func (t recordingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !asksForMessage(r) {
		return t.opts.Transport.RoundTrip(r)
	}
	r.Header["Accept-Encoding"] = readable(r.Header["Accept-Encoding"])
	ex := t.opts.Recorder.begin(r, t.opts.Now)
	if r.Body != nil {
		r.Body = ex.request.of(r.Body)
	}
	resp, err := t.opts.Transport.RoundTrip(r)
	switch {
	case err != nil:
		ex.failed(err)
	case resp.StatusCode == http.StatusSwitchingProtocols:
	default:
		resp.Body = ex.response(resp)
	}
	return resp, err
}

// asksForMessage reports whether a request is one that is recorded.
func asksForMessage(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/v1/messages")
}

// readable leaves of what a client takes the encodings that can be recorded. A
// server chooses among what it is offered: the client gets nothing that it did
// not offer.
func readable(offered []string) []string {
	if offered == nil {
		return nil
	}
	var kept []string
	for _, list := range offered {
		for coding := range strings.SplitSeq(list, ",") {
			name, _, _ := strings.Cut(coding, ";")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip", "identity":
				kept = append(kept, strings.TrimSpace(coding))
			}
		}
	}
	if kept == nil {
		return []string{"identity"}
	}
	return []string{strings.Join(kept, ", ")}
}

// bufferPool keeps the buffers of what is under way.
type bufferPool struct{ sync.Pool }

const bufferSize = 32 << 10

func (p *bufferPool) Get() []byte {
	if b, ok := p.Pool.Get().(*[]byte); ok {
		return *b
	}
	return make([]byte, bufferSize)
}

func (p *bufferPool) Put(b []byte) { p.Pool.Put(&b) }
