package lint

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// texts finds what YAML and data sets make of a text that was meant otherwise.
func (l *Linter) texts(set *suite.Set) {
	for _, s := range set.Suites {
		for _, d := range s.MisreadTexts() {
			l.found.add(cutText, d, nil)
		}
		for name, d := range s.CaseColumns {
			d.Message = fmt.Sprintf("the rows have the key %s, which nothing uses: a row holds variables only", diagnostic.Quote(name))
			d.Hint = rowHint(name)
			l.found.add(caseInRow, d, nil)
		}
	}
}

// rowHint says where a key belongs that was written in a row.
func rowHint(name string) string {
	switch {
	case name == "assert" || strings.HasPrefix(name, "__expected"):
		return "write the assertion in the case; it sees the row as vars: `text contains vars.answer`"
	case name == "vars":
		return "write the variables as keys of the row itself"
	case strings.HasPrefix(name, "__"):
		return "another tool reads this key; evalrun does not"
	}
	return fmt.Sprintf("write `%s` in the case; to take it from the row, write a template there", name)
}
