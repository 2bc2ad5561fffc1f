package record

import (
	"encoding/json"
	"slices"
	"strings"
)

// Case is one case in one variant; it comes before its first exchange.
type Case struct {
	Kind    string `json:"kind"` // "case"
	Suite   string `json:"suite"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Case    string `json:"case"`
	Variant string `json:"variant"`
	Grouping
	Times int    `json:"times"`
	Need  int    `json:"need"`
	Skip  string `json:"skip"`
	Planned
	Question
	Assertions []Assertion       `json:"assertions"`
	Metrics    map[string]Metric `json:"metrics,omitempty"`
}

// Grouping is what cases are grouped by: the labels of the variant by axis, tags
// of their own, and the draw that they belong to.
type Grouping struct {
	Axes    map[string]string `json:"axes,omitempty"`
	Tags    []string          `json:"tags"`
	Cluster string            `json:"cluster"`
}

// Planned is how a run deals with a case.
type Planned struct {
	// Index is the number of the case among all of its suite, from 1, chosen or
	// not; it is said in a shard only, for those who merge it.
	Index int `json:"index,omitzero"`
	// KnownFailure says that the case is known to fail; nil where it is not.
	KnownFailure *KnownFailure `json:"known_failure,omitzero"`
}

// KnownFailure is a failure that does not fail the run for some time.
type KnownFailure struct {
	Reason string `json:"reason"`
	// Until is the last day, in UTC, on which it does not: 2027-01-31.
	Until string `json:"until"`
}

// Question is what a case asks.
type Question struct {
	// Digest is of the case's own text, its row and its effective assertions:
	// what must be equal for two runs to have asked the same question.
	Digest string `json:"digest"`
	// Row is the digest of its row of a data set; "" where it has none. Asserted
	// is that of what is asserted, as the suite has it, and Rubrics of the part
	// of it that judges decide, "" without any. Asserted is "" in records that
	// lack these three.
	Row      string `json:"row,omitzero"`
	Asserted string `json:"asserted,omitzero"`
	Rubrics  string `json:"rubrics,omitzero"`
	// MinScore is the score from which a sample passes; nil where all assertions
	// must hold.
	MinScore *float64 `json:"min_score,omitzero"`
	// Conversation is the digest of how the case goes on after its first
	// request: its later turns, what its tools answer and how long it may
	// take. "" where it does not go on.
	Conversation string `json:"conversation,omitzero"`
	// Vars is an object with the case's variables. In the place of a large one
	// is {"sha256":…,"bytes":…}, the hash of its JSON.
	Vars json.RawMessage `json:"vars,omitempty"`
	// Files are what its assertions were read from besides the suite, such as
	// schemas.
	Files []AssertionFile `json:"files,omitempty"`
	// Blobs are the texts of Files. A Writer needs those that its record may
	// lack; a reader is given none.
	Blobs []Blob `json:"-"`
}

// AssertionFile is a file that assertions need. File.Blob has its text.
type AssertionFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Assertion is an assertion of a case; samples name it by its index. It is an
// expression, a rubric that a judge decides by, or a check by command.
type Assertion struct {
	At     string  `json:"at"` // file:line:col
	Name   string  `json:"name"`
	Expr   string  `json:"expr"`  // "" for a rubric and a check
	Level  string  `json:"level"` // LevelFail or LevelWarn
	Weight float64 `json:"weight"`
	// Turn is the number, from 1, of the sampled turn at whose end it is
	// asked; 0 where that is the end of the conversation.
	Turn int `json:"turn,omitzero"`
	// When is the condition under which it is asked; "" where it always is.
	When string `json:"when,omitzero"`
	// Rubric is the rubric with the case's variables filled in, "" for an
	// expression. Judge is the model that is asked, and Votes how many of its
	// votes decide, an odd number.
	Rubric string `json:"rubric,omitzero"`
	Judge  string `json:"judge,omitzero"`
	Votes  int    `json:"votes,omitzero"`
	// MinScore is the score from which on a vote passes; nil where the judge
	// itself says whether the answer passes.
	MinScore *float64 `json:"min_score,omitzero"`
	// Over is the variant whose answer the case's own is compared with, as in
	// Case.Variant; "" where the answer is judged by itself.
	Over string `json:"over,omitzero"`
	// Check is the name of a check by command, "" for an expression or a rubric,
	// and Metrics are the names of the numbers that it gives beside its score.
	Check   string   `json:"check,omitzero"`
	Metrics []string `json:"metrics,omitempty"`
}

// Scores reports whether a metric is the score of the assertion's rubric or
// check, or another number of its check.
func (a *Assertion) Scores(metric string) bool {
	if a.Rubric == "" && a.Check == "" || a.Name == "" {
		return false
	}
	suffix, ok := strings.CutPrefix(metric, a.Name+".")
	return ok && (suffix == ScoreSuffix[1:] || slices.Contains(a.Metrics, suffix))
}

// Metric is how a metric of a case is to be read, and what it measures.
type Metric struct {
	Better string `json:"better"` // lower, higher or ""
	Expr   string `json:"expr,omitzero"`
	// Share says that every value lies between 0 and 1.
	Share bool `json:"share,omitzero"`
	// Expected is the class that the case expects; "" where the metric is no
	// classification. Its value is 1 in the samples of that class (Sample.Classes),
	// else 0.
	Expected string `json:"expected,omitzero"`
	// Classes are all that there are, if the suite lists them.
	Classes []string `json:"classes,omitempty"`
}

// IsClassification reports whether the metric compares classes.
func (m Metric) IsClassification() bool { return m.Expected != "" }

// ScoreSuffix ends the name of the metric that the score of a rubric or a check
// is: its name and this. It has no expression.
const ScoreSuffix = ".score"

// IsScore reports whether the metric of a name is a rubric's score, which lies
// between 0 and 1.
func (m Metric) IsScore(name string) bool {
	return m.Expr == "" && strings.HasSuffix(name, ScoreSuffix)
}

// IsShare reports whether the metric of a name lies between 0 and 1 in every
// sample.
func (m Metric) IsShare(name string) bool { return m.Share || m.IsScore(name) }
