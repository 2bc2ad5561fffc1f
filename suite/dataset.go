package suite

import (
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
)

// row is one row of a data set: its columns in order, as data.
type row struct {
	columns []Member
	number  int // in the data set, from 1
	// position is the row's file and line; Line is 0 for a case without rows.
	position diagnostic.Position
}

// dataset is where the rows of a case come from: files, or a list that is
// written in the suite.
type dataset struct {
	value *Value
	files []string // relative to the root
	types []columnType
	root  *root.Root
}

// newDataset reads the dataset key of a case, without its rows.
func newDataset(v *Value, r *root.Root, diags *diagnostic.List) *dataset {
	ds := &dataset{value: v, root: r}
	if v.Kind == List {
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

// find lists the files that the path or glob stands for.
func (ds *dataset) find() ([]string, error) {
	rel, err := ds.root.Resolve(path.Dir(ds.value.Rel()), ds.value.Text)
	if err != nil {
		return nil, err
	}
	if !strings.ContainsAny(ds.value.Text, "*?[{") {
		return []string{rel}, ds.root.Readable(rel)
	}
	return ds.root.Glob(rel)
}

// rows gives the rows in order, one at a time. A diagnostic is in the
// place of a row that cannot be read; what comes after it may be missing.
func (ds *dataset) rows() iter.Seq2[*row, *diagnostic.Diagnostic] {
	if ds.files == nil {
		return listRows(ds.value)
	}
	return func(yield func(*row, *diagnostic.Diagnostic) bool) {
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
func (ds *dataset) fileRows(file string) iter.Seq2[*row, *diagnostic.Diagnostic] {
	return func(yield func(*row, *diagnostic.Diagnostic) bool) {
		ds.root.Use(file)
		f, err := ds.root.Open(file)
		if err != nil {
			d := ds.value.Diagnostic(fmt.Sprintf("cannot read the data set %s: %v", diagnostic.Quote(file), err), "")
			yield(nil, &d)
			return
		}
		defer f.Close()
		readerOf(file)(f, ds.root.Show(file), file)(func(r *row, d *diagnostic.Diagnostic) bool {
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
func rowKind(v *Value) (*row, *diagnostic.Diagnostic) {
	if v.Kind != Map || len(v.Members) == 0 {
		d := v.Diagnostic("a row is "+v.Describe()+", expected a map of columns", "")
		return nil, &d
	}
	return &row{columns: v.Members, position: v.Position()}, nil
}

// listRows gives the items of a list as rows.
func listRows(list *Value) iter.Seq2[*row, *diagnostic.Diagnostic] {
	return func(yield func(*row, *diagnostic.Diagnostic) bool) {
		for _, item := range list.Items {
			if !yield(rowKind(item)) {
				return
			}
		}
	}
}
