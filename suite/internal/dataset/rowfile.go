package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// maxRowSize bounds one row of a data set, in bytes, and maxColumns what its
// values may be, which take more memory than they take space.
const (
	maxRowSize = source.MaxFileSize
	maxColumns = 10_000
)

// rowSeq is a sequence of rows, as dataset.rows gives them.
type rowSeq = iter.Seq2[*Row, *diagnostic.Diagnostic]

// reader reads the rows of a file; shown and rel are its names for people
// and below the root.
type reader func(f io.Reader, shown, rel string) rowSeq

// readerOf gives the reader for a file by its ending, nil where there is
// none.
func readerOf(file string) reader {
	switch strings.ToLower(path.Ext(file)) {
	case ".csv":
		return csvRows
	case ".jsonl", ".ndjson":
		return jsonlRows
	case ".json", ".yaml", ".yml":
		return documentRows
	}
	return nil
}

// problemAt is a diagnostic in a data file, whose lines are not kept.
func problemAt(shown string, line, column int, message, hint string) *diagnostic.Diagnostic {
	return &diagnostic.Diagnostic{
		Position: diagnostic.Position{File: shown, Line: line, Column: column},
		Message:  message, Hint: hint,
	}
}

// csvRows reads RFC 4180 CSV with a header line; every value is text.
func csvRows(f io.Reader, shown, rel string) rowSeq {
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		bounded := &rowBound{r: f}
		text, d := rowText(bounded, shown)
		if d != nil {
			yield(nil, d)
			return
		}
		r := csv.NewReader(text)
		r.ReuseRecord = true
		header, err := r.Read()
		if errors.Is(err, io.EOF) {
			yield(nil, problemAt(shown, 1, 1, "the file is empty, expected a header line and rows", ""))
			return
		}
		if err != nil {
			yield(nil, csvProblem(shown, err))
			return
		}
		names, d := columnNames(shown, header)
		if d != nil {
			yield(nil, d)
			return
		}
		src := source.NewData(shown, rel, "")
		for {
			bounded.read = 0
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if errors.Is(err, csv.ErrFieldCount) {
				if !yield(nil, columnCount(shown, err, len(record), len(names))) {
					return
				}
				continue
			}
			if err != nil {
				yield(nil, csvProblem(shown, err))
				return
			}
			line, _ := r.FieldPos(0)
			out, d := csvRow(names, record, src, line)
			if !yield(out, d) {
				return
			}
		}
	}
}

// csvRow makes a row of one record. Its text is copied: the reader uses the
// record's memory again.
func csvRow(names, record []string, src *source.File, line int) (*Row, *diagnostic.Diagnostic) {
	out := &Row{Columns: make([]source.Member, len(names)), Position: diagnostic.Position{File: src.Name, Line: line}}
	values := make([]source.Value, len(names))
	for i, name := range names {
		switch {
		case !utf8.ValidString(record[i]):
			return nil, problemAt(src.Name, line, 0, "column "+diagnostic.Quote(name)+" is not UTF-8 text", "")
		case strings.IndexByte(record[i], 0) >= 0:
			return nil, problemAt(src.Name, line, 0, "column "+diagnostic.Quote(name)+": "+source.NULMessage, source.NULHint)
		case source.HoldsKey(record[i]):
			return nil, problemAt(src.Name, line, 0, "column "+diagnostic.Quote(name)+": "+source.KeyMessage, source.KeyHint)
		}
		values[i] = src.Cell(strings.Clone(record[i]), line)
		out.Columns[i] = source.Member{Key: name, Value: &values[i]}
	}
	return out, nil
}

// columnNames copies the header and checks that no two columns have one
// name.
func columnNames(shown string, header []string) ([]string, *diagnostic.Diagnostic) {
	if len(header) > maxColumns {
		return nil, problemAt(shown, 1, 0, fmt.Sprintf("the file has %d columns, expected at most %d", len(header), maxColumns), "")
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return nil, problemAt(shown, 1, 0, "the header is one column, "+diagnostic.Quote(header[0]), "save the file with commas between columns")
	}
	seen := map[string]int{}
	names := make([]string, len(header))
	for i, name := range header {
		name = strings.Clone(name)
		form := source.KeyForm(name)
		first, twice := seen[form]
		switch {
		case strings.TrimSpace(name) == "":
			return nil, problemAt(shown, 1, 0, fmt.Sprintf("column %d has no name", i+1), "")
		case !utf8.ValidString(name):
			return nil, problemAt(shown, 1, 0, fmt.Sprintf("the name of column %d is not UTF-8 text", i+1), "")
		case strings.IndexByte(name, 0) >= 0:
			return nil, problemAt(shown, 1, 0, fmt.Sprintf("the name of column %d: %s", i+1, source.NULMessage), source.NULHint)
		case twice:
			return nil, problemAt(shown, 1, 0, fmt.Sprintf("columns %d and %d have the same name, %s", first+1, i+1, diagnostic.Quote(name)), "rename one of them")
		}
		seen[form] = i
		names[i] = name
	}
	return names, nil
}

// columnCount reports that a row has another number of values than there are
// columns.
func columnCount(shown string, err error, values, columns int) *diagnostic.Diagnostic {
	line := 0
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		line = wrong.StartLine
	}
	return problemAt(shown, line, 0, fmt.Sprintf("the number of values in the row is %d, expected %d as in the header", values, columns),
		"a value that holds a comma or a line break is written in quotes")
}

// csvProblem explains what encoding/csv found.
func csvProblem(shown string, err error) *diagnostic.Diagnostic {
	var wrong *csv.ParseError
	if !errors.As(err, &wrong) {
		return problemAt(shown, 0, 0, "cannot read: "+err.Error(), "")
	}
	message, hint := wrong.Err.Error(), ""
	switch {
	case errors.Is(wrong.Err, csv.ErrBareQuote):
		message, hint = `found a " in a value that is not quoted`, `quote the value and double its quotes: "say ""hi"""`
	case errors.Is(wrong.Err, csv.ErrQuote):
		message, hint = `found text behind the " that ends a value, or no " that ends it`, `a quote inside of a quoted value is doubled: ""`
	}
	return problemAt(shown, wrong.Line, wrong.Column, message, hint)
}

// rowBound ends the reading of a row that is too large. It counts from the
// last time that read was set back.
type rowBound struct {
	r    io.Reader
	read int
}

// Read implements io.Reader.
func (b *rowBound) Read(p []byte) (int, error) {
	if b.read > maxRowSize {
		return 0, fmt.Errorf("the row is larger than %d MB", maxRowSize>>20)
	}
	n, err := b.r.Read(p)
	b.read += n
	return n, err
}

// jsonlRows reads one JSON object a line; blank lines are skipped.
func jsonlRows(f io.Reader, shown, rel string) rowSeq {
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		text, d := rowText(f, shown)
		if d != nil {
			yield(nil, d)
			return
		}
		lines := bufio.NewScanner(text)
		lines.Buffer(make([]byte, 0, 64<<10), maxRowSize)
		number := 1
		for ; lines.Scan(); number++ {
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			out, d := jsonlRow(lines.Text(), shown, rel, number)
			if !yield(out, d) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(nil, problemAt(shown, number, 0, fmt.Sprintf("the row is larger than %d MB", maxRowSize>>20), ""))
		} else if err != nil {
			yield(nil, problemAt(shown, 0, 0, "cannot read: "+err.Error(), ""))
		}
	}
}

// jsonlRow reads one line. Its values' positions are those of the line.
func jsonlRow(text, shown, rel string, number int) (*Row, *diagnostic.Diagnostic) {
	docs, found := source.ParseJSON(source.NewData(shown, rel, text))
	if len(found) > 0 {
		d := found[0]
		d.Line = number
		return nil, &d
	}
	if len(docs) != 1 {
		return nil, problemAt(shown, number, 1, "found no JSON object in this line", "")
	}
	out, d := rowKind(docs[0])
	if d != nil {
		d.Line = number
		return nil, d
	}
	out.Position.Line, out.Position.Column = number, 0
	return out, nil
}

// documentRows reads a file that is one list of rows, or, in YAML, a
// document a row.
func documentRows(f io.Reader, shown, rel string) rowSeq {
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		data, err := io.ReadAll(io.LimitReader(f, source.MaxFileSize+1))
		if err != nil {
			yield(nil, problemAt(shown, 0, 0, "cannot read: "+err.Error(), ""))
			return
		}
		docs, found := source.Parse(source.NewData(shown, rel, string(data)))
		for i := range found {
			if !yield(nil, &found[i]) {
				return
			}
		}
		if len(found) > 0 {
			return
		}
		if len(docs) == 1 && docs[0].Kind == source.List {
			listRows(docs[0])(yield)
			return
		}
		listRows(&source.Value{Kind: source.List, Items: docs})(yield)
	}
}
