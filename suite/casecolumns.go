package suite

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/dataset"
)

// maxNotes bounds how many misread texts of a suite are noted, and how many
// columns of its data sets.
const maxNotes = 100

// rowNotes are what is noted of rows while they are checked, since they are
// not kept.
type rowNotes struct {
	last    []Member // the columns of the row before
	columns []caseColumn
	misread []diagnostic.Diagnostic
}

// caseColumn is a column of a data set that is named like a key of a case.
type caseColumn struct {
	definition int // its index
	name       string
	at         diagnostic.Diagnostic // without a message
}

// note looks at a row of the definition of an index. It may come once for each
// variant.
func (n *rowNotes) note(definition int, d *definition, r *dataset.Row) {
	if len(n.last) == len(r.Columns) && &n.last[0] == &r.Columns[0] {
		return
	}
	sameKeys := slices.EqualFunc(n.last, r.Columns, func(a, b Member) bool { return a.Key == b.Key })
	n.last = r.Columns
	if d.data.InFiles() {
		t := misreadTexts{found: n.misread}
		for _, m := range r.Columns {
			t.visitData(m.Value)
		}
		n.misread = t.found
	}
	if sameKeys && len(n.columns) > 0 && n.columns[len(n.columns)-1].definition == definition {
		return
	}
	for _, m := range r.Columns {
		if likeCaseKey(m.Key) && len(n.columns) < maxNotes && !n.has(definition, m.Key) {
			n.columns = append(n.columns, caseColumn{definition, m.Key, columnAt(r, m)})
		}
	}
}

func (n *rowNotes) has(definition int, name string) bool {
	return slices.ContainsFunc(n.columns, func(c caseColumn) bool { return c.definition == definition && c.name == name })
}

// dataWords are keys of a case that tables have as columns of their own.
var dataWords = []string{"description", "metadata", "speed", "container", "diagnostics"}

// likeCaseKey reports whether a column is named like a key of a case, or like a
// column that other tools read as one: __expected.
func likeCaseKey(name string) bool {
	return caseLevel.takes(name) && !slices.Contains(dataWords, name) || strings.HasPrefix(name, "__")
}

// columnAt is where a column is first written.
func columnAt(r *dataset.Row, m Member) diagnostic.Diagnostic {
	d := m.Diagnostic("", "")
	if r.Position.Column == 0 { // a file with a row a line
		return diagnostic.Diagnostic{Position: r.Position}
	}
	return d
}

// CaseColumns are columns of data sets that are named like keys of a case, and
// that no expression uses: what is written there has no effect. Each is
// a diagnostic that only lacks its message, by the column's name.
func (s *Suite) CaseColumns(yield func(name string, at diagnostic.Diagnostic) bool) {
	if len(s.rows.columns) == 0 {
		return
	}
	shared, own := s.references()
	for _, c := range s.rows.columns {
		if !shared.hasColumn(c.name) && !own[c.definition].hasColumn(c.name) && !yield(c.name, c.at) {
			return
		}
	}
}

// hasColumn is has, also for a column called vars.
func (m *references) hasColumn(name string) bool {
	if name != "vars" {
		return m.has(name)
	}
	return m.dynamic || slices.ContainsFunc(m.texts, func(text string) bool {
		return strings.Contains(text, "vars.vars") || strings.Contains(text, `"vars"`) || strings.Contains(text, "'vars'")
	})
}
