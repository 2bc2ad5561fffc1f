package messages

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Observation reads the answer to a request that another client sent, as that
// client sees it: what it asked is passed on to it all the same.
type Observation struct {
	// Endpoint is where the request went, for the words of errors.
	Endpoint *url.URL
	// Secrets are taken out of what is kept: the client's credentials.
	Secrets []string
	// Sent is when the client sent the request; Now is the clock.
	Sent time.Time
	Now  func() time.Time
}

// Read reads an answer from its body, as its bytes come and in the encoding that
// they come in, to the end of the message: of a stream nothing behind that is
// read. What the body fails with is the exchange's error. It waits for nothing
// else. What it keeps is bounded, however long the body is.
func (o *Observation) Read(status int, header http.Header, body io.Reader) *Exchange {
	ctx, watch := context.Background(), &stopwatch{now: o.Now, start: o.Sent}
	s := o.classifier()
	r := reply{status: status, header: header}
	if strings.EqualFold(header.Get("content-encoding"), "gzip") {
		r.header = header.Clone()
		r.header.Del("content-encoding")
		body = &unzipped{source: body}
	}
	if r.isEventStream() {
		r.body, r.ttft, _, r.err = s.readStream(ctx, body, watch)
	} else {
		r.body, r.err = readBody(ctx, body, -1, s.maxAnswer)
	}
	r.duration = watch.elapsed()
	if r.err == nil {
		r.err = checkValues(r.body)
	}
	return o.exchange(s, r)
}

// Failed is the exchange of a request to which no answer came at all.
func (o *Observation) Failed(err error) *Exchange {
	return o.exchange(o.classifier(), reply{err: err, duration: o.Now().Sub(o.Sent)})
}

// classifier is a sender that sends nothing: it knows what an answer is.
func (o *Observation) classifier() *HTTP {
	return &HTTP{
		operation: operation{endpoint: o.Endpoint, read: parseAnswer},
		bounds:    bounds{maxAnswer: defaultMaxAnswer, maxEvent: defaultMaxEvent},
		now:       o.Now, secrets: newRedactor(o.Secrets...),
	}
}

func (o *Observation) exchange(s *HTTP, r reply) *Exchange {
	out := s.classify(r)
	out.Attempt.Status, out.Attempt.Duration = r.status, r.duration
	ex := &Exchange{
		Answer: out.answer, Error: out.err, Attempts: []Attempt{out.Attempt}, Latency: r.duration,
		RequestID: cut(s.secrets.text(requestID(r.header)), maxType),
	}
	if ex.Answer != nil {
		ex.TTFT = r.ttft
	}
	return ex
}

// unzipped decompresses a body, whose first bytes it does not wait for before it
// is read.
type unzipped struct {
	source io.Reader
	reader *gzip.Reader
}

func (u *unzipped) Read(p []byte) (n int, err error) {
	if u.reader == nil {
		if u.reader, err = gzip.NewReader(u.source); err != nil {
			return 0, err
		}
	}
	return u.reader.Read(p)
}

// NewForwarder makes a transport that sends requests of another client on as they
// are, and gives its answers as they come: nothing is asked to be compressed, or
// decompressed, that the client did not ask for. proxy may be nil.
func NewForwarder(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	t := newTransport(proxy, false)
	t.DisableCompression = true
	return t
}

// Streams reports whether the body of a request asks for a stream.
func Streams(body []byte) bool { return asksForStream(body) }

// ModelOf is the model that the body of a request asks; "" where it names none.
func ModelOf(body []byte) string { return stringOf(objectOf(body).Get("model")) }
