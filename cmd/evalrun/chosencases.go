package main

import (
	"fmt"
	"io"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// chosenCases are the cases of a record that a report is of, and by what its
// numbers are broken down.
type chosenCases struct {
	where filter
	by    string
}

// source sums up the chosen cases.
func (c chosenCases) source(notes io.Writer, file *record.File) (runreport.Source, error) {
	var src runreport.Source
	var err error
	if c.where.source == "" {
		src, err = runreport.NewSource(file)
	} else {
		var all int
		if all, err = c.where.apply(notes, file); err == nil {
			src, err = runreport.NewFiltered(file, c.where.source, all)
		}
	}
	if err != nil || c.by == "" {
		return src, err
	}
	x := newCaseExpr("--by", c.by)
	src.By, err = runreport.NewBreakdown(src, c.by, x.categories)
	if err == nil {
		err = x.missing(notes, src.Run.Totals.Cases.Total())
	}
	return src, err
}

// missing notes the cases for which the expression has no value. It is an error
// where that is so of all cases.
func (x *caseExpr) missing(notes io.Writer, all int) error {
	if x.problem == nil {
		return nil
	}
	if x.without == all {
		return x.wrong(x.problem)
	}
	fmt.Fprintf(notes, "%s has no value for %s: %s\n", x.flag, wording.Count(x.without, "case"), safetext.Line(x.problem.Error()))
	return nil
}

// categories are those of a case: the value, or each member of a list.
func (x *caseExpr) categories(c *record.Case) []string {
	v, ok := x.value(c)
	if !ok {
		return nil
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	var out []string
	for _, member := range list {
		if text, isText := member.(string); isText {
			out = append(out, text)
			continue
		}
		out = append(out, fmt.Sprint(member))
	}
	return out
}
