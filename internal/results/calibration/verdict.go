package calibration

import (
	"iter"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// Verdict is what a judge decided about one answer by one rubric.
type Verdict struct {
	Case   *record.Case
	Index  int // the case's, as record.CaseResult has it
	Rubric *record.Assertion
	Sample int
	Pass   bool
	Score  float64
	Reason string // untrusted text
	// Turn is the exchange that was judged, from 1; 0 is the last one.
	Turn int
	// Given is false where there is no verdict: the rubric's condition did not
	// hold, the conversation ended before, or the sample is an error.
	Given bool
}

// RubricName is what a label calls a rubric: its name, else its source position.
func RubricName(a *record.Assertion) string {
	if a.Name != "" {
		return a.Name
	}
	return a.At
}

// isRubric reports whether it is a rubric that judges an answer by itself. One that compares
// two answers has no label of one.
func isRubric(a *record.Assertion) bool { return a.Rubric != "" && a.Over == "" }

// Verdicts gives the verdicts of a run case by case, of each all samples by
// all rubrics.
func Verdicts(f *record.File) iter.Seq2[[]Verdict, error] {
	return func(yield func([]Verdict, error) bool) {
		for result, err := range f.Cases() {
			if err != nil {
				yield(nil, err)
				return
			}
			if found := verdictsOf(&result); len(found) > 0 && !yield(found, nil) {
				return
			}
		}
	}
}

func verdictsOf(result *record.CaseResult) []Verdict {
	var out []Verdict
	for i := range result.Case.Assertions {
		rubric := &result.Case.Assertions[i]
		if !isRubric(rubric) {
			continue
		}
		for _, s := range result.Samples {
			if s.Outcome != record.Skip {
				out = append(out, verdictOf(result, rubric, &s, i))
			}
		}
	}
	return out
}

func verdictOf(result *record.CaseResult, rubric *record.Assertion, s *record.Sample, i int) Verdict {
	v := Verdict{Case: &result.Case, Index: result.Index, Rubric: rubric, Sample: s.Sample}
	at := slices.IndexFunc(s.Assertions, func(check record.Check) bool { return check.I == i })
	if at < 0 || len(s.Assertions[at].Votes) == 0 {
		return v
	}
	check := &s.Assertions[at]
	v.Given, v.Pass, v.Reason, v.Turn = true, check.Outcome == record.Pass, check.Why, check.Turn
	if check.Score != nil {
		v.Score = *check.Score
	}
	return v
}
