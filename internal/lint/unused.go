package lint

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// maxNamed bounds how many files of a directory are named.
const maxNamed = 5

// unused finds what is written and nothing uses, which only the suites as a
// whole show.
func (l *Linter) unused(set *suite.Set) {
	for _, s := range set.Suites {
		for _, m := range s.UnusedVars() {
			message := fmt.Sprintf("no template and no expression uses the variable %s", diagnostic.Quote(m.Key))
			l.found.add(unusedVariable, m.Diagnostic(message, ""), nil)
		}
	}
	for _, name := range set.UnusedSettings() {
		message := fmt.Sprintf("no template and no expression uses the variable %s of --var", diagnostic.Quote(name))
		l.found.add(unusedVariable, nowhere{}.Diagnostic(message, ""), nil)
	}
	l.labels.report(&l.found)
	l.same.report(&l.found)
	if len(set.Suites) == 0 || !set.Suites[0].Whole() {
		return
	}
	for _, left := range set.UnreadFiles() {
		l.found.add(unusedFile, leftover(left), nil)
	}
}

// kindOf names the kind of the files: .png file, or .png files.
func kindOf(left suite.UnreadFiles) string {
	kind := filepath.Ext(left.Files[0]) + " file"
	if left.Read > 1 {
		kind += "s"
	}
	return kind
}

// leftover is a finding about the files of one directory, at the first.
func leftover(left suite.UnreadFiles) diagnostic.Diagnostic {
	names := make([]string, 0, maxNamed)
	for _, file := range left.Files[:min(len(left.Files), maxNamed)] {
		names = append(names, filepath.Base(file))
	}
	message := "no suite reads " + strings.Join(names, ", ")
	if more := len(left.Files) - len(names); more > 0 {
		message += fmt.Sprintf(" and %d more files", more)
	}
	message += fmt.Sprintf(", and suites read %d other %s there", left.Read, kindOf(left))
	return diagnostic.Diagnostic{Position: diagnostic.Position{File: left.Files[0]}, Message: message}
}
