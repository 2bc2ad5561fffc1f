package record

import "encoding/json"

// Sample is one asking of a case: its outcome, assertion by assertion.
type Sample struct {
	Kind       string             `json:"kind"` // "sample"
	Suite      string             `json:"suite"`
	Case       string             `json:"case"`
	Variant    string             `json:"variant"`
	Sample     int                `json:"sample"`
	Outcome    string             `json:"outcome"`
	Assertions []Check            `json:"assertions"`
	Metrics    map[string]float64 `json:"metrics,omitempty"`
	// Classes are those of the answer by the metrics that are classifications, ""
	// where it is of none. One that is longer than a class can be is cut.
	Classes map[string]string `json:"classes,omitempty"`
	// MetricErrors are what went wrong, by the metrics that have no value, and by
	// the classifications whose answer has no class.
	MetricErrors map[string]string `json:"metric_errors,omitempty"`
	Score        *float64          `json:"score,omitzero"`
	CostUSD      *float64          `json:"cost_usd"`
	Error        *Error            `json:"error"`
	// Turns is how many requests the conversation took. It is set by a run
	// that was resumed, whose record may have longer ones; 0 is unknown.
	Turns int `json:"turns,omitzero"`
	// Ended says why the conversation ended before its time, which is a fail;
	// "" where it did not.
	Ended string `json:"ended,omitzero"`
	// Warnings are what was noticed of the answers and fails nothing.
	Warnings []string `json:"warnings,omitempty"`
}

// Check is the outcome of one assertion in one sample. Trace is what every
// part of a failed expression was, in the form of assert's Trace. Of a rubric
// Why is the judge's reason, on a pass too.
type Check struct {
	I       int             `json:"i"`
	Outcome string          `json:"outcome"`
	Why     string          `json:"why,omitzero"`
	Trace   json.RawMessage `json:"trace,omitempty"`
	// Score is the median of a rubric's votes, or what a check gave, from 0 to 1.
	Score *float64 `json:"score,omitzero"`
	// Turn is the exchange of a conversation that it was asked after, from 1;
	// 0 where there was but one.
	Turn int `json:"turn,omitzero"`
	// By names the check that decided in the place of an expression or a judge,
	// as "check:NAME"; "" for these. Input is a digest of what it was asked.
	By    string `json:"by,omitzero"`
	Input string `json:"input,omitzero"`
	// Votes are the judge's verdicts on a rubric; the majority of them is the
	// outcome.
	Votes []Vote `json:"votes,omitempty"`
}

// Vote is one verdict of a judge.
type Vote struct {
	// Pass is what the vote counts as: by Score where the rubric has a
	// min_score, else as the judge said.
	Pass   bool    `json:"pass"`
	Score  float64 `json:"score"` // 0 to 1
	Reason string  `json:"reason"`
	// Preferred are the places that the judge preferred when it compared two
	// answers, once with the sample's own in place 1 and once in place 2: 1,
	// 2, or 0 for neither. Score is then 1 where it preferred the sample's own
	// both times, 0 where it preferred the other both times, and else 0.5. It
	// is nil where the answer was judged by itself.
	Preferred []int `json:"preferred,omitempty"`
}
