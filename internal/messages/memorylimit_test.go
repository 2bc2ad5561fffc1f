package messages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// verbose answers every request, a piece at a time, with a text of so many bytes,
// and takes note of how much is held at most meanwhile.
type verbose struct {
	memory *MemoryLimit
	text   int
	stream bool
	status int

	mu   sync.Mutex
	most int64
}

func (w *verbose) RoundTrip(*http.Request) (*http.Response, error) {
	text := strings.Repeat("a", w.text)
	body, kind := fmt.Sprintf(`{"type":"message","role":"assistant","model":"m","content":[{"type":"text","text":%q}],"usage":{}}`, text), "application/json"
	if w.stream {
		kind = "text/event-stream"
		var b strings.Builder
		send := func(event string) { fmt.Fprintf(&b, "data: %s\n\n", event) }
		send(`{"type":"message_start","message":{"type":"message","role":"assistant","model":"m","content":[],"usage":{}}}`)
		send(`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
		for range 10 {
			send(fmt.Sprintf(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%q}}`, text[:w.text/10]))
		}
		send(`{"type":"message_stop"}`)
		body = b.String()
	}
	return &http.Response{
		StatusCode: w.status, Header: http.Header{"Content-Type": {kind}}, ContentLength: -1,
		Body: io.NopCloser(&slow{w, strings.NewReader(body)}),
	}, nil
}

type slow struct {
	of   *verbose
	rest io.Reader
}

func (s *slow) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	s.of.memory.mu.Lock()
	held := s.of.memory.reserved
	s.of.memory.mu.Unlock()
	s.of.mu.Lock()
	s.of.most = max(s.of.most, held)
	s.of.mu.Unlock()
	return s.rest.Read(p[:min(len(p), 8000)])
}

// TestAnswersUnderWayAreBoundedTogether holds the memory of answers to its
// bound and one answer, however many there are, whatever becomes of them.
func TestAnswersUnderWayAreBoundedTogether(t *testing.T) {
	for name, w := range map[string]*verbose{
		"whole":    {text: 50_000, status: 200},
		"streamed": {text: 50_000, status: 200, stream: true},
		"errors":   {text: 50_000, status: 400},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w.memory = NewMemoryLimit(1_000_000)
				sender, err := NewHTTP(HTTPOptions{BaseURL: "http://127.0.0.1"})
				if err != nil {
					t.Fatal(err)
				}
				sender.conns.kept, sender.conns.fresh = w, w
				body := payload.New(fmt.Appendf(nil, `{"model":"m","stream":%t}`, w.stream))
				var all sync.WaitGroup
				for i := range 40 {
					all.Go(func() {
						h := w.memory.Begin()
						defer h.Release()
						for turn := range 3 {
							resume := h.Pause()
							ex, err := sender.Send(h.In(t.Context()), &Request{Body: body, Model: "m"}, record.Identity{Sample: i + 1, Turn: turn + 1})
							resume()
							if err != nil || (ex.Answer != nil) != (w.status == 200) {
								t.Errorf("%+v %v", ex, err)
							}
						}
					})
				}
				all.Wait()
				const one = bytesPerAnswerByte * 3 * 2 * 50_000 // three turns; a body's memory is up to twice its length
				if most := w.most; most > 1_000_000+one || most < 500_000 {
					t.Errorf("%d bytes are held at most, of %d", most, w.memory.limit)
				}
				if w.memory.reserved != 0 || len(w.memory.reservations) != 0 {
					t.Errorf("%d bytes are held after the end", w.memory.reserved)
				}
			})
		})
	}
}

// A sample that waits for another one does not keep that one from going on.
func TestWhoWaitsForAnotherGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemoryLimit(bytesPerAnswerByte * 100)
		first, second, third := m.Begin(), m.Begin(), m.Begin()
		take := func(h *Reservation, n int64) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return h.grow(ctx, n)
		}
		if err := errors.Join(take(first, 90), take(second, 10)); err != nil {
			t.Fatal(err)
		}
		if err := take(second, 50); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second passes the bound: %v", err)
		}
		if err := take(first, 50); err != nil {
			t.Errorf("the first does not go on: %v", err)
		}
		found := first.Pause()
		if err := take(second, 50); err != nil {
			t.Errorf("the second does not go on, though the first waits for it: %v", err)
		}
		if err := take(third, 50); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the third passes the bound: %v", err)
		}
		second.Release()
		found()
		first.Release()
		if err := take(third, 500); err != nil || m.reserved != bytesPerAnswerByte*500 {
			t.Errorf("alone, what is more than the bound waits: %v", err)
		}
		third.Release()
	})
}

// readBody reads what an io.Reader gives, whatever its pieces.
func TestReadBody(t *testing.T) {
	long := bytes.Repeat([]byte("abc"), 100_000)
	for _, length := range []int{0, 1, 511, 512, 513, 64 << 10, len(long)} {
		for _, announced := range []int64{-1, 0, int64(length), 1 << 40} {
			got, err := readBody(t.Context(), bytes.NewReader(long[:length]), announced, int64(len(long)))
			if err != nil || !bytes.Equal(got, long[:length]) {
				t.Errorf("%d bytes of %d announced: %d, %v", length, announced, len(got), err)
			}
		}
	}
	if _, err := readBody(t.Context(), bytes.NewReader(long), -1, int64(len(long)-1)); !errors.Is(err, errTooLarge) {
		t.Errorf("a body above the limit: %v", err)
	}
	broken := errors.New("broken")
	got, err := readBody(t.Context(), io.MultiReader(strings.NewReader("abc"), errReader{broken}), -1, 100)
	if !errors.Is(err, broken) || string(got) != "abc" {
		t.Errorf("a body that breaks off: %q %v", got, err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }
