package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/namedfile"
)

// LineError is what is wrong with a line of a record. What follows it may
// be whole: OpenDamaged leaves it out.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// maxDamage is how many lines of a record may be left out.
const maxDamage = 1000

// badLine is a line that was left out.
type badLine struct {
	LineError
	at lineRef
}

// OpenDamaged is Open of a record some of whose lines cannot be read: it leaves
// them out, and Damage lists them. Every line is read in full for it. A record
// that lacks lines reports no run as complete.
func OpenDamaged(path string) (*File, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		f := &File{lines: file, close: file.Close, index: newIndex(info.Size()), leniency: leniency{lenient: true}}
		if err = f.load(io.NewSectionReader(file, 0, math.MaxInt64)); err == nil {
			return f, nil
		}
		err = fmt.Errorf("record %s: %w", path, err)
	}
	file.Close()
	return nil, err
}

// Damage lists the lines that were left out, in their order.
func (f *File) Damage() []LineError {
	var out []LineError
	for _, b := range f.bad {
		out = append(out, b.LineError)
	}
	return out
}

// leaveOut leaves a line out, if it may be.
func (f *File) leaveOut(at lineRef, wrong *LineError) error {
	if !f.lenient || f.Run.Kind == "" {
		return wrong
	}
	if len(f.bad) == maxDamage {
		return fmt.Errorf("more than %d lines cannot be read, the last of them: %w", maxDamage, wrong)
	}
	f.bad = append(f.bad, badLine{*wrong, at})
	return nil
}

// checkWhole reads a line in full.
func checkWhole(line []byte, kind string) error {
	if !jsontext.Value(line).IsValid(spelling) {
		return errors.New("it is not valid JSON")
	}
	switch kind {
	case kindCase:
		return decode(line, new(Case))
	case kindExchange:
		return decode(line, new(Exchange))
	case kindSample:
		return decode(line, new(Sample))
	case kindBlob:
		return decode(line, new(Blob))
	case kindBatch:
		return exactjson.Unmarshal(line, new(Batch))
	}
	return nil
}

// mend puts spaces in the place of lines that cannot be read, so that the record
// is whole, and keeps the lines in a file beside it.
func mend(path string, file *os.File, bad []badLine) error {
	kept, err := os.OpenFile(path+".damaged", os.O_WRONLY|os.O_CREATE|os.O_APPEND, fileMode)
	if err != nil {
		return err
	}
	for _, b := range bad {
		line := make([]byte, b.at.length)
		if err = readLine(file, line, b.at.offset); err != nil {
			break
		}
		if _, err = kept.Write(line); err != nil {
			break
		}
	}
	if err = errors.Join(err, kept.Sync(), kept.Close()); err != nil {
		return err
	}
	for _, b := range bad {
		blank := bytes.Repeat([]byte{' '}, int(b.at.length))
		blank[len(blank)-1] = '\n'
		if _, err := file.WriteAt(blank, b.at.offset); err != nil {
			return err
		}
	}
	return nil
}
