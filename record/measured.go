package record

import "slices"

// Unmeasured reports whether a metric of the case lacks a value in a sample,
// and why, as far as the record says; "" where no answer came. Nothing is
// missing in a sample that was skipped, of a metric that is not the case's, and
// of a rubric that its condition left out, unless MetricErrors say otherwise.
func (c *Case) Unmeasured(s *Sample, metric string) (reason string, missing bool) {
	kind, has := c.Metrics[metric]
	if !has || s.Outcome == Skip {
		return "", false
	}
	_, measured := s.Metrics[metric]
	switch why, said := s.MetricErrors[metric]; {
	case s.Outcome != Pass && s.Outcome != Fail:
		return "", true
	case measured:
		return "", false
	case said:
		return why, true
	case s.Ended != "":
		return "the conversation was cut short: " + s.Ended, true
	case kind.IsScore(metric), kind.Expr == "" && slices.ContainsFunc(c.Assertions, func(a Assertion) bool { return a.Scores(metric) }):
		return c.unscored(s, metric)
	}
	return "the sample has no value", true
}

// unscored is Unmeasured for the score of a rubric, and for what a check gives.
func (c *Case) unscored(s *Sample, metric string) (reason string, missing bool) {
	for _, check := range s.Assertions {
		if check.I < 0 || check.I >= len(c.Assertions) {
			continue
		}
		if !c.Assertions[check.I].Scores(metric) {
			continue
		}
		if check.Outcome != Skip {
			return check.Why, true
		}
		// What a conversation did not come to is a skip without a turn.
		if check.Turn > 0 || c.Conversation == "" {
			return "", false
		}
	}
	return "the sample has no score", true
}
