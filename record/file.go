package record

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"time"

	"github.com/evalrun/evalrun/internal/namedfile"
)

// File is a record opened for reading. It holds the offset of each line, not
// what it says: lines are read from the file when they are asked for. It shows
// the record as it was when it was opened or last followed. Its methods may be
// called from many goroutines at once, but for Follow and Close.
type File struct {
	Run Run
	// Gates, Summary and Verdict are how the run ended: none and nil where it
	// was cut short, and where it was resumed and has not ended since.
	Gates   []Gate
	Summary *Summary
	Verdict *Verdict
	// Torn says that the last line was not whole and was left out, as after a
	// crash or while the run is still writing.
	Torn bool

	lines   io.ReaderAt
	close   func() error
	index   *index
	lost    lostMoney
	batches []Batch      // by number
	byID    func() error // has the index find cases by ID; nil where it does
	format1 bool         // a part of the record is of format 1
	hidden  []bool       // cases that Only leaves out; nil where there are none
	beginning
	leniency
	fileEnd
}

// beginning is where and when the parts of a record begin.
type beginning struct {
	begun   int64     // offset of the last run line
	started time.Time // of the first one
}

// leniency is what becomes of lines that cannot be read.
type leniency struct {
	lenient bool // they are left out
	bad     []badLine
}

// fileEnd is where the last whole line of a file ends.
type fileEnd struct {
	end   int64
	ended bool // whether that line has its line ending
}

// CaseResult is a case with its samples as far as they are known, by number.
type CaseResult struct {
	// Index is the case's place in the record, for File.CaseAt.
	Index   int
	Case    Case
	Samples []Sample
	// Sent counts the requests that were sent for the case, those too whose
	// answer a later one replaced.
	Sent int
}

// Open reads the record at path, whole or cut short, and indexes it. Another
// process may be writing it meanwhile. It is an error where the file is no
// record, is of another format, or has a line that is no JSON object of its
// kind (a LineError); a torn last line is left out. Which files are opened says
// [namedfile.Open]. Of a file that is no record the error repeats nothing.
func Open(path string) (*File, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return nil, err
	}
	f, err := Read(path, file)
	if err != nil {
		file.Close()
	}
	return f, err
}

// Read is Open for a file that is open already. The File closes it; after an
// error the caller does.
func Read(name string, file *os.File) (*File, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	f, err := newFile(file, info.Size(), file.Close)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	return f, nil
}

// newFile indexes the record in lines, which had so many bytes.
func newFile(lines io.ReaderAt, size int64, closeLines func() error) (*File, error) {
	f := &File{lines: lines, close: closeLines, index: newIndex(size)}
	if err := f.load(io.NewSectionReader(lines, 0, math.MaxInt64)); err != nil {
		return nil, err
	}
	return f, nil
}

// Held is about how many bytes of memory the open record takes: those of its
// index, which have no pointers.
func (f *File) Held() int64 { return f.index.held() }

// Close closes the file and lets go of its index, which may be large.
func (f *File) Close() error {
	f.index = newIndex(0)
	return f.close()
}

// Follow takes the lines that were appended since the record was opened or
// followed. Nobody may read the File meanwhile; after an error it is of no
// more use.
func (f *File) Follow() error {
	f.Torn = false
	return f.load(io.NewSectionReader(f.lines, f.end, math.MaxInt64-f.end))
}

// CaseAt gives the case of an Index that Cases gave, read anew.
func (f *File) CaseAt(index int) (CaseResult, error) {
	if index < 0 || index >= len(f.index.cases) {
		return CaseResult{}, fmt.Errorf("the record has no case %d", index)
	}
	return f.caseResult(uint32(index))
}

func (f *File) caseResult(owner uint32) (CaseResult, error) {
	entry := f.index.cases[owner]
	result := CaseResult{Index: int(owner), Sent: int(entry.sent)}
	if err := f.decode(lineRef{entry.offset, entry.length}, &result.Case); err != nil {
		return CaseResult{}, err
	}
	for _, s := range f.index.samplesOf(owner) {
		if f.isGone(s.offset) {
			continue
		}
		var sample Sample
		if err := f.decode(lineRef{s.offset, s.length}, &sample); err != nil {
			return CaseResult{}, err
		}
		result.Samples = append(result.Samples, sample)
	}
	return result, nil
}

// Exchanges gives the exchanges of one sample of a case, or of all its samples
// where sample is 0: by sample, the answers' turns before the judges' votes.
// Of an exchange that was made again only the last is given, and of a run that
// was resumed and came to its end none that is no longer a part of it.
func (f *File) Exchanges(id ID, sample int) iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		owner, ok, err := f.find(id)
		if err != nil {
			yield(nil, err)
		}
		if ok {
			f.ExchangesAt(int(owner), sample)(yield)
		}
	}
}

// ExchangesAt is Exchanges of the case of an Index that Cases gave.
func (f *File) ExchangesAt(index, sample int) iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		if index < 0 || index >= len(f.index.cases) || sample < 0 || sample > maxSample {
			return
		}
		owner := uint32(index)
		entries := f.index.exchangesOf(owner, uint32(sample))
		if f.leavesBehind() {
			c, err := f.caseResult(owner)
			if err != nil {
				yield(nil, err)
				return
			}
			entries = f.kept(&c, entries)
		}
		for _, entry := range entries {
			e, err := f.exchange(&entry)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Some gives at most n exchanges, spread evenly over the record.
func (f *File) Some(n int) iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		all := f.index.exchanges
		n = min(n, len(all))
		for i := range n {
			e, err := f.exchange(&all[int64(i)*int64(len(all))/int64(n)])
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Lines reads the record's lines as they stood in the file when it was opened,
// without a torn last one.
func (f *File) Lines() io.Reader { return io.NewSectionReader(f.lines, 0, f.end) }

// Blob gives the blob with the hash, or an error where the record lacks it or
// holds other data under that hash.
func (f *File) Blob(hash string) (*Blob, error) {
	at, ok := f.index.blobs[hash]
	if !ok {
		return nil, fmt.Errorf("the record has no blob %s", excerpt([]byte(hash)))
	}
	b := new(Blob)
	if err := f.decode(at, b); err != nil {
		return nil, err
	}
	content := []byte(b.Data)
	if b.Text != "" {
		content = []byte(b.Text)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != hash {
		return nil, fmt.Errorf("the data of blob %s is not what its hash says", hash)
	}
	return b, nil
}

func (f *File) exchange(entry *exchangeEntry) (*Exchange, error) {
	e := new(Exchange)
	if err := f.decode(lineRef{entry.offset, entry.length}, e); err != nil {
		return nil, err
	}
	e.Sample = int(entry.sample) // which format 1 may call ordinal
	return e, nil
}

func (f *File) decode(at lineRef, into any) error {
	line, err := f.line(at)
	if err != nil {
		return err
	}
	if err := decode(line, into); err != nil {
		return f.errorAt(at, err)
	}
	return nil
}

// line reads the line at a place.
func (f *File) line(at lineRef) ([]byte, error) {
	line := make([]byte, at.length)
	return line, readLine(f.lines, line, at.offset)
}

// readLine fills line with the text at an offset.
func readLine(file io.ReaderAt, line []byte, offset int64) error {
	n, err := file.ReadAt(line, offset)
	switch {
	case n == len(line):
		return nil
	case errors.Is(err, io.EOF):
		return errors.New("the record became shorter while it was read")
	}
	return err
}

// errorAt adds the number of the line, found by counting.
func (f *File) errorAt(at lineRef, err error) error {
	number, countErr := countLines(io.NewSectionReader(f.lines, 0, at.offset))
	if countErr != nil {
		return err
	}
	return fmt.Errorf("the record's %w", &LineError{number + 1, err})
}
