package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

const (
	// syncEvery bounds how long a line may wait to be on the disk for good.
	syncEvery = time.Second
	// flushEvery bounds how long a line may wait to be in the file that has
	// not been paid for, and flushFrom how many bytes of such lines wait.
	flushEvery = 100 * time.Millisecond
	flushFrom  = 64 << 10
	// keptBuffer is how large a buffer is kept for the lines to come.
	keptBuffer = 1 << 20
)

// Line is a line of a record: Run, Case, Exchange, Sample, Gate, Summary
// or Verdict.
// Blobs are written by the Writer itself.
type Line interface {
	// appendTo appends the line with its ending: its kind set, no list null.
	// Raw JSON in it keeps its bytes but for white space between tokens, which
	// could hold line endings.
	appendTo(dst []byte) ([]byte, error)
}

// mayWait reports whether a crash may lose a line, since a resumed run makes it
// again and pays nothing for it. It must not wait behind one that may not.
func mayWait(line Line) bool {
	switch line := line.(type) {
	case Case, Sample:
		return true
	case Exchange:
		return line.Reused
	}
	return false
}

// mustSync reports whether a line is to be on the disk before what follows it: a
// run's, and that of a batch that is about to be created.
func mustSync(line Line) bool {
	switch line := line.(type) {
	case Run:
		return true
	case Batch:
		return line.State == BatchIntended
	}
	return false
}

// Writer appends lines to a record. It may be used from many goroutines at
// once. While it is open no other Writer can open the same file.
type Writer struct {
	path   string
	redact redactor

	mu      sync.Mutex
	file    output
	waiting []byte          // whole lines that are not in the file, in their order
	size    int64           // of the whole lines that are
	blobs   map[string]bool // hashes of the blobs in the file
	flushes *time.Timer     // the next flush; nil where none is due
	syncs   *time.Timer     // the next sync; nil where all is synced
	err     error           // the first failure to write; it ends the record
	ended   bool            // no line follows
	closed  bool
}

// output is what a Writer needs of an *os.File.
type output interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

func newWriter(path string, file output, size int64) *Writer {
	return &Writer{path: path, file: file, size: size, blobs: map[string]bool{}}
}

// buffers are where lines are encoded.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Append writes one whole line. An exchange that was sent is in the file when
// it returns, with all lines before it; what costs nothing to make again may
// follow within a tenth of a second. An exchange's base64 data goes to blob
// lines of their own before it, each once.
//
// A line that cannot be encoded is an error and leaves the record as it was.
// After a failure to write the record stays whole up to the line before, and
// every later Append, Flush and Close gives the same error; lines are kept and
// tried again all the same. Unwritten has those that never fitted.
func (w *Writer) Append(line Line) error {
	var blobs []Blob
	switch l := line.(type) {
	case Case:
		blobs = l.Blobs
	case Exchange:
		if l.Request, blobs = Externalize(l.Request); len(blobs) > 0 {
			line = l
		}
		blobs = append(blobs, l.Blobs...)
	}
	if len(w.redact) > 0 {
		line = w.redact.line(line)
		if c, ok := line.(Case); ok {
			blobs = c.Blobs
		}
	}
	buf := buffers.Get().(*[]byte)
	text, err := line.appendTo((*buf)[:0])
	if cap(text) <= keptBuffer {
		*buf = text
	}
	defer buffers.Put(buf)
	if err == nil {
		err = checkLength(len(text))
	}
	if err != nil {
		return fmt.Errorf("a line of the record cannot be written: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.appendBlobs(blobs); err != nil {
		return err
	}
	err = w.write(text, mayWait(line))
	if mustSync(line) && err == nil {
		if err = w.file.Sync(); err != nil { // before anything is paid for
			w.fail(err)
		}
	}
	return err
}

// appendBlobs writes those of the blobs that the record lacks.
func (w *Writer) appendBlobs(blobs []Blob) error {
	for _, b := range blobs {
		if w.blobs[b.SHA256] {
			continue
		}
		text, err := b.appendTo(nil)
		if err == nil {
			err = checkLength(len(text))
		}
		if err != nil {
			return fmt.Errorf("a blob of the record cannot be written: %w", err)
		}
		w.blobs[b.SHA256] = true
		if err := w.write(text, true); err != nil {
			return err
		}
	}
	return nil
}

func checkLength(n int) error {
	if n > maxLine {
		return fmt.Errorf("it has %d bytes; a line has at most %d", n, maxLine)
	}
	return nil
}

// write takes a whole line, which may wait, or else is in the file now.
func (w *Writer) write(text []byte, mayWait bool) error {
	if w.ended {
		return errors.New("the record is closed")
	}
	w.waiting = append(w.waiting, text...)
	if w.syncs == nil {
		w.syncs = time.AfterFunc(syncEvery, func() {
			defer fault.Catch()
			w.sync()
		})
	}
	if !mayWait || len(w.waiting) >= flushFrom {
		return w.flush()
	}
	if w.flushes == nil {
		w.flushes = time.AfterFunc(flushEvery, func() {
			defer fault.Catch()
			_ = w.flushNow() // the next Append gives the error
		})
	}
	return w.err
}

// Err is the failure to write that ended the record; nil where there was none.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// flushNow writes all lines to the file, for those who read it meanwhile.
func (w *Writer) flushNow() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

// flush writes the lines that wait. One that it wrote a part of it takes back,
// and keeps it with those behind it.
func (w *Writer) flush() error {
	if w.flushes != nil {
		w.flushes.Stop()
		w.flushes = nil
	}
	if len(w.waiting) == 0 {
		return w.err
	}
	n, err := w.file.WriteAt(w.waiting, w.size)
	if err != nil {
		n = bytes.LastIndexByte(w.waiting[:n], '\n') + 1
		w.fail(err)
		// Should this fail as well, a reader drops the torn line.
		_ = w.file.Truncate(w.size + int64(n))
	}
	w.size += int64(n)
	if w.waiting = append(w.waiting[:0], w.waiting[n:]...); cap(w.waiting) > keptBuffer && len(w.waiting) == 0 {
		w.waiting = nil
	}
	return w.err
}

// fail keeps the first failure.
func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = fmt.Errorf("the record %s cannot be written further; what it holds is whole: %w", w.path, err)
	}
}

// sync puts on the disk what was written so far, without holding up those who
// write meanwhile.
func (w *Writer) sync() {
	w.mu.Lock()
	w.syncs = nil
	over := w.ended || w.flush() != nil
	w.mu.Unlock()
	if over {
		return
	}
	if err := w.file.Sync(); err != nil && !errors.Is(err, os.ErrClosed) {
		w.mu.Lock()
		w.fail(err)
		w.mu.Unlock()
	}
}

// Read opens the record for reading as far as it is written, from the
// Writer's own file: whoever moves or replaces the file at its path meanwhile
// changes nothing of what is read. The File can be read until Close.
func (w *Writer) Read() (*File, error) {
	w.mu.Lock()
	err := w.flush()
	size := w.size
	w.mu.Unlock()
	if err == nil || size > 0 { // what is in the file is whole
		var f *File
		if f, err = newFile(w.file, size, func() error { return nil }); err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("record %s: %w", w.path, err)
}

// End puts everything on the disk: no line can follow. The file stays open for
// who reads it, and locked, until Close. It gives the first error of the
// Writer's life.
func (w *Writer) End() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return w.err
	}
	w.ended = true
	_ = w.flush() // which keeps the failure
	if w.syncs != nil {
		w.syncs.Stop()
		w.syncs = nil
	}
	if err := w.file.Sync(); err != nil {
		w.fail(err)
	}
	return w.err
}

// Unwritten are the lines that did not fit into the file: with them behind it the
// record would be whole. They are to be asked for after End.
type Unwritten struct {
	Lines []byte
	// Answers is how many were sent for, and USD what was paid for them, as far
	// as that is known.
	Answers int
	USD     float64
}

// Unwritten gives the lines that did not fit into the file.
func (w *Writer) Unwritten() Unwritten {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := Unwritten{Lines: bytes.Clone(w.waiting)}
	for line := range bytes.Lines(u.Lines) {
		var e Exchange
		if decode(line, &e) != nil || e.Kind != kindExchange || e.Response == nil || e.Reused {
			continue
		}
		u.Answers++
		if e.SpentUSD != nil {
			u.USD += *e.SpentUSD
		}
	}
	return u
}

// Close is End, and gives the file free.
func (w *Writer) Close() error {
	_ = w.End() // which keeps the failure
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.err
	}
	w.closed = true
	if err := w.file.Close(); err != nil {
		w.fail(err)
	}
	return w.err
}
