// Package diagnostic is what evalrun says about bad input: a message at a
// file, line and column, the source line with a caret, and a hint where a fix
// is known.
//
// It refuses to say less: a Diagnostic without a file is only for input that
// has none (a flag, the environment), and a List holds every problem that was
// found, sorted by place, so that one run of the tool shows all of them.
package diagnostic

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Position is a place in a source file. Line and Column count from 1, Column
// in characters (Unicode code points), not bytes. A zero Line means the file
// as a whole, an empty File input that is no file.
type Position struct {
	File   string
	Line   int
	Column int
}

// String writes the position as file:line:col, leaving out what it lacks.
func (p Position) String() string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Compare orders positions by file, line and column.
func (p Position) Compare(q Position) int {
	return cmp.Or(
		strings.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column),
	)
}

// Severity parts a Diagnostic that stops the run from one that does not.
type Severity int

// The severities. The zero value is Error: what is not said to be milder
// stops the run.
const (
	Error Severity = iota
	Warning
)

// Diagnostic is one problem in the input.
type Diagnostic struct {
	Position
	// Width is how many characters from Column on are meant; the caret line
	// underlines them. 0 and 1 both draw one caret.
	Width    int
	Severity Severity
	// Rule is the name of the lint that found it, for warnings; else "".
	Rule string
	// Message says what was found and what was expected: lower case, one
	// sentence, no full stop.
	Message string
	// Hint says what to do, where that is known.
	Hint string
	// Edits mend the problem, all of them together, where that is certain to
	// be what was meant; else there are none.
	Edits []Edit
	// Line is the text of the source line, without its line ending.
	Source string
}

// Error writes the diagnostic on one line, without source and caret.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if p := d.Position.String(); p != "" {
		b.WriteString(p)
		b.WriteString(": ")
	}
	if d.Severity == Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(d.Message)
	if d.Rule != "" {
		fmt.Fprintf(&b, " [%s]", d.Rule)
	}
	return b.String()
}

// List is every problem that was found. As an error it is one line a problem.
type List []Diagnostic

// Add appends the diagnostics to the list.
func (l *List) Add(ds ...Diagnostic) { *l = append(*l, ds...) }

// Err gives the sorted list, without repetitions, as an error, or nil where
// it holds no problem of severity Error.
func (l List) Err() error {
	if !slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error }) {
		return nil
	}
	return l.Sorted()
}

// Join joins problems into one list, and is nil where there are none of severity
// Error. An error that is no List is one problem.
func Join(errs ...error) error {
	var all List
	for _, err := range errs {
		var list List
		switch {
		case err == nil:
		case errors.As(err, &list):
			all.Add(list...)
		default:
			all.Add(Diagnostic{Message: err.Error()})
		}
	}
	return all.Err()
}

// Sorted gives the list by place and message, without repetitions.
func (l List) Sorted() List {
	out := slices.Clone(l)
	order := func(a, b Diagnostic) int {
		return cmp.Or(a.Compare(b.Position), strings.Compare(a.Message, b.Message))
	}
	slices.SortFunc(out, order)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return order(a, b) == 0 })
}

// Error writes the list one line a problem.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}
