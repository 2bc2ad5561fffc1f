package capture

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// exchange is a request under way and what came of it, as its client sees it.
type exchange struct {
	to      *Recorder
	ctx     context.Context // of the request: it ends when the client goes away
	header  http.Header
	request requestCopy
	seen    messages.Observation
	took    int64 // bytes of the answer that are held
	over    bool  // it was recorded, or cannot be
	left    bool  // the answer is not read to its end
}

// begin takes a request.
func (r *Recorder) begin(req *http.Request, now func() time.Time) *exchange {
	return &exchange{
		to: r, ctx: req.Context(), header: req.Header, request: requestCopy{copies: &r.copies},
		seen: messages.Observation{Endpoint: withoutQuery(req), Secrets: Credentials(req.Header), Sent: now(), Now: now},
	}
}

// failed records that no answer came.
func (e *exchange) failed(err error) { e.end(e.seen.Failed(err)) }

// end records the exchange, once.
func (e *exchange) end(ex *messages.Exchange) {
	if e.over {
		return
	}
	e.over = true
	if ex != nil {
		if ex.Error != nil && ex.Attempts[0].Cause != "" && (e.left || e.ctx.Err() != nil) {
			const gone = "the client went away before the answer was whole"
			ex.Error.Type, ex.Error.Message, ex.Attempts[0].Cause = record.ClientClosed, gone, gone
		}
		e.to.record(e, ex)
	}
	e.request.release()
	e.to.copies.give(e.took)
	e.took = 0
}

// errTooMuch ends the copy of an answer, not the answer.
var errTooMuch = errors.New("more answers are under way at once than can be recorded")

// response gives the body of an answer, which is recorded as it passes.
func (e *exchange) response(resp *http.Response) io.ReadCloser {
	b := &answerBody{ReadCloser: resp.Body, exchange: e}
	b.holds = !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream")
	status, header := resp.StatusCode, resp.Header
	b.feed = newFeed(func(body io.Reader) { b.result = e.seen.Read(status, header, body) })
	return b
}

// answerBody is the body of an answer on its way to the client. The exchange is
// recorded before the client has the last byte of it: of a stream, before it has
// the event that ends the message. Of any other body the last byte is held back
// until it is known whether another one follows.
type answerBody struct {
	io.ReadCloser
	exchange *exchange
	feed     *feed
	result   *messages.Exchange // once the feed is done
	holds    bool
	held     []byte // at most one
}

// Read is called with room for many bytes.
func (b *answerBody) Read(p []byte) (int, error) {
	if len(p) < 2 {
		return 0, io.ErrShortBuffer
	}
	for {
		n := copy(p, b.held)
		b.held = b.held[:0]
		read, err := b.ReadCloser.Read(p[n:])
		b.observe(p[n:n+read], err)
		n += read
		if b.holds && err == nil && n > 0 {
			n--
			b.held = append(b.held, p[n])
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// observe hands on what came, and records the exchange where that was its end.
func (b *answerBody) observe(part []byte, err error) {
	defer b.recovered()
	if b.exchange.over {
		return
	}
	if !b.exchange.to.copies.take(len(part)) {
		part, err = nil, errTooMuch
	}
	b.exchange.took += int64(len(part))
	if b.feed.push(part, err) {
		b.exchange.end(b.result)
	}
}

// recovered keeps a fault of the recording from the traffic.
func (b *answerBody) recovered() {
	if fault := recover(); fault != nil {
		b.feed.done = true
		b.exchange.to.lost("a fault of evalrun")
		b.exchange.end(nil)
	}
}

// Close is called once, also in the middle of the body where the client has gone.
func (b *answerBody) Close() error {
	b.exchange.left = true
	b.observe(nil, context.Canceled)
	b.feed.stop()
	return b.ReadCloser.Close()
}
