package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// maxLine is the longest line that a record may have, in bytes. It leaves
// room for the largest request that the API takes.
const maxLine = 64 << 20

// errEmpty says that not even the first line of a record is there.
var errEmpty = errors.New("it is empty: the run was cut short before its first line was whole")

// SeveralRunsError says that a file holds several runs one after the other, as
// cat makes it of their records.
type SeveralRunsError struct {
	Line int // where the next run begins, from 1
}

func (e *SeveralRunsError) Error() string {
	return fmt.Sprintf("line %d: another run begins here, and a record holds one", e.Line)
}

// errAnotherRun is SeveralRunsError before the line is known.
var errAnotherRun = errors.New("another run begins")

// errNoRecord is the error of another file. It repeats nothing of it: the file
// may be one that a link led to, and hold a secret.
var errNoRecord = errors.New(`it is not a record, which begins with {"kind":"run"`)

// load reads the whole record once and indexes it.
func (f *File) load(r io.Reader) error {
	number := 0
	for line, h := range skimmed(r) {
		number++
		switch {
		case line != nil:
			if err := f.loadLine(line, &h, number); err != nil {
				return err
			}
		case errors.Is(h.err, bufio.ErrTooLong):
			return fmt.Errorf("line %d is longer than %d MB", number, maxLine>>20)
		default:
			return h.err
		}
	}
	if f.Run.Kind == "" {
		return errEmpty
	}
	f.index.finish()
	if len(f.bad) > 0 {
		f.Summary, f.Verdict = nil, nil
	}
	return nil
}

// splitLines is bufio.ScanLines with the line ending kept, which distinguishes a line
// that is torn from one that is whole.
func splitLines(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// loadLine takes the next line, its ending with it.
func (f *File) loadLine(line []byte, h *lineHead, number int) error {
	at := lineRef{f.end, uint32(len(line))}
	if f.lenient && h.err == nil {
		h.err = checkWhole(line, string(h.kind))
	}
	err := f.add(line, h, at)
	if errors.Is(err, errAnotherRun) {
		return &SeveralRunsError{number}
	}
	if err != nil && line[len(line)-1] != '\n' && f.isTorn(line) {
		f.Torn = true
		return nil
	}
	if err != nil {
		if err := f.leaveOut(at, &LineError{number, err}); err != nil {
			return err
		}
	}
	f.end += int64(len(line))
	f.ended = line[len(line)-1] == '\n'
	return nil
}

// isTorn says that a last line is the start of one that a record could have.
func (f *File) isTorn(line []byte) bool {
	err := members(line, func(_, _ []byte) error { return nil })
	if f.Run.Kind != "" {
		return err != nil
	}
	start := []byte(`{"kind":"run",`)
	return errors.Is(err, errCut) && bytes.HasPrefix(line, start[:min(len(line), len(start))])
}

// add takes one line of any kind.
func (f *File) add(line []byte, h *lineHead, at lineRef) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil // as hand-edited files have
	}
	if f.Run.Kind == "" && (h.err != nil || string(h.kind) != kindRun) {
		return errNoRecord
	}
	if h.err != nil {
		return h.err
	}
	switch string(h.kind) {
	case kindRun:
		f.begun = at.offset
		f.index.runAgain()
		f.lost.begin()
		return f.setRun(line)
	case kindGate:
		return f.addGate(line)
	case kindSummary:
		f.Summary, f.lost.inFlight = new(Summary), 0
		return exactjson.Unmarshal(line, f.Summary)
	case kindVerdict:
		f.Verdict = new(Verdict)
		return exactjson.Unmarshal(line, f.Verdict)
	case kindSpent:
		return f.lost.add(line)
	case kindBatch:
		return f.addBatch(line)
	case kindBlob:
		f.index.blobs[string(h.sha)] = at
		return h.bad
	}
	return f.addWork(&h.head, at)
}

// addWork takes a line of what was asked and answered. After it the run goes
// on, so what said how it ended no longer holds.
func (f *File) addWork(h *head, at lineRef) error {
	if f.byID != nil { // of a record that is followed
		if err := f.byID(); err != nil {
			return err
		}
		f.byID = nil
	}
	var err error
	switch string(h.kind) {
	case kindCase:
		err = f.index.addCase(h, at)
	case kindExchange:
		err = f.index.addExchange(h, at)
	case kindSample:
		err = f.index.addSample(h, at)
	case kindTool:
		err = f.index.addTool(h, at)
	default:
		return nil // a kind of a later version
	}
	f.Summary, f.Verdict, f.Gates = nil, nil, nil
	return err
}

// setRun takes a run line. A resumed run may have written another one; like
// everywhere else the last line counts.
func (f *File) setRun(line []byte) error {
	var version struct {
		Kind   string `json:"kind"`
		Format any    `json:"format"`
	}
	if err := exactjson.Unmarshal(line, &version); err != nil {
		return err
	}
	switch version.Format {
	case float64(1), float64(Format):
	default:
		return fmt.Errorf("the record is of format %v, and this evalrun reads formats 1 and %d", version.Format, Format)
	}
	var run Run
	if err := exactjson.Unmarshal(line, &run); err != nil {
		return err
	}
	resumed := run.Resumed || f.format1 && version.Format == float64(1) // which does not say
	if f.Run.Kind != "" && !resumed {
		return errAnotherRun
	}
	f.format1 = f.format1 || version.Format == float64(1)
	if f.Run.Kind == "" {
		f.started = run.Started
	}
	f.Run, f.Verdict = run, nil
	f.index.planned = run.plannedCases()
	return nil
}

// addGate takes a gate line, in place of an earlier one of the same gate.
func (f *File) addGate(line []byte) error {
	var g Gate
	if err := exactjson.Unmarshal(line, &g); err != nil {
		return err
	}
	same := func(old Gate) bool { return old.Suite == g.Suite && old.Expr == g.Expr }
	if i := slices.IndexFunc(f.Gates, same); i >= 0 {
		f.Gates[i] = g
		return nil
	}
	f.Gates = append(f.Gates, g)
	return nil
}

// countLines counts the line endings in r.
func countLines(r io.Reader) (int, error) {
	buf := make([]byte, 256<<10)
	count := 0
	for {
		n, err := r.Read(buf)
		count += bytes.Count(buf[:n], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return count, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
