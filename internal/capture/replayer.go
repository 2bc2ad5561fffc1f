package capture

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/record"
)

// Replayer answers an application from a record. Equal requests get the answers
// that they had one after the other. What the record lacks is an error that says
// what it has instead. It may be used by many goroutines at once.
type Replayer struct {
	answers *record.Successive
	nearest *replay.Explainer

	mu     sync.Mutex
	asked  map[string]int // by the request's key: how many answers it had
	given  int
	misses int
	first  []string // of the misses, in words
}

// NewReplayer makes a Replayer of a record, which stays open as long.
func NewReplayer(f *record.File) *Replayer {
	return &Replayer{answers: f.Successive(), nearest: replay.NewExplainer(f), asked: map[string]int{}}
}

// maxMisses is how many misses are kept in words.
const maxMisses = 10

// Misses counts the requests that had no answer in the record, and gives the
// first of them in words; given counts those that had one.
func (p *Replayer) Misses() (given, missed int, first []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.given, p.misses, p.first
}

func (p *Replayer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !asksForMessage(r) {
		p.miss(w, fmt.Sprintf("%s %s: a record answers POST /v1/messages alone", r.Method, r.URL.Path))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			p.miss(w, "a request of more than 32 MB is in no record")
		}
		return // else the client has gone
	}
	req := requestOf(body, r.Header)
	e, of, n, err := p.next(req.Key(), r.Header)
	switch {
	case err != nil:
		p.miss(w, fmt.Sprintf("the record cannot be read: %v", err))
	case e == nil && of > 0:
		p.miss(w, fmt.Sprintf("asked for answer %d to this request; the record has %d", n, of))
	case e == nil:
		p.explain(w, req)
	default:
		p.answer(w, e, messages.Streams(body))
	}
}

// next gives the next answer to the request with a key. A request that is sent
// again, as its client says, has the same one again.
func (p *Replayer) next(key string, header http.Header) (e *record.Exchange, of, n int, err error) {
	retries, _ := strconv.Atoi(header.Get("X-Stainless-Retry-Count"))
	p.mu.Lock()
	n = p.asked[key] + 1
	if retries > 0 && n > 1 {
		n--
	}
	p.asked[key] = n
	p.mu.Unlock()
	e, of, err = p.answers.Find(key, n)
	return e, of, n, err
}

// explain misses a request that the record does not have.
func (p *Replayer) explain(w http.ResponseWriter, req *messages.Request) {
	why, err := p.nearest.Explain(req)
	if err != nil {
		why = fmt.Sprintf("the record cannot be read: %v", err)
	}
	p.miss(w, why)
}

// miss answers with the API's error for what is not there.
func (p *Replayer) miss(w http.ResponseWriter, why string) {
	p.mu.Lock()
	p.misses++
	if len(p.first) < maxMisses {
		p.first = append(p.first, why)
	}
	p.mu.Unlock()
	writeError(w, http.StatusNotFound, "not_found_error", "evalrun capture --replay: "+why)
}

// answer gives a recorded exchange.
func (p *Replayer) answer(w http.ResponseWriter, e *record.Exchange, streamed bool) {
	switch {
	case e.Error != nil && e.Error.Type == record.ClientClosed:
		p.miss(w, "the application did not wait for the answer to this request when it was recorded")
		return
	case e.Error != nil && e.Error.Status == 0:
		p.gave()
		panic(http.ErrAbortHandler) // as it was: no answer came
	case e.Error != nil:
		p.gave()
		setRequestID(w, e)
		status := e.Error.Status
		if status < 400 { // it ended within an answer
			status = http.StatusBadGateway
		}
		writeError(w, status, e.Error.Type, e.Error.Message)
		return
	}
	media, text, err := "application/json", []byte(e.Response), error(nil)
	if streamed {
		media = "text/event-stream; charset=utf-8"
		text, err = messages.EventStream(e.Response)
	}
	if err != nil {
		p.miss(w, fmt.Sprintf("the recorded answer is no message: %v", err))
		return
	}
	p.gave()
	setRequestID(w, e)
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(text) // it fails where the client has gone
}

func setRequestID(w http.ResponseWriter, e *record.Exchange) {
	if e.RequestID != "" {
		w.Header().Set("Request-Id", e.RequestID)
	}
}

func (p *Replayer) gave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.given++
}
