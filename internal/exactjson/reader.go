package exactjson

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// reader reads one object or array. Readers are used again.
type reader struct {
	text    []byte
	buffer  bytes.Buffer
	decoder jsontext.Decoder
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func open(text []byte) *reader {
	r := readers.Get().(*reader)
	r.reset(text)
	return r
}

func (r *reader) close() {
	r.reset(nil) // so that the pool keeps no text
	readers.Put(r)
}

func (r *reader) reset(text []byte) {
	r.text = text
	r.buffer = *bytes.NewBuffer(text)
	r.decoder.Reset(&r.buffer, lenient)
}

// list reads a whole text: brackets, and by each what is between them. It
// reports whether the text is of that form.
func (r *reader) list(begin, end jsontext.Kind, each func() bool) bool {
	if r.decoder.PeekKind() != begin {
		return false
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return false
	}
	for r.decoder.PeekKind() != end {
		if !each() {
			return false
		}
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return false
	}
	_, err := r.decoder.ReadToken()
	return err == io.EOF
}

// value reads a value.
func (r *reader) value() (json.RawMessage, bool) {
	value, err := r.decoder.ReadValue()
	end := r.offset()
	return r.text[end-len(value) : end : end], err == nil
}

// offset is the offset behind what was read.
func (r *reader) offset() int { return int(r.decoder.InputOffset()) }
