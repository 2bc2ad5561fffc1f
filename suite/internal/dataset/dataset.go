// Package dataset reads the rows of data sets, from files of several formats
// or a list that is written in a suite, one at a time. Every value is data: no
// template in it is filled in. A row that cannot be read is a diagnostic in its
// place.
package dataset

import (
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// Row is one row of a data set: its columns in order, as data.
type Row struct {
	Columns []source.Member
	Number  int // in the data set, from 1
	// Position is the row's file and line; Line is 0 for a case without rows.
	Position diagnostic.Position
}

// AppendJSON writes the row as a JSON object.
func (r *Row) AppendJSON(dst []byte) []byte {
	return (&source.Value{Kind: source.Map, Members: r.Columns}).AppendJSON(dst)
}

// Dataset is where the rows of a case come from: files, or a list that is
// written in the suite.
type Dataset struct {
	value *source.Value
	files []string // relative to the root
	types []columnType
	root  *root.Root
}

// New reads the dataset key of a case, without its rows.
func New(v *source.Value, r *root.Root, diags *diagnostic.List) *Dataset {
	ds := &Dataset{value: v, root: r}
	if v.Kind == source.List {
		if len(v.Items) == 0 {
			diags.Add(v.Diagnostic("the data set is empty, expected at least one row", ""))
			return nil
		}
		v.MarkData()
		return ds
	}
	files, err := ds.find()
	if err != nil {
		diags.Add(v.Diagnostic(fmt.Sprintf("cannot use the data set %s: %v", diagnostic.Quote(v.Text), err), ""))
		return nil
	}
	ds.files = files
	for _, file := range files {
		if readerOf(file) == nil {
			diags.Add(v.Diagnostic(fmt.Sprintf("the data set %s has an unknown format, expected .csv, .jsonl, .json, .yaml or .yml", diagnostic.Quote(file)), ""))
			return nil
		}
	}
	return ds
}

// InFiles reports whether the rows are in files and not in the suite's own text.
func (ds *Dataset) InFiles() bool { return ds.files != nil }

// find lists the files that the path or glob names.
func (ds *Dataset) find() ([]string, error) {
	rel, err := ds.root.Resolve(path.Dir(ds.value.Rel()), ds.value.Text)
	if err != nil {
		return nil, err
	}
	if !strings.ContainsAny(ds.value.Text, "*?[{") {
		return []string{rel}, ds.root.Readable(rel)
	}
	return ds.root.Glob(rel)
}

// Rows gives the rows in order, one at a time. A diagnostic is in the
// place of a row that cannot be read; what comes after it may be missing.
func (ds *Dataset) Rows() iter.Seq2[*Row, *diagnostic.Diagnostic] {
	if !ds.InFiles() {
		return listRows(ds.value)
	}
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		any := false
		for _, file := range ds.files {
			for r, d := range ds.fileRows(file) {
				any = true
				if !yield(r, d) {
					return
				}
			}
		}
		if !any {
			d := ds.value.Diagnostic("the data set "+diagnostic.Quote(ds.value.Text)+" is empty, expected at least one row", "")
			yield(nil, &d)
		}
	}
}

// fileRows gives the rows of one file.
func (ds *Dataset) fileRows(file string) iter.Seq2[*Row, *diagnostic.Diagnostic] {
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		ds.root.Use(file)
		f, err := ds.root.Open(file)
		if err != nil {
			d := ds.value.Diagnostic(fmt.Sprintf("cannot read the data set %s: %v", diagnostic.Quote(file), err), "")
			yield(nil, &d)
			return
		}
		defer f.Close()
		readerOf(file)(f, ds.root.Show(file), file)(func(r *Row, d *diagnostic.Diagnostic) bool {
			if d == nil {
				if d = ds.typed(r); d != nil {
					r = nil
				}
			}
			return yield(r, d)
		})
	}
}

// rowKind checks that a value is a row: a map of columns.
func rowKind(v *source.Value) (*Row, *diagnostic.Diagnostic) {
	if v.Kind != source.Map || len(v.Members) == 0 {
		d := v.Diagnostic("a row is "+v.Describe()+", expected a map of columns", "")
		return nil, &d
	}
	return &Row{Columns: v.Members, Position: v.Position()}, nil
}

// listRows gives the items of a list as rows.
func listRows(list *source.Value) iter.Seq2[*Row, *diagnostic.Diagnostic] {
	return func(yield func(*Row, *diagnostic.Diagnostic) bool) {
		for _, item := range list.Items {
			if !yield(rowKind(item)) {
				return
			}
		}
	}
}
