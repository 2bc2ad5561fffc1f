package calibration

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// matcher finds the labels of verdicts. It sees the cases of a record one
// after the other and holds none of them.
type matcher struct {
	byCase map[string][]*labelState
	order  []*labelState
	// current are the labels of the case that is looked at.
	current map[answer][]*Label
	// names are those of the run's cases, to find what a label is of.
	names []string
}

// labelState is a label with what is known of where it belongs.
type labelState struct {
	Label
	// fits are the answers that it can mean, as text for an error, the first
	// few of them; inCase says that its case was there at all.
	fits   []string
	count  int
	inCase bool
	wrong  string
}

// answer is one sample of a case as one rubric judges it.
type answer struct {
	rubric string
	sample int
}

// maxShown is how many of the answers that a label can mean are named.
const maxShown = 2

func newMatcher(labels []Label) *matcher {
	m := &matcher{byCase: map[string][]*labelState{}, current: map[answer][]*Label{}}
	for _, l := range labels {
		state := &labelState{Label: l}
		m.byCase[l.Case] = append(m.byCase[l.Case], state)
		m.order = append(m.order, state)
	}
	return m
}

// match finds the labels of one case's verdicts.
func (m *matcher) match(verdicts []Verdict) {
	c := verdicts[0].Case
	m.note(c.Case)
	for _, state := range m.byCase[c.Case] {
		if state.Suite != "" && state.Suite != c.Suite || state.Variant != "" && state.Variant != c.Variant {
			continue
		}
		state.inCase = true
		for i := range verdicts {
			if v := &verdicts[i]; state.means(v) {
				m.fit(state, v)
			}
		}
	}
}

// means reports whether a label of the case can be of the verdict.
func (s *labelState) means(v *Verdict) bool {
	return (s.Rubric == "" || s.Rubric == RubricName(v.Rubric)) && (s.Sample == 0 || s.Sample == v.Sample)
}

// fit takes note that a label can be of a verdict.
func (m *matcher) fit(state *labelState, v *Verdict) {
	state.count++
	if len(state.fits) < maxShown {
		state.fits = append(state.fits, fmt.Sprintf("%s #%d by %q", v.Case.ID(), v.Sample, RubricName(v.Rubric)))
	}
	at := answer{RubricName(v.Rubric), v.Sample}
	for _, other := range m.current[at] {
		if other.Rater == state.Rater && state.wrong == "" {
			state.wrong = fmt.Sprintf("a second label of the same answer by the same rater; the first is in line %d", other.At.Line)
		}
	}
	m.current[at] = append(m.current[at], &state.Label)
}

// of gives the labels of a verdict of the case that is looked at.
func (m *matcher) of(v *Verdict) []*Label { return m.current[answer{RubricName(v.Rubric), v.Sample}] }

// forget ends the case that was looked at.
func (m *matcher) forget() { clear(m.current) }

// note keeps a case's name for labels that fit none.
func (m *matcher) note(name string) {
	const most = 20_000
	if len(m.names) < most && (len(m.names) == 0 || m.names[len(m.names)-1] != name) {
		m.names = append(m.names, name)
	}
}

// problems are the labels that fit no answer, or more than one.
func (m *matcher) problems() error {
	var out diagnostic.List
	for _, state := range m.order {
		message, hint := m.problem(state)
		if message == "" {
			continue
		}
		if out.Add(diagnostic.Diagnostic{Position: state.At, Message: message, Hint: hint}); len(out) == maxProblems {
			break
		}
	}
	return out.Err()
}

func (m *matcher) problem(s *labelState) (message, hint string) {
	switch {
	case s.count == 1 && s.wrong != "":
		return s.wrong, "a column `rater` tells people apart"
	case s.count == 1:
		return "", ""
	case s.count > 1:
		text := strings.Join(s.fits, " or ")
		if s.count > len(s.fits) {
			text += fmt.Sprintf(", or %d more", s.count-len(s.fits))
		}
		return "the label can be of more than one answer: " + text, "the columns `suite`, `variant`, `sample` and `rubric` tell them apart"
	case s.inCase:
		return fmt.Sprintf("the case %q has no such answer: %s", s.Case, s.asked()), ""
	}
	if near := diagnostic.Nearest(s.Case, m.names); near != "" {
		return fmt.Sprintf("the run has no judged case %s; did you mean %q?", s.caseAsked(), near), ""
	}
	return "the run has no judged case " + s.caseAsked(), ""
}

// caseAsked names the case that a label names.
func (s *labelState) caseAsked() string {
	text := fmt.Sprintf("%q", s.Case)
	if s.Suite != "" {
		text += fmt.Sprintf(" in the suite %q", s.Suite)
	}
	if s.Variant != "" {
		text += fmt.Sprintf(" in the variant %q", s.Variant)
	}
	return text
}

// asked names the answer of its case that a label names.
func (s *labelState) asked() string {
	var parts []string
	if s.Sample > 0 {
		parts = append(parts, fmt.Sprintf("sample %d", s.Sample))
	}
	if s.Rubric != "" {
		parts = append(parts, fmt.Sprintf("judged by %q", s.Rubric))
	}
	return cmp.Or(strings.Join(parts, ", "), "it was not judged")
}
