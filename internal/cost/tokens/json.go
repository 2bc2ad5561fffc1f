package tokens

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// reader walks over JSON text once, member by member. Where the text is no
// JSON, failed is set and nothing more is read.
type reader struct {
	text   []byte
	dec    *jsontext.Decoder
	failed bool
}

func newReader(text []byte) reader {
	return reader{text: text, dec: jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

// peek is the kind of the next value, 0 at the end and after a failure.
func (r *reader) peek() jsontext.Kind {
	if r.failed {
		return 0
	}
	return r.dec.PeekKind()
}

// raw reads a value and gives its text; nil after a failure.
func (r *reader) raw() []byte {
	if r.failed {
		return nil
	}
	value, err := r.dec.ReadValue()
	if err != nil {
		r.failed = true
		return nil
	}
	end := int(r.dec.InputOffset())
	return r.text[end-len(value) : end]
}

// skip reads over a value.
func (r *reader) skip() {
	if !r.failed && r.dec.SkipValue() != nil {
		r.failed = true
	}
}

// str reads a string and gives what is between its quotes, as it is spelled.
// Of every other value it gives nil.
func (r *reader) str() []byte {
	if r.peek() != '"' {
		r.skip()
		return nil
	}
	if raw := r.raw(); len(raw) >= 2 {
		return raw[1 : len(raw)-1]
	}
	return nil
}

// members calls each for every member of an object, which must read its
// value. Of every other value it reads over all.
func (r *reader) members(each func(key []byte)) {
	r.list('{', '}', func() {
		if key := r.str(); !r.failed {
			each(key)
		}
	})
}

// elements calls each for every element of a list, which must read it.
func (r *reader) elements(each func()) { r.list('[', ']', each) }

func (r *reader) list(begin, end jsontext.Kind, each func()) {
	if r.peek() != begin {
		r.skip()
		return
	}
	r.token()
	for !r.failed && r.peek() != end {
		if r.peek() == 0 { // cut off, or no JSON
			r.failed = true
			return
		}
		each()
	}
	r.token()
}

// token reads over a bracket.
func (r *reader) token() {
	if _, err := r.dec.ReadToken(); err != nil {
		r.failed = true
	}
}
