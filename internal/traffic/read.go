package traffic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/go-json-experiment/json/jsontext"
)

// What a log may hold, in bytes.
const (
	maxLine = 64 << 20
	maxLog  = 512 << 20
)

// maxProblems is how many lines are named that cannot be read.
const maxProblems = 20

// Options say how a log is read. The zero value recognises common shapes.
type Options struct {
	// Name is the log's file, for errors.
	Name string
	// Request and Response are where each line has them; nil is not said.
	Request, Response Path
	// Redact are replaced in what requests and answers say.
	Redact []*regexp.Regexp
	// Skip leaves lines out that cannot be read, instead of the error.
	Skip bool
	// Beside reads a file in the log's directory that a line names; nil for none.
	Beside func(name string) ([]byte, error)
}

// Log is what was read.
type Log struct {
	Exchanges []*Exchange
	// Lines is how many there are.
	Lines int
	// Traced counts the exchanges of OpenTelemetry, which does not say all of a request.
	Traced int
	// Unanswered counts requests that got no message: errors of the API, streams
	// that broke off.
	Unanswered int
	// Skipped are the lines that were left out.
	Skipped diagnostic.List
	// Record is the run line of a record; nil for any other log.
	Record json.RawMessage
}

// reader reads one log.
type reader struct {
	opts    Options
	log     Log
	record  *recordReader   // nil unless the log is a record
	traced  map[string]bool // by the ids of their messages
	bad     int
	dropped diagnostic.List
}

// Read reads a log. The error is a diagnostic.List with all lines that cannot be
// read, up to a bound, or an error of r.
func Read(r io.Reader, opts Options) (*Log, error) {
	in := reader{opts: opts}
	lines := bufio.NewReaderSize(r, 1<<20)
	for total := 0; ; {
		line, err := readLine(lines)
		total += len(line)
		switch {
		case errors.Is(err, io.EOF):
			return in.end()
		case err == nil && total > maxLog:
			return nil, fmt.Errorf("the log is larger than %d MB; import a part of it", maxLog>>20)
		case err != nil && !errors.Is(err, errLongLine):
			return nil, err
		}
		in.log.Lines++
		if err == nil {
			err = in.line(line)
		}
		if err != nil {
			in.problem(err)
		}
	}
}

var errLongLine = fmt.Errorf("the line is longer than %d MB", maxLine>>20)

// readLine gives the next line without its end; io.EOF behind the last one.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line) <= maxLine {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			err = nil
		}
		if err == nil && len(line) > maxLine {
			err = errLongLine
		}
		return bytes.TrimSpace(line), err
	}
}

// problem takes note of a line that cannot be read.
func (in *reader) problem(err error) {
	d := diagnostic.Diagnostic{Position: diagnostic.Position{File: in.opts.Name, Line: in.log.Lines}, Message: err.Error()}
	var hinted *hintedError
	if errors.As(err, &hinted) {
		d.Hint = hinted.hint
	}
	if in.bad++; in.bad <= maxProblems {
		in.dropped.Add(d)
	}
}

// end gives the log.
func (in *reader) end() (*Log, error) {
	if in.bad > maxProblems {
		in.dropped.Add(diagnostic.Diagnostic{
			Position: diagnostic.Position{File: in.opts.Name},
			Message:  fmt.Sprintf("%d more lines cannot be imported", in.bad-maxProblems),
		})
	}
	if in.bad > 0 && !in.opts.Skip {
		return nil, in.dropped
	}
	in.log.Skipped = in.dropped
	if in.record != nil {
		in.log.Exchanges = in.record.exchanges()
	}
	for _, e := range in.log.Exchanges {
		e.sign()
	}
	return &in.log, nil
}

// hintedError is an error with what to do about it.
type hintedError struct {
	message, hint string
}

func (e *hintedError) Error() string { return e.message }

// line takes one line.
func (in *reader) line(line []byte) error {
	if in.log.Lines == 1 {
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
	}
	if len(line) == 0 {
		return nil
	}
	if err := checkJSON(line); err != nil {
		return err
	}
	entry, err := exactjson.ParseObject(line)
	if err != nil {
		if line[0] == '[' {
			return &hintedError{"the line is a list, expected an object", "`jq -c '.[]' FILE` writes the elements of a list a line each"}
		}
		return fmt.Errorf("expected a JSON object: %w", err)
	}
	if in.log.Lines == 1 && string(entry.Get("kind")) == `"run"` && entry.Get("format") != nil {
		in.record = newRecordReader(in.opts)
		in.log.Record = bytes.Clone(line)
		return nil
	}
	if in.record != nil {
		unanswered, err := in.record.line(entry, in.log.Lines)
		in.log.Unanswered += unanswered
		return err
	}
	if all, ok := telemetry(entry); ok && in.opts.Request == nil {
		in.spans(all)
		return nil
	}
	return in.take(in.opts.exchange(entry))
}

// take adds an exchange, or counts a request without an answer.
func (in *reader) take(e *Exchange, err error) error {
	if errors.Is(err, errUnanswered) {
		in.log.Unanswered++
		return nil
	}
	if err != nil {
		return err
	}
	e.Line = in.log.Lines
	in.log.Exchanges = append(in.log.Exchanges, e)
	return nil
}

// spans takes those that are requests to a model. A request has two where its client
// and its server were traced.
func (in *reader) spans(all []*exactjson.Object) {
	for _, attrs := range all {
		id, named := exactjson.Text(attrs.Get("gen_ai.response.id"))
		if !isModelRequest(attrs) || named && in.traced[id] {
			continue
		}
		if named {
			if in.traced == nil {
				in.traced = map[string]bool{}
			}
			in.traced[id] = true
		}
		before := len(in.log.Exchanges)
		if err := in.take(in.opts.span(span{attrs})); err != nil {
			in.problem(err)
		}
		in.log.Traced += len(in.log.Exchanges) - before
	}
}

// checkJSON refuses what readers of JSON read in different ways.
func checkJSON(line []byte) error {
	if !utf8.Valid(line) {
		return errors.New("the line holds bytes that are not UTF-8")
	}
	d := jsontext.NewDecoder(bytes.NewReader(line))
	_, err := d.ReadValue()
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &hintedError{"the JSON of the line ends too early", "each line holds one object; `jq -c . FILE` writes JSON that is spread over lines so"}
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return fmt.Errorf("%s: an object has this name twice", wording.Ends(string(syntax.JSONPointer), 100))
	case errors.As(err, &syntax):
		return fmt.Errorf("the line is not JSON: %w", syntax.Err)
	case err != nil:
		return err
	case len(bytes.TrimSpace(line[d.InputOffset():])) > 0:
		return errors.New("something follows the JSON object")
	}
	return nil
}
