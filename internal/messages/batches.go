package messages

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// batchesPath is where Message Batches are, below the base URL.
const batchesPath = "/v1/messages/batches"

// Batch is a Message Batch as the API describes it.
type Batch struct {
	ID string
	// Ended says that its results can be read, Archived that they cannot any more.
	Ended, Archived  bool
	Created, Expires time.Time
	record.BatchCounts
}

// Requests is how many requests the batch has.
func (b *Batch) Requests() int {
	return b.Processing + b.Succeeded + b.Errored + b.Canceled + b.Expired
}

// BatchBody is the body of a create, which may be too large for memory, and the
// headers that all of its requests have.
type BatchBody struct {
	Open    func() (io.ReadCloser, error)
	Size    int64
	Version string
	Betas   []string
}

// CreateError is why a create gave no batch.
type CreateError struct {
	Err *Error
	// Uncertain: the batch may have been created all the same, so that nothing is
	// to be created again before the list of batches shows that it was not.
	Uncertain bool
	// Again: it was certainly not created, and may be the next time, after Wait.
	Again bool
	Wait  time.Duration
}

func (e *CreateError) Error() string { return e.Err.Error() }

// createTimeout bounds a create, whose body may be large.
const createTimeout = 30 * time.Minute

// CreateBatch asks POST /v1/messages/batches once. The error is a *CreateError, or
// ctx's where nothing was sent.
func (s *HTTP) CreateBatch(ctx context.Context, body BatchBody) (*Batch, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	at, err := s.at(http.MethodPost, batchesPath)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, createTimeout)
	defer cancel()
	hr, err := at.newCreate(limited, body)
	if err != nil {
		return nil, &CreateError{Err: &Error{Type: ErrConnection, Message: "not sent: " + err.Error()}}
	}
	o := at.exchange(hr)
	if o.err == nil {
		if b := readBatch(o.answer.Raw); b.ID != "" {
			return &b, nil
		}
		o.err = at.errorAt(o.Status, typeNotMessage, "expected a message batch")
	}
	certain := o.Unsent || o.Status >= 400 && o.Status < 500 && o.Status != http.StatusRequestTimeout && o.Cause == ""
	return nil, &CreateError{
		Err: o.err, Uncertain: !certain, Wait: o.retryAfter,
		Again: certain && o.retryable && (o.Unsent || o.Status == http.StatusTooManyRequests),
	}
}

// newCreate makes the HTTP request of a create.
func (s *HTTP) newCreate(ctx context.Context, body BatchBody) (*http.Request, error) {
	req := &Request{Version: body.Version, Betas: body.Betas}
	if err := checkHeaders(req); err != nil {
		return nil, err
	}
	hr := s.newRequest(ctx, req)
	hr.Header.Set("content-type", "application/json")
	hr.GetBody, hr.ContentLength = body.Open, body.Size
	var err error
	if hr.Body, err = body.Open(); err != nil {
		return nil, err
	}
	if s.platform == nil {
		return hr, nil
	}
	text, err := io.ReadAll(hr.Body) // what signs it needs all of it
	if err != nil {
		return nil, err
	}
	req.Body = payload.New(text)
	setBody(hr, req.Body)
	return hr, s.prepare(hr, req)
}

// at is the sender of another endpoint, whose requests no pacer counts.
func (s *HTTP) at(method, path string) (*HTTP, error) {
	endpoint, err := url.Parse(s.baseURL + path)
	if err != nil {
		return nil, err
	}
	at := *s
	at.method, at.path, at.endpoint, at.read, at.pacer = method, path, endpoint, readObject, nil
	return &at, nil
}

// exchange sends a request once, and reads the object that answers it.
func (s *HTTP) exchange(hr *http.Request) outcome {
	resp, sent, err := s.conns.roundTrip(hr, true)
	r := reply{err: err, sent: hr, unsent: !sent}
	if err == nil {
		defer resp.Body.Close()
		r.status, r.header = resp.StatusCode, resp.Header
		r.body, r.err = readBody(context.Background(), resp.Body, resp.ContentLength, s.maxAnswer)
	}
	o := s.of(hr).classify(r)
	o.Attempt.Status, o.Attempt.Unsent = r.status, err != nil && r.unsent
	if r.err != nil && o.Cause == "" {
		o.Cause = o.err.Message
	}
	return o
}

// GetBatch asks for the state of a batch, and tries again as Send does. The error
// is an *Error where the server refused, with status 404 where it has no such batch.
func (s *HTTP) GetBatch(ctx context.Context, id string) (*Batch, error) {
	body, err := s.get(ctx, batchesPath+"/"+url.PathEscape(id))
	if err != nil {
		return nil, err
	}
	b := readBatch(body)
	return &b, nil
}

// ListBatches gives a page of the batches, the newest first, those behind the one
// with the id after; "" is the first page. more says that others follow.
func (s *HTTP) ListBatches(ctx context.Context, after string, limit int) (page []Batch, more bool, err error) {
	query := fmt.Sprintf("?limit=%d", limit)
	if after != "" {
		query += "&after_id=" + url.QueryEscape(after)
	}
	body, err := s.get(ctx, batchesPath+query)
	if err != nil {
		return nil, false, err
	}
	o := objectOf(body)
	for _, raw := range elementsOf(o.Get("data")) {
		page = append(page, readBatch(raw))
	}
	return page, string(o.Get("has_more")) == "true" && len(page) > 0, nil
}

// get asks for an object of an endpoint.
func (s *HTTP) get(ctx context.Context, path string) ([]byte, error) {
	at, err := s.at(http.MethodGet, path)
	if err != nil {
		return nil, err
	}
	ex, err := at.Send(ctx, &Request{}, record.Identity{})
	switch {
	case err != nil:
		return nil, err
	case ex.Error != nil:
		return nil, ex.Error
	}
	return ex.Answer.Raw, nil
}

// readBatch reads a batch; what is not there is zero.
func readBatch(raw []byte) Batch {
	o := objectOf(raw)
	b := Batch{ID: cut(stringOf(o.Get("id")), maxType), Ended: stringOf(o.Get("processing_status")) == "ended"}
	b.Archived = stringOf(o.Get("archived_at")) != ""
	b.Created, _ = time.Parse(time.RFC3339, stringOf(o.Get("created_at")))
	b.Expires, _ = time.Parse(time.RFC3339, stringOf(o.Get("expires_at")))
	counts := objectOf(o.Get("request_counts"))
	for name, n := range map[string]*int{
		"processing": &b.Processing, "succeeded": &b.Succeeded, "errored": &b.Errored, "canceled": &b.Canceled, "expired": &b.Expired,
	} {
		if count := countOf(counts.Get(name)); count != nil {
			*n = int(min(*count, maxBatchCount))
		}
	}
	return b
}

// maxBatchCount is more than any batch has.
const maxBatchCount = 1 << 30

// The bounds of results: a line, and the time that all take.
const (
	maxResult      = defaultMaxAnswer
	resultsTimeout = 2 * time.Hour
)

// ErrTorn is the error of results that ended before their end.
var ErrTorn = errors.New("the results were cut off on the way")

// BatchResults reads the results of a batch as a stream, line after line, each good
// until the next. It asks once; the error is an *Error where the server refused,
// ErrTorn where the stream broke, or that of each. Lines that are longer than any
// answer are left out.
func (s *HTTP) BatchResults(ctx context.Context, id string, each func(line []byte) error) error {
	at, err := s.at(http.MethodGet, batchesPath+"/"+url.PathEscape(id)+"/results")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, resultsTimeout)
	defer cancel()
	hr := at.newRequest(ctx, &Request{})
	hr.Header.Set("accept", "application/x-jsonl, application/json")
	if err := at.prepare(hr, &Request{}); err != nil {
		return err
	}
	resp, _, err := at.conns.roundTrip(hr, false)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrTorn, at.secrets.transport(describeTransport(err)))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r := reply{status: resp.StatusCode, header: resp.Header, sent: hr}
		r.body, r.err = readBody(ctx, resp.Body, resp.ContentLength, s.maxAnswer)
		return at.of(hr).classify(r).err
	}
	return at.eachLine(resp.Body, each)
}

// eachLine calls each with every line that is not blank, redacted.
func (s *HTTP) eachLine(body io.Reader, each func(line []byte) error) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 64<<10), 2*maxResult)
	lines.Split(linesUpTo(maxResult))
	for lines.Scan() {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if err := each(s.secrets.answer(line)); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%w: %s", ErrTorn, s.secrets.transport(describeTransport(err)))
	}
	return nil
}

// linesUpTo is bufio.ScanLines that leaves lines out which have more bytes: the
// request of such a result has none, and the others have theirs.
func linesUpTo(most int) bufio.SplitFunc {
	leaving := false
	return func(data []byte, atEOF bool) (advance int, line []byte, err error) {
		advance, line, err = bufio.ScanLines(data, atEOF)
		switch ends := advance > 0; {
		case leaving && ends:
			leaving = false
			next, line, err := bufio.ScanLines(data[advance:], atEOF) // a Scanner ends at its end without a line
			return advance + next, line, err
		case leaving, !ends && len(data) > most:
			leaving = true
			return len(data), nil, err
		}
		return advance, line, err
	}
}

// BatchResult is one result of a batch: an answer, or an error.
type BatchResult struct {
	CustomID string
	// Kind is succeeded, errored, canceled or expired.
	Kind   string
	Answer *Answer
	Error  *Error
	// Again says that the error may be gone the next time.
	Again bool
}

// ReadResult reads a line of results. One that cannot be read is an error of its
// request.
func (s *HTTP) ReadResult(line []byte) BatchResult {
	text := validText(line)
	o := objectOf(text)
	result := objectOf(o.Get("result"))
	r := BatchResult{CustomID: stringOf(o.Get("custom_id")), Kind: stringOf(result.Get("type"))}
	switch r.Kind {
	case "succeeded":
		if err := checkValues(text); err != nil {
			r.Error = s.errorAt(http.StatusOK, typeNotMessage, err.Error())
			break
		}
		answer, err := ParseAnswer(json.RawMessage(result.Get("message")))
		switch {
		case err != nil:
			r.Error = s.errorAt(http.StatusOK, typeNotMessage, err.Error())
		case s.secrets.areSplit(answer.Content):
			r.Error = s.errorAt(http.StatusOK, typeNotMessage, "expected a message, got one that holds a credential in several blocks")
		default:
			r.Answer = answer
		}
	case "errored":
		raw := result.Get("error")
		r.Error = httpError(impliedStatus(raw), bodyType{}, raw, s.endpoint.String())
		r.Again = retryableStatus(r.Error.Status, http.Header{}) && !r.Error.OfAccount()
	case "canceled":
		r.Error = &Error{Type: BatchCanceled, Message: "the batch was canceled before this request was processed"}
	case "expired":
		r.Error, r.Again = &Error{Type: BatchExpired, Message: "the batch expired before this request was processed"}, true
	default:
		r.Error = s.errorAt(http.StatusOK, typeNotMessage, "expected the result of a batch, got "+quoteExcerpt(string(text)))
	}
	if r.Error != nil {
		s.secrets.error(r.Error)
	}
	return r
}

// Error types of requests that no batch answered.
const (
	BatchCanceled = "canceled"
	BatchExpired  = "expired"
	// BatchNoResult: the batch ended, and nothing is known of the request.
	BatchNoResult = "no_result"
)

// noBatch are the members of a body that no batch takes, with what of them it
// takes all the same.
var noBatch = []struct {
	member string
	takes  []string
}{
	{"stream", []string{"false", "null"}}, {"speed", []string{"null"}}, {"fallbacks", []string{"null"}}, {"thread", []string{"null"}},
}

// RefusedByBatch is why a batch does not take a request, "" where it does.
func RefusedByBatch(req *Request) string {
	if req.Direct != "" {
		return req.Direct
	}
	o := objectOf(req.Body.Text())
	for _, no := range noBatch {
		value := o.Get(no.member)
		if value == nil || containsText(no.takes, value) {
			continue
		}
		return fmt.Sprintf("a batch takes no %s", no.member)
	}
	if most := countOf(o.Get("max_tokens")); most != nil && *most == 0 {
		return "a batch takes no max_tokens: 0"
	}
	return ""
}

func containsText(list []string, text []byte) bool {
	for _, s := range list {
		if s == strings.TrimSpace(string(text)) {
			return true
		}
	}
	return false
}

// BatchParams is the body of a request as it is in a batch: without stream.
func BatchParams(body payload.JSON) payload.JSON {
	return body.With(withoutStream(body.Text()))
}
