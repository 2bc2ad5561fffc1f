package compare

import (
	"encoding/json"

	"github.com/evalrun/evalrun/record"
)

const (
	// maxEvidence is how many cases of a list come with their answers.
	maxEvidence = 50
	// maxAnswer bounds an answer's text, in bytes.
	maxAnswer = 16 << 10
	// maxChecks bounds how many failed assertions of a sample are held.
	maxChecks = 10
)

// Evidence is one answer of either side: a failing one, and one of the other
// side that passed, where there are such. All texts are as the models and the
// suites wrote them.
type Evidence struct {
	Old *Answer `json:"old,omitempty"`
	New *Answer `json:"new,omitempty"`
	// Failed are the assertions that failed in the one of them that failed.
	Failed []FailedCheck `json:"failed"`
}

// Answer is the last answer of a sample.
type Answer struct {
	Sample  int    `json:"sample"`
	Outcome string `json:"outcome"`
	Text    string `json:"text"`
}

// FailedCheck is an assertion that failed: an expression, or a rubric, where
// Why is the judge's reason. Trace is as in the record.
type FailedCheck struct {
	At     string          `json:"at"`
	Name   string          `json:"name,omitempty"`
	Expr   string          `json:"expr"`
	Rubric string          `json:"rubric,omitempty"`
	Check  string          `json:"check,omitempty"`
	Why    string          `json:"why"`
	Trace  json.RawMessage `json:"trace,omitempty"`
}

// addEvidence reads the answers of the first cases of a list. What a baseline
// does not hold stays away.
func addEvidence(list []CaseChange, old, new *Side, down bool) error {
	for i := range list[:min(len(list), maxEvidence)] {
		c := &list[i]
		good, bad := record.Pass, record.Fail
		if !down {
			good, bad = bad, good
		}
		before, beforeChecks, err := old.answer(c.pair.old, good)
		if err != nil {
			return err
		}
		after, afterChecks, err := new.answer(c.pair.new, bad)
		if err != nil {
			return err
		}
		if before == nil && after == nil {
			continue
		}
		c.Evidence = &Evidence{Old: before, New: after, Failed: afterChecks}
		if !down {
			c.Evidence.Failed = beforeChecks
		}
		if c.Evidence.Failed == nil {
			c.Evidence.Failed = []FailedCheck{}
		}
	}
	return nil
}

// answer gives the first answer of a case that came out as wanted, else its
// first, with the assertions that failed in it.
func (s *Side) answer(u *caseSamples, outcome string) (*Answer, []FailedCheck, error) {
	if s.file == nil {
		return nil, nil, nil
	}
	result, found, err := s.file.Case(u.id())
	if err != nil || !found {
		return nil, nil, err
	}
	if u.anew != nil {
		result.Samples, result.Case.Assertions = u.anew.samples, u.anew.assertions
	}
	var chosen *record.Sample
	for i := range result.Samples {
		sample := &result.Samples[i]
		if chosen == nil || chosen.Outcome != outcome && sample.Outcome == outcome {
			chosen = sample
		}
	}
	if chosen == nil {
		return nil, nil, nil
	}
	text, err := s.answerText(u.id(), chosen.Sample)
	if err != nil {
		return nil, nil, err
	}
	return &Answer{Sample: chosen.Sample, Outcome: chosen.Outcome, Text: text}, failedChecks(&result.Case, chosen), nil
}

// failedChecks gives the assertions that failed in a sample and count.
func failedChecks(c *record.Case, s *record.Sample) []FailedCheck {
	failed := []FailedCheck{}
	for _, check := range s.Assertions {
		if check.Outcome != record.Fail || check.I < 0 || check.I >= len(c.Assertions) || len(failed) == maxChecks {
			continue
		}
		if a := c.Assertions[check.I]; a.Level != record.LevelWarn {
			failed = append(failed, FailedCheck{At: a.At, Name: a.Name, Expr: a.Expr, Rubric: a.Rubric, Check: a.Check, Why: check.Why, Trace: check.Trace})
		}
	}
	return failed
}
