package messages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// reply is what came back for one attempt. err is of the transport or the
// stream; status and header are then set where the answer had begun, and body
// is what came of it. The body of a stream is the message that was assembled from it.
type reply struct {
	sent     *http.Request
	status   int
	header   http.Header
	body     []byte
	ttft     *time.Duration // nil without a stream
	duration time.Duration
	unsent   bool // it failed and certainly nothing was sent
	err      error
	held     int64  // bytes for which memory was taken
	done     func() // to be called once the reply is judged
}

// isEventStream reports whether the answer is a stream that can be read. A
// server may answer with a whole message where a stream was asked for.
func (r *reply) isEventStream() bool {
	as := newBodyType(r.header.Get("content-type"), r.header.Get("content-encoding"))
	return r.status/100 == 2 && as.media == "text/event-stream" && as.encoding == ""
}

// readStream reads a stream up to the end of its message, which it gives as
// the body that would have come without a stream, with the time to its first
// delta, and for how many bytes memory was taken.
func (s *HTTP) readStream(ctx context.Context, body io.Reader, watch *stopwatch) (message []byte, ttft *time.Duration, held int64, err error) {
	h := reservationOf(ctx)
	var due int64 // not taken yet
	take := func(n int64) error {
		if due += n; due < readChunk {
			return nil
		}
		err := h.grow(ctx, due)
		if err == nil {
			held, due = held+due, 0
		}
		return err
	}
	events := &eventReader{source: body, limits: streamLimits{event: s.maxEvent, total: streamFactor * s.maxAnswer}, hold: take}
	var m streamedMessage
	for n := 0; !m.ended; n++ {
		e, err := events.next()
		if errors.Is(err, io.EOF) {
			return nil, nil, held, s.endedEarly(&m, n)
		}
		if err == nil {
			err = take(max(leastHeld, int64(len(e.data))-emptyDelta))
		}
		if err == nil {
			err = m.take(e)
		}
		if err != nil {
			return nil, nil, held, err
		}
		if m.begun && ttft == nil {
			elapsed := watch.elapsed()
			ttft = &elapsed
		}
	}
	if message = m.body(); int64(len(message)) > s.maxAnswer {
		return nil, nil, held, errTooLarge
	}
	return message, ttft, held, nil
}

// emptyDelta is about how many bytes an event has beside the text that it
// brings, and leastHeld how many of it are held at least.
const (
	emptyDelta = 80
	leastHeld  = 8
)

// endedEarly is what a stream is that ended without a message_stop, after n
// events: cut off, or made of events that are not the API's.
func (s *HTTP) endedEarly(m *streamedMessage, n int) error {
	if m.unexpected != "" {
		return &notMessageError{got: "an event stream without a message_start, which begins " + quoteExcerpt(s.secrets.text(m.unexpected))}
	}
	return &cutStreamError{n}
}

// cutStreamError is the error of a stream that ended in good order before its
// message did, as behind a proxy that lost its server.
type cutStreamError struct{ events int }

func (e *cutStreamError) Error() string {
	return fmt.Sprintf("the stream ended before its message was whole, after %d events", e.events)
}

// drainFor is how long the end of a connection's answer is waited for. A new
// connection takes no longer.
const drainFor = 250 * time.Millisecond

// drain reads what follows a whole answer, so that the connection can
// be used again. cancel ends the request.
func drain(body io.Reader, cancel context.CancelFunc) {
	timer := time.AfterFunc(drainFor, cancel)
	defer timer.Stop()
	io.Copy(io.Discard, io.LimitReader(body, readChunk)) // it may fail: the answer is there
}

// stopwatch measures how long a request has been under way since its first byte
// was written: without the wait for a connection.
type stopwatch struct {
	now    func() time.Time
	start  time.Time
	queued atomic.Int64
}

func (w *stopwatch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		w.queued.Store(int64(w.now().Sub(w.start)))
	}}
}

func (w *stopwatch) elapsed() time.Duration {
	return w.now().Sub(w.start) - time.Duration(w.queued.Load())
}
