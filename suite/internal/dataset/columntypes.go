package dataset

import (
	"fmt"
	"path"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// columnKinds are the types that a column of a CSV file can be given.
var columnKinds = map[string]source.Kind{"number": source.Number, "boolean": source.Bool, "text": source.String}

// columnType is the type that a case gives to a column of its CSV files.
type columnType struct {
	column string
	kind   source.Kind
	at     source.Member
}

// ReadTypes reads the types key of a case, which is for CSV files: all other
// data have types of their own.
func (ds *Dataset) ReadTypes(v *source.Value, diags *diagnostic.List) {
	for _, file := range ds.files {
		if !isCSV(file) {
			diags.Add(v.Diagnostic("`types` is for CSV files; the values in "+diagnostic.Quote(file)+" have types already", ""))
			return
		}
	}
	if !ds.InFiles() {
		diags.Add(v.Diagnostic("`types` is for CSV files; the values in a list have types already", ""))
		return
	}
	for _, m := range v.Members {
		kind, ok := columnKinds[m.Value.Text]
		if !ok || m.Value.Kind != source.String {
			diags.Add(m.Value.Diagnostic(fmt.Sprintf("the type of the column %s is %s, expected number, boolean or text", diagnostic.Quote(m.Key), m.Value.Describe()), ""))
			continue
		}
		ds.types = append(ds.types, columnType{m.Key, kind, m})
	}
}

func isCSV(file string) bool { return strings.EqualFold(path.Ext(file), ".csv") }

// typed gives the columns of a CSV row their types. An empty cell of a column
// with a type is null.
func (ds *Dataset) typed(r *Row) *diagnostic.Diagnostic {
	for _, t := range ds.types {
		v := r.column(t.column)
		if v == nil {
			d := t.at.Diagnostic(fmt.Sprintf("%s has no column %s", r.Position.File, diagnostic.Quote(t.column)), "")
			return &d
		}
		if t.kind == source.String {
			continue
		}
		kind, spelling, problem := source.ResolvePlain(strings.TrimSpace(v.Text))
		if kind != t.kind && kind != source.Null || problem != "" || kind == source.Null && strings.TrimSpace(v.Text) != "" {
			return problemAt(r.Position.File, r.Position.Line, 0, fmt.Sprintf("the column %s is %s, expected %s", diagnostic.Quote(t.column), diagnostic.Quote(v.Text), t.kind), "")
		}
		v.Kind, v.Text = kind, spelling
	}
	return nil
}

// column gives the value of a column, nil where there is none.
func (r *Row) column(name string) *source.Value {
	for i := range r.Columns {
		if r.Columns[i].Key == name {
			return r.Columns[i].Value
		}
	}
	return nil
}
