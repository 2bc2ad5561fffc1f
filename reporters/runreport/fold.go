package runreport

import (
	"fmt"
	"hash/maphash"
	"iter"
	"regexp"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// maxAlike is how many of the cases of a folded finding are named.
const maxAlike = 4

// folded is a finding in the place of those of other cases that are like it.
type folded struct {
	caseFinding
	alike  int
	labels []string // of the first of the others
	second *caseFinding
}

// fold gives findings of a kind once, under the first case, with the others
// counted: what kept cases from their answers, as a key that is refused or a
// limit of money does, warnings, and, where asked, the failures of one
// assertion in three cases or more. It gives at most so many, and how many more
// there are.
func fold(all iter.Seq2[caseFinding, error], most int, assertions bool) (shown []folded, more int, err error) {
	index := map[uint64]int{} // of shown; of those beyond, only that they are
	seed := maphash.MakeSeed()
	for f, err := range all {
		if err != nil {
			return nil, 0, err
		}
		if key := f.foldKey(assertions); key != nil {
			hash := maphash.String(seed, strings.Join(key, "\x00"))
			if i, ok := index[hash]; ok {
				if i < len(shown) {
					shown[i].add(&f)
				}
				continue
			}
			index[hash] = min(len(shown), most)
		}
		if len(shown) < most {
			shown = append(shown, folded{caseFinding: f})
		} else {
			more++
		}
	}
	return apart(shown), more, nil
}

// add counts a finding that is like this one.
func (f *folded) add(of *caseFinding) {
	f.alike++
	if len(f.labels) < maxAlike {
		f.labels = append(f.labels, of.label)
	}
	f.second = nil
	if f.alike == 1 && of.source != "" {
		f.second = of
	}
}

// apart gives both of two failures of an assertion, which may differ in what
// was answered.
func apart(shown []folded) []folded {
	var out []folded
	for _, f := range shown {
		second := f.second
		if second != nil {
			f.alike, f.labels, f.second = 0, nil, nil
		}
		out = append(out, f)
		if second != nil {
			out = append(out, folded{caseFinding: *second})
		}
	}
	return out
}

// amounts are those of US dollars in a message.
var amounts = regexp.MustCompile(`\$[0-9][0-9.,]*`)

// foldKey is what findings have in common that are given once; nil where the
// finding is given for itself.
func (f caseFinding) foldKey(assertions bool) []string {
	switch {
	case f.source == "" && (f.kind == record.Errored || f.kind == warned):
		key := []string{f.kind, f.what}
		for _, detail := range f.details {
			if strings.HasPrefix(detail, "not_sent: ") { // what is spent, and what a request may cost, differ from case to case
				detail = amounts.ReplaceAllLiteralString(detail, "$")
			}
			key = append(key, detail)
		}
		return key
	case f.source != "" && assertions:
		return []string{f.kind, f.name, f.source}
	}
	return nil
}

// alikeText says how many cases have the same finding, safe to show: ×12 like this:
// a, b and 10 more.
func (f *folded) alikeText() string {
	if f.alike == 0 {
		return ""
	}
	var names []string
	for _, label := range f.labels {
		names = append(names, safetext.Cut(label, layout.MaxDetailName))
	}
	text := fmt.Sprintf("×%s like this: %s", numbers.Grouped(int64(f.alike+1)), strings.Join(names, ", "))
	if more := f.alike - len(names); more > 0 {
		text += fmt.Sprintf(" and %s more", numbers.Grouped(int64(more)))
	}
	return text
}
