package messages

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// serverEvent is one event of a stream. Both fields are valid until the next
// one is read.
type serverEvent struct {
	name string // "" where the stream names none
	data []byte
}

// eventReader reads server-sent events as the HTML standard has them parsed
// ("Server-sent events", section 9.2.6). The fields id and retry, which only
// serve to take up a broken stream again, are read over: a request is sent
// again as a whole. An event that the stream ends within is none.
type eventReader struct {
	source io.Reader
	limits streamLimits
	// hold waits for memory for so many bytes more; nil does not.
	hold func(bytes int64) error

	buffer  []byte
	begin   int   // where in buffer the next line begins
	scanned int   // up to here the line has no end
	total   int64 // bytes read so far
	begun   bool  // a line was taken
	wasCR   bool  // the last line ended in CR, so an LF that follows is its
	err     error // of source, for when the lines of buffer are taken

	name    string
	data    []byte
	hasData bool
}

// streamLimits bound what a stream may hold, in bytes.
type streamLimits struct {
	event int64 // one event, or one line
	total int64
}

// readChunk is how much is asked of the source at once.
const readChunk = 8 << 10

// next gives the next event, io.EOF behind the last one, a notMessageError for
// an event and errTooLarge for a stream above its limit, or the error of the
// source.
func (r *eventReader) next() (serverEvent, error) {
	r.name, r.data, r.hasData = "", r.data[:0], false
	for {
		line, err := r.line()
		switch {
		case err != nil:
			return serverEvent{}, err
		case len(line) > 0:
			err = r.field(line)
		case r.hasData:
			return serverEvent{r.name, r.data}, nil
		default: // an event without data is none, whatever its name
			r.name = ""
		}
		if err != nil {
			return serverEvent{}, err
		}
	}
}

// field takes a line that is not empty: "name: value", "name" or ": comment".
func (r *eventReader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "event":
		r.name = string(value)
	case "data":
		if r.hasData {
			r.data = append(r.data, '\n')
		}
		if int64(len(r.data)+len(value)) > r.limits.event {
			return r.tooLarge()
		}
		r.data, r.hasData = append(r.data, value...), true
	}
	return nil
}

// line gives the next line without its end, which is CR, LF or both.
func (r *eventReader) line() ([]byte, error) {
	for {
		if r.wasCR && r.begin < len(r.buffer) {
			r.wasCR = false
			if r.buffer[r.begin] == '\n' {
				r.begin++
				r.scanned = r.begin
			}
		}
		if i := bytes.IndexAny(r.buffer[r.scanned:], "\r\n"); i >= 0 {
			return r.take(r.scanned + i), nil
		}
		r.scanned = len(r.buffer)
		switch {
		case int64(r.scanned-r.begin) > r.limits.event:
			return nil, r.tooLarge()
		case r.err != nil:
			return nil, r.err
		}
		r.fill()
		if r.total > r.limits.total {
			return nil, errTooLarge
		}
	}
}

// take removes the line that ends at the given offset from the buffer.
func (r *eventReader) take(end int) []byte {
	line := r.buffer[r.begin:end]
	r.wasCR = r.buffer[end] == '\r'
	r.begin, r.scanned = end+1, end+1
	if !r.begun {
		r.begun = true
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
	}
	return line
}

// fill reads what there is, up to a chunk, into the buffer.
func (r *eventReader) fill() {
	if cap(r.buffer)-len(r.buffer) < readChunk {
		n := copy(r.buffer, r.buffer[r.begin:])
		r.buffer, r.begin, r.scanned = r.buffer[:n], 0, n
		before := cap(r.buffer)
		r.buffer = slices.Grow(r.buffer, readChunk)
		if more := int64(cap(r.buffer) - before); more > 0 && r.hold != nil {
			if r.err = r.hold(more); r.err != nil {
				return
			}
		}
	}
	n, err := r.source.Read(r.buffer[len(r.buffer):][:readChunk])
	r.buffer = r.buffer[:len(r.buffer)+n]
	r.total += int64(n)
	r.err = err
}

// tooLarge is the error of an event or a line longer than any of the API's.
func (r *eventReader) tooLarge() error {
	return &notMessageError{got: fmt.Sprintf("a stream with an event of more than %d MB", r.limits.event>>20)}
}
