package traffic

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// recordReader reads the lines of a record, of a run or of captured traffic.
type recordReader struct {
	opts  Options
	blobs map[string]*payload.Blob
	found map[record.Identity]*recorded
	// captured are exchanges without a case, which their key tells apart.
	captured map[capturedID]*recorded
	order    []*recorded
}

type capturedID struct {
	key    string
	sample int
}

// recorded is an exchange of a record; nil where its last line has no answer.
type recorded struct{ exchange *Exchange }

func newRecordReader(opts Options) *recordReader {
	return &recordReader{opts: opts, blobs: map[string]*payload.Blob{}, found: map[record.Identity]*recorded{}, captured: map[capturedID]*recorded{}}
}

// line takes a line, and gives how many more requests have no answer.
func (r *recordReader) line(entry *exactjson.Object, number int) (unanswered int, err error) {
	switch kind, _ := exactjson.Text(entry.Get("kind")); kind {
	case "blob":
		var b record.Blob
		if err := exactjson.Unmarshal(entry.Append(nil), &b); err != nil {
			return 0, err
		}
		if b.Text == "" {
			r.blobs[b.SHA256] = &payload.Blob{SHA256: b.SHA256, MediaType: b.MediaType, Data: b.Data}
		}
	case "exchange":
		return r.exchange(entry, number)
	}
	return 0, nil
}

// recordLine is what is read of an exchange's line.
type recordLine struct {
	record.Identity
	Key        string          `json:"key"`
	APIVersion string          `json:"api_version"`
	Betas      []string        `json:"betas"`
	Request    json.RawMessage `json:"request"`
	Response   json.RawMessage `json:"response"`
	Error      json.RawMessage `json:"error"`
	record.Measured
}

func (r *recordReader) exchange(entry *exactjson.Object, number int) (unanswered int, err error) {
	var line recordLine
	if err := exactjson.Unmarshal(entry.Append(nil), &line); err != nil {
		return 0, err
	}
	if line.Role == record.RoleJudge {
		return 0, nil
	}
	at := r.at(&line)
	before := at.exchange != nil
	if !present(line.Response) {
		if before {
			return 0, nil // an answer counts more than an error behind it
		}
		return 1, nil
	}
	e, err := r.read(&line, entry)
	if err != nil {
		return 0, err
	}
	e.Line = number
	at.exchange = e
	return 0, nil
}

// at is where an exchange of this identity is kept.
func (r *recordReader) at(line *recordLine) *recorded {
	if line.Case == "" {
		return place(r, r.captured, capturedID{line.Key, line.Sample})
	}
	return place(r, r.found, line.Identity)
}

func place[K comparable](r *recordReader, in map[K]*recorded, key K) *recorded {
	at := in[key]
	if at == nil {
		at = &recorded{}
		in[key] = at
		r.order = append(r.order, at)
	}
	return at
}

// reference is how a request refers to a blob.
var reference = regexp.MustCompile(`"sha256":"([0-9a-f]{64})"`)

func (r *recordReader) read(line *recordLine, entry *exactjson.Object) (*Exchange, error) {
	request := entry.Get("request")
	var blobs []*payload.Blob
	for _, hash := range reference.FindAllSubmatch(request, -1) {
		if b := r.blobs[string(hash[1])]; b != nil && !slices.Contains(blobs, b) {
			blobs = append(blobs, b)
		}
	}
	e, err := r.opts.read(request, line.Response, blobs)
	if err != nil {
		return nil, err
	}
	e.Measured, e.Case, e.Version = line.Measured, line.Case, line.APIVersion
	e.Betas = slices.Concat(e.Betas, line.Betas)
	return e, nil
}

// exchanges gives the answered ones in the order of their first lines.
func (r *recordReader) exchanges() []*Exchange {
	var out []*Exchange
	for _, at := range r.order {
		if at.exchange != nil {
			out = append(out, at.exchange)
		}
	}
	slices.SortStableFunc(out, func(a, b *Exchange) int { return cmp.Compare(a.Line, b.Line) })
	return out
}
