package capture

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// RecorderOptions say how traffic is recorded.
type RecorderOptions struct {
	Record *record.Writer
	// Found is what the record held before; nil where it is new.
	Found *record.File
	// APIVersion is what the record's run line says.
	APIVersion string
	// Share is the share of the conversations that is recorded, above 0 and up
	// to 1.
	Share float64
	// Cost is what an answer of a model cost, nil where that is not known.
	Cost func(model string, answer *messages.Answer) *float64
	// Stopped is called once if the record cannot be written further.
	Stopped func(error)
}

// Recorder writes exchanges to a record. It may be used by many goroutines at
// once.
type Recorder struct {
	opts   RecorderOptions
	copies copies
	chosen *choice

	mu      sync.Mutex
	numbers numbers
	sum     Sum
	stopped bool
}

// Sum is what was recorded, and what was not.
type Sum struct {
	Recorded int
	// LeftOut counts requests of conversations that were not chosen.
	LeftOut int
	// Lost counts by cause what could not be recorded.
	Lost map[string]int
	// Spent is what the answers cost in US dollars, nil where a part is not known.
	Spent *float64
}

// NewRecorder makes a Recorder. Its record, and what that held before, stay open
// as long.
func NewRecorder(opts RecorderOptions) *Recorder {
	return &Recorder{
		opts: opts, copies: copies{limit: maxCopies}, chosen: newChoice(opts.Share), numbers: newNumbers(opts.Found),
		sum: Sum{Lost: map[string]int{}, Spent: new(float64)},
	}
}

// Sum gives what was recorded so far.
func (r *Recorder) Sum() Sum {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sum
}

// lost counts an exchange that cannot be recorded.
func (r *Recorder) lost(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Lost[why]++
}

// record writes an exchange. The line is in the file when it returns.
func (r *Recorder) record(e *exchange, ex *messages.Exchange) {
	body, lost := e.request.body()
	switch {
	case lost:
		r.lost("a request of more than 32 MB, or too many at once")
		return
	case !exactjson.Valid(body):
		r.lost("a request that is not JSON, or was not sent whole")
		return
	}
	if !r.chosen.takes(body) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sum.LeftOut++
		return
	}
	req := requestOf(body, e.header)
	line := r.line(req, ex, e)
	r.number(&line, e.header)
	r.write(line)
}

// requestOf is a request as a suite would have asked it.
func requestOf(body []byte, header http.Header) *messages.Request {
	req := &messages.Request{Body: payload.New(body), Version: header.Get("Anthropic-Version"), Model: messages.ModelOf(body)}
	for _, list := range header["Anthropic-Beta"] {
		for beta := range strings.SplitSeq(list, ",") {
			if beta = strings.TrimSpace(beta); beta != "" {
				req.Betas = append(req.Betas, beta)
			}
		}
	}
	return req
}

// line is the line of an exchange, without a credential.
func (r *Recorder) line(req *messages.Request, ex *messages.Exchange, e *exchange) record.Exchange {
	line := messages.RecordLine(record.Identity{Turn: 1, Role: record.RoleAnswer}, req, ex)
	line.Answered = e.seen.Now().UTC().Truncate(time.Second)
	if req.Version != r.opts.APIVersion {
		line.APIVersion = req.Version
	}
	if clean := safetext.NewRedactor(e.seen.Secrets...).Keys(line.Request); string(clean) != string(line.Request) {
		line.Request, line.Redacted = clean, []string{"request"}
	}
	if ex.Answer != nil && r.opts.Cost != nil {
		line.CostUSD = r.opts.Cost(req.Model, ex.Answer)
		line.SpentUSD = line.CostUSD
	}
	return line
}

// number gives a line its place among equal requests, and one that was sent
// again the attempts before.
func (r *Recorder) number(line *record.Exchange, header http.Header) {
	retries, err := strconv.Atoi(header.Get("X-Stainless-Retry-Count"))
	if err != nil || retries < 0 {
		retries = 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.numbers.give(line, retries)
}

// write appends a line. A record that cannot be written is left alone from then
// on: what passes has nothing to do with it.
func (r *Recorder) write(line record.Exchange) {
	r.mu.Lock()
	stopped := r.stopped
	r.mu.Unlock()
	if stopped {
		r.lost("the record cannot be written")
		return
	}
	err := r.opts.Record.Append(line)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.add(line)
	case r.opts.Record.Err() == nil: // this line alone
		r.sum.Lost["an exchange that is too large for a line"]++
	default:
		r.sum.Lost["the record cannot be written"]++
		if !r.stopped {
			r.stopped = true
			r.opts.Stopped(err)
		}
	}
}

// add counts a line.
func (r *Recorder) add(line record.Exchange) {
	r.sum.Recorded++
	switch {
	case line.Response == nil || r.sum.Spent == nil:
	case line.SpentUSD == nil:
		r.sum.Spent = nil
	default:
		spent := *r.sum.Spent + *line.SpentUSD
		r.sum.Spent = &spent
	}
}

// secretName is how headers are called that hold credentials.
var secretName = regexp.MustCompile(`(?i)key|token|secret|auth|password|credential|cookie|signature|session`)

// Credentials are the values of a request's headers that are, or may be,
// credentials.
func Credentials(header http.Header) []string {
	var out []string
	for name, values := range header {
		if !secretName.MatchString(name) {
			continue
		}
		for _, value := range values {
			out = append(out, value)
			if _, token, ok := strings.Cut(value, " "); ok { // Bearer TOKEN
				out = append(out, strings.TrimSpace(token))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// withoutQuery is where a request goes, for the words of errors.
func withoutQuery(r *http.Request) *url.URL {
	return &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path}
}
