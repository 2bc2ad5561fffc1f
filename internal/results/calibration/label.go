package calibration

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// maxLabels bounds the size of a file of labels in bytes, and maxProblems how
// many of its problems are reported.
const (
	maxLabels   = 64 << 20
	maxProblems = 100
)

// Columns are the columns of a file of labels. Criterion, question and answer
// are there for the people who label, as is note.
var Columns = []string{
	"pass", "suite", "case", "variant", "sample", "rubric", "rater", "note",
	"criterion", "question", "answer",
}

// PickColumns follow them in a sheet of answers that were picked at random. The
// chance is there for people: of a pick and the run's answers it follows.
var PickColumns = []string{"chance", "pick", "of"}

// Label is one person's judgement of one answer by one rubric. A text that is
// "" is not said, and neither is a Sample of 0.
type Label struct {
	At                           diagnostic.Position
	Suite, Case, Variant, Rubric string
	Sample                       int
	Rater                        string
	Pass                         bool
	// Pick and Of say how the answer was picked, and of what; "" where it was not
	// picked at random.
	Pick, Of string
}

// ReadLabels reads labels from CSV (RFC 4180, or with semicolons or tabs for
// commas) with a header line; name is the file's, for errors. Rows whose pass is empty are not labelled yet and left
// out. An apostrophe before a formula's sign is taken away, as the sheet has
// it. The error is a diagnostic.List.
func ReadLabels(r io.Reader, name string) ([]Label, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxLabels+1))
	switch {
	case err != nil:
		return nil, diagnostic.List{{Message: fmt.Sprintf("cannot read the labels: %v", err)}}
	case len(text) > maxLabels:
		return nil, diagnostic.List{{Position: diagnostic.Position{File: name}, Message: fmt.Sprintf("the file is larger than %d MB", maxLabels>>20)}}
	case !utf8.Valid(text):
		return nil, diagnostic.List{{Position: diagnostic.Position{File: name}, Message: "the file is not UTF-8 text"}}
	}
	file := labelFile{name: name}
	labels := file.read(strings.TrimPrefix(string(text), "\ufeff"))
	return labels, file.problems.Err()
}

// labelFile is a file of labels while it is read.
type labelFile struct {
	name     string
	lines    []string // none until it is known to be one of labels: what else it holds is not repeated
	columns  map[string]int
	problems diagnostic.List
}

// at is a place in the file.
func (f *labelFile) at(line, column int) diagnostic.Position {
	return diagnostic.Position{File: f.name, Line: line, Column: column}
}

// wrong takes note of a problem.
func (f *labelFile) wrong(at diagnostic.Position, message, hint string) {
	d := diagnostic.Diagnostic{Position: at, Message: message, Hint: hint}
	if at.Column > 0 && at.Line <= len(f.lines) {
		d.Source = strings.TrimSuffix(f.lines[at.Line-1], "\r")
	}
	if len(f.problems) < maxProblems {
		f.problems.Add(d)
	}
}

func (f *labelFile) read(text string) []Label {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separatorOf(text)
	header, err := r.Read()
	switch {
	case errors.Is(err, io.EOF):
		f.wrong(f.at(0, 0), "the file is empty, expected a header line and labels", sheetHint)
		return nil
	case err != nil, !slices.Contains(header, "case") && !slices.Contains(header, "pass"):
		f.wrong(f.at(1, 1), `it is no file of labels: its first line has neither a column "case" nor one "pass"`, sheetHint)
		return nil
	}
	f.lines = strings.Split(text, "\n")
	f.readHeader(r, header)
	if len(f.problems) > 0 {
		return nil
	}
	var labels []Label
	rows := 0
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.unreadable(err)
			return nil
		}
		rows++
		if label, ok := f.label(r, row); ok {
			labels = append(labels, label)
		}
	}
	if len(labels) == 0 && len(f.problems) == 0 {
		f.wrong(f.at(0, 0), fmt.Sprintf("no row of %d has a label", rows), "write pass or fail into the column `pass`")
	}
	return labels
}

// separatorOf is what parts the columns: a comma, or the semicolon that
// spreadsheets write where a comma is the decimal sign, or a tab.
func separatorOf(text string) rune {
	header, _, _ := strings.Cut(text, "\n")
	for _, separator := range ",;\t" {
		for _, name := range strings.Split(header, string(separator)) {
			if name = strings.Trim(name, "\" \r"); name == "case" || name == "pass" {
				return separator
			}
		}
	}
	return ','
}

// sheetHint says where a file of labels comes from.
const sheetHint = "`evalrun judge RUN` prints a sheet to fill in"

// readHeader finds the columns. Those whose name begins with x- are the
// user's own.
func (f *labelFile) readHeader(r *csv.Reader, header []string) {
	f.columns = map[string]int{}
	for i, name := range header {
		line, column := r.FieldPos(i)
		at := f.at(line, column)
		_, twice := f.columns[name]
		switch {
		case strings.HasPrefix(name, "x-"):
		case twice:
			f.wrong(at, fmt.Sprintf("duplicate column %q", name), "")
		case !slices.Contains(Columns, name) && !slices.Contains(PickColumns, name):
			f.wrong(at, unknownColumn(name), "a column of your own begins with x-")
		default:
			f.columns[name] = i
		}
	}
	for _, name := range []string{"case", "pass"} {
		if _, ok := f.columns[name]; !ok && len(f.problems) == 0 {
			f.wrong(f.at(1, 1), fmt.Sprintf("there is no column %q", name), sheetHint)
		}
	}
}

func unknownColumn(name string) string {
	if near := diagnostic.Nearest(name, Columns); near != "" {
		return fmt.Sprintf("unknown column %q; did you mean %q?", name, near)
	}
	return fmt.Sprintf("unknown column %q, expected %s", name, strings.Join(Columns, ", "))
}

// unreadable takes note of what encoding/csv found.
func (f *labelFile) unreadable(err error) {
	var wrong *csv.ParseError
	if !errors.As(err, &wrong) {
		f.wrong(f.at(0, 0), "cannot read: "+err.Error(), "")
		return
	}
	hint := ""
	if errors.Is(wrong.Err, csv.ErrFieldCount) {
		hint = "a value with a comma is written in double quotes"
	}
	f.wrong(f.at(wrong.Line, wrong.Column), wrong.Err.Error(), hint)
}

// label reads one row; false where it has no label, or is wrong.
func (f *labelFile) label(r *csv.Reader, row []string) (Label, bool) {
	line, _ := r.FieldPos(0)
	label := Label{
		At:    f.at(line, 0),
		Suite: f.text(row, "suite"), Case: f.text(row, "case"), Variant: f.text(row, "variant"),
		Rubric: f.text(row, "rubric"), Rater: f.text(row, "rater"),
		Pick: strings.TrimSpace(f.text(row, "pick")), Of: strings.TrimSpace(f.text(row, "of")),
	}
	before := len(f.problems)
	var given bool
	label.Pass, given = f.pass(r, row)
	label.Sample = f.sample(r, row)
	if label.Case == "" && given {
		f.wrongCell(r, "case", "the label names no case", "")
	}
	return label, given && len(f.problems) == before
}

// text is a cell's text without the apostrophe that disarms a formula.
func (f *labelFile) text(row []string, column string) string {
	i, ok := f.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimPrefix(row[i], "'")
}

func (f *labelFile) wrongCell(r *csv.Reader, column, message, hint string) {
	line, at := r.FieldPos(f.columns[column])
	f.wrong(f.at(line, at), message, hint)
}

// pass reads a verdict, in the spellings that spreadsheets make of it; false
// where there is none.
func (f *labelFile) pass(r *csv.Reader, row []string) (pass, given bool) {
	text := strings.TrimSpace(f.text(row, "pass"))
	switch strings.ToLower(text) {
	case "":
		return false, false
	case "pass", "true", "yes", "1":
		return true, true
	case "fail", "false", "no", "0":
		return false, true
	}
	f.wrongCell(r, "pass", fmt.Sprintf("pass is %q, expected pass or fail", text), "true, yes and 1 mean pass, false, no and 0 fail; an empty cell is not labelled yet")
	return false, true
}

// sample reads a sample's number.
func (f *labelFile) sample(r *csv.Reader, row []string) int {
	text := strings.TrimSpace(f.text(row, "sample"))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		f.wrongCell(r, "sample", fmt.Sprintf("sample is %q, expected a number from 1", text), "")
	}
	return n
}
