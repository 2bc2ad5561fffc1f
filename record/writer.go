package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// syncEvery bounds how long a line may wait to be on the disk for good.
const syncEvery = time.Second

// Line is a line of a record: Run, Case, Exchange, Sample, Gate or Summary.
// Blobs are written by the Writer itself.
type Line interface {
	// stamped gives the line as it is encoded: its kind set, no list null.
	stamped() any
}

// Writer appends lines to a record. It may be used from many goroutines at
// once. While it is open no other Writer can open the same file.
type Writer struct {
	path string

	mu     sync.Mutex
	file   output
	size   int64           // of the whole lines that were written
	blobs  map[string]bool // hashes of the blobs in the file
	timer  *time.Timer     // the next sync; nil where all is synced
	err    error           // the first failure to write; it ends the record
	closed bool
}

// output is what a Writer needs of an *os.File.
type output interface {
	Write([]byte) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

func newWriter(path string, file output, size int64) *Writer {
	return &Writer{path: path, file: file, size: size, blobs: map[string]bool{}}
}

// Append writes one whole line, in one write. An exchange's base64 data goes
// to blob lines of their own before it, each once.
//
// A line that cannot be encoded is an error and leaves the record as it was.
// A failure to write is for good: the record stays whole up to the line before,
// and every later Append and Close gives the same error.
func (w *Writer) Append(line Line) error {
	var blobs []Blob
	if e, ok := line.(Exchange); ok {
		e.Request, blobs = Externalize(e.Request)
		line = e
	}
	text, err := encode(line.stamped())
	if err != nil {
		return fmt.Errorf("a line of the record cannot be written: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.appendBlobs(blobs); err != nil {
		return err
	}
	return w.write(text)
}

// appendBlobs writes those of the blobs that the record lacks.
func (w *Writer) appendBlobs(blobs []Blob) error {
	for _, b := range blobs {
		if w.blobs[b.SHA256] {
			continue
		}
		b.Kind = kindBlob
		text, err := encode(b)
		if err != nil {
			return fmt.Errorf("a blob of the record cannot be written: %w", err)
		}
		if err := w.write(text); err != nil {
			return err
		}
		w.blobs[b.SHA256] = true
	}
	return nil
}

// encode gives a line with its ending. Raw JSON in it keeps its bytes but for
// white space between tokens, which could hold line endings.
func encode(line any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(line); err != nil {
		return nil, err
	}
	return buf.Bytes(), checkLength(buf.Len())
}

func checkLength(n int) error {
	if n > MaxLine {
		return fmt.Errorf("it has %d bytes; a line has at most %d", n, MaxLine)
	}
	return nil
}

// write writes whole lines, or takes back what it wrote of them.
func (w *Writer) write(text []byte) error {
	if w.err != nil {
		return w.err
	}
	if w.closed {
		return errors.New("the record is closed")
	}
	if _, err := w.file.Write(text); err != nil {
		w.fail(err)
		// Should this fail as well, a reader drops the torn line.
		_ = w.file.Truncate(w.size)
		return w.err
	}
	w.size += int64(len(text))
	if w.timer == nil {
		w.timer = time.AfterFunc(syncEvery, w.sync)
	}
	return nil
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
	w.timer = nil
	closed := w.closed
	w.mu.Unlock()
	if closed {
		return
	}
	if err := w.file.Sync(); err != nil && !errors.Is(err, os.ErrClosed) {
		w.mu.Lock()
		w.fail(err)
		w.mu.Unlock()
	}
}

// Close puts everything on the disk and gives the file free. It gives the
// first error of the Writer's life.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
	if err := w.file.Sync(); err != nil {
		w.fail(err)
	}
	if err := w.file.Close(); err != nil {
		w.fail(err)
	}
	return w.err
}
