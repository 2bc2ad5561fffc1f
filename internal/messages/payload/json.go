package payload

import (
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"
)

// JSON is a request's body or a part of one. In its Text, which is how a
// record writes it, {"sha256":"…"} is in the place of the data of each of its Blobs;
// the text that is sent, which has the data, is only ever passed on in pieces
// or made anew. A JSON is never changed, and the zero value is empty.
type JSON struct {
	text  []byte
	blobs []*Blob // those that text refers to
}

// New makes a JSON of its text, in which "data":{"sha256":"…"} refers to one
// of the blobs. It keeps text and must be given nobody else's.
func New(text []byte, blobs ...*Blob) JSON {
	var used []*Blob
	for _, b := range (JSON{text, blobs}).pieces() {
		if b != nil && !slices.Contains(used, b) {
			used = append(used, b)
		}
	}
	return JSON{text, used}
}

// With makes a JSON of other text, in which references to the blobs of j and
// of the others hold.
func (j JSON) With(text []byte, others ...JSON) JSON {
	blobs := j.blobs
	for _, o := range others {
		blobs = append(slices.Clip(blobs), o.blobs...)
	}
	return New(text, blobs...)
}

// Text is the JSON with references in the place of data. It must not be
// changed.
func (j JSON) Text() []byte { return j.text }

// Blobs are those that the text refers to, each once. They must not be
// changed.
func (j JSON) Blobs() []*Blob { return j.blobs }

// Blob gives the one with the hash; nil where the text refers to no such.
func (j JSON) Blob(hash []byte) *Blob {
	for _, b := range j.blobs {
		if b.SHA256 == string(hash) {
			return b
		}
	}
	return nil
}

// pieces are the runs of text between the references, each with the blob that
// follows it; nil behind the last.
func (j JSON) pieces() iter.Seq2[[]byte, *Blob] {
	return func(yield func([]byte, *Blob) bool) {
		rest := j.text
		for len(j.blobs) > 0 {
			begin, end, b := j.reference(rest)
			if b == nil {
				break
			}
			if !yield(rest[:begin], b) {
				return
			}
			rest = rest[end:]
		}
		yield(rest, nil)
	}
}

// reference finds the first one in a text; nil where there is none. A string
// that looks like one has its quotes escaped.
func (j JSON) reference(text []byte) (begin, end int, b *Blob) {
	for end < len(text) {
		i := bytes.Index(text[end:], []byte(member+opening))
		if i < 0 {
			break
		}
		begin = end + i + len(member)
		end = begin + len(opening)
		n := bytes.IndexByte(text[end:], '"')
		if n < 0 || !bytes.HasPrefix(text[end+n:], []byte(closing)) {
			continue
		}
		if b := j.Blob(text[end : end+n]); b != nil {
			return begin, end + n + len(closing), b
		}
	}
	return 0, 0, nil
}

// runs are the parts of what is sent, data between its quotes.
func (j JSON) runs() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		quote := []byte{'"'}
		for text, b := range j.pieces() {
			if !yield(text) || b != nil && !(yield(quote) && yield(b.Data) && yield(quote)) {
				return
			}
		}
	}
}

// Len is how many bytes are sent.
func (j JSON) Len() int64 {
	n := 0
	for run := range j.runs() {
		n += len(run)
	}
	return int64(n)
}

// Reader reads what is sent.
func (j JSON) Reader() io.Reader {
	if len(j.blobs) == 0 {
		return bytes.NewReader(j.text)
	}
	var runs []io.Reader
	for run := range j.runs() {
		runs = append(runs, bytes.NewReader(run))
	}
	return io.MultiReader(runs...)
}

// WriteTo writes what is sent.
func (j JSON) WriteTo(w io.Writer) (written int64, err error) {
	for run := range j.runs() {
		n, err := w.Write(run)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// String makes the text that is sent, data and all.
func (j JSON) String() string {
	var out strings.Builder
	out.Grow(int(j.Len()))
	_, _ = j.WriteTo(&out) // a Builder takes everything
	return out.String()
}

var _ io.WriterTo = JSON{}
