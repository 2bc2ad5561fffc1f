package record

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Format is the version of the record format that this package writes and
// the only one that it reads.
const Format = 1

// Run is the first line of a record: what ran, where and when.
type Run struct {
	Kind       string    `json:"kind"` // "run"
	Format     int       `json:"format"`
	Tool       string    `json:"tool"`
	Started    time.Time `json:"started"`
	BaseURL    string    `json:"base_url"`
	APIVersion string    `json:"api_version"`
	Source     string    `json:"source"` // api, documentation or fake
	Suites     []Suite   `json:"suites"`
	// FailOn, Allow and MaxErrors say what fails the run, as the flags
	// --fail-on, --allow and --max-errors were given.
	FailOn    []string `json:"fail_on,omitempty"`
	Allow     []string `json:"allow,omitempty"`
	MaxErrors string   `json:"max_errors,omitempty"`
}

// Suite is a suite of the run, with the hash of its file.
type Suite struct {
	Path   string   `json:"path"`
	Name   string   `json:"name"`
	SHA256 string   `json:"sha256"`
	Gates  []string `json:"gates,omitempty"`
}

// Case is one case in one variant; it stands before its first exchange.
type Case struct {
	Kind    string            `json:"kind"` // "case"
	Suite   string            `json:"suite"`
	Path    string            `json:"path"`
	Line    int               `json:"line"`
	Case    string            `json:"case"`
	Variant string            `json:"variant"`
	Axes    map[string]string `json:"axes,omitempty"`
	Tags    []string          `json:"tags"`
	Cluster string            `json:"cluster"`
	Times   int               `json:"times"`
	Need    int               `json:"need"`
	Skip    string            `json:"skip"`
	// Digest is of the case's own text, its row and its effective assertions:
	// what must be equal for two runs to have asked the same question.
	Digest string `json:"digest"`
	// Conversation is the digest of how the case goes on after its first
	// request: its later turns, what its tools answer and how long it may
	// take. "" where it does not go on.
	Conversation string            `json:"conversation,omitempty"`
	Assertions   []Assertion       `json:"assertions"`
	Metrics      map[string]Metric `json:"metrics,omitempty"`
}

// Assertion is an assertion of a case; samples name it by its index. It is an
// expression, or a rubric that a judge decides by.
type Assertion struct {
	At     string  `json:"at"` // file:line:col
	Name   string  `json:"name"`
	Expr   string  `json:"expr"`  // "" for a rubric
	Level  string  `json:"level"` // fail or warn
	Weight float64 `json:"weight"`
	// Turn is the number, from 1, of the sampled turn at whose end it is
	// asked; 0 where that is the end of the conversation.
	Turn int `json:"turn,omitempty"`
	// Rubric is the rubric with the case's variables filled in, "" for an
	// expression. Judge is the model that is asked, and Votes how many of its
	// votes decide, an odd number.
	Rubric string `json:"rubric,omitempty"`
	Judge  string `json:"judge,omitempty"`
	Votes  int    `json:"votes,omitempty"`
	// MinScore is the score from which on a vote passes; nil where the judge
	// itself says whether the answer passes.
	MinScore *float64 `json:"min_score,omitempty"`
	// Over is the variant whose answer the case's own is compared with, as in
	// Case.Variant; "" where the answer is judged by itself.
	Over string `json:"over,omitempty"`
}

// Metric is how a metric of a case is to be read, and what it measures.
type Metric struct {
	Better string `json:"better"` // lower, higher or ""
	Expr   string `json:"expr,omitempty"`
}

// ScoreSuffix ends the name of the metric that a rubric's score is: the
// rubric's name and this. It has no expression.
const ScoreSuffix = ".score"

// IsScore tells whether the metric of a name is a rubric's score, which lies
// between 0 and 1.
func (m Metric) IsScore(name string) bool {
	return m.Expr == "" && strings.HasSuffix(name, ScoreSuffix)
}

// Blob is binary data that requests and answers name by its hash; it stands
// once, before the first line that names it.
type Blob struct {
	Kind      string `json:"kind"` // "blob"
	SHA256    string `json:"sha256"`
	MediaType string `json:"media_type"`
	Data      string `json:"data"` // base64, as in the request
}

// Exchange is one request and its answer or error.
type Exchange struct {
	Kind    string `json:"kind"` // "exchange"
	Suite   string `json:"suite"`
	Case    string `json:"case"`
	Variant string `json:"variant"`
	Sample  int    `json:"sample"`
	Turn    int    `json:"turn"`
	Role    string `json:"role"` // answer or judge
	// Assertion is the index in Case.Assertions of the rubric that a judge was
	// asked; nil for an answer. A rubric that says the same as an earlier one
	// of the sample has no exchanges of its own. Turn is then the exchange
	// that was judged, and Vote numbers what the judge was asked of it from 1.
	// Place is where, of two answers that were compared, the sample's own
	// stood: 1 or 2, and 0 where there was but one. Either place is asked for
	// each of Check.Votes then.
	Assertion *int            `json:"assertion,omitempty"`
	Vote      int             `json:"vote,omitempty"`
	Place     int             `json:"place,omitempty"`
	Key       string          `json:"key"`
	Ordinal   int             `json:"ordinal"`
	Source    string          `json:"source,omitempty"`
	Request   json.RawMessage `json:"request"` // base64 data replaced by {"sha256":…}
	// Blobs are data that Request refers to already. A Writer needs those that
	// its record may lack; a reader is given none.
	Blobs     []*payload.Blob `json:"-"`
	Response  json.RawMessage `json:"response"` // null where there is an error
	RequestID string          `json:"request_id"`
	LatencyMS float64         `json:"latency_ms"`
	TTFTMS    *float64        `json:"ttft_ms"`
	// TokensPerSecond is how fast a streamed answer came after its first
	// token; nil where that was not measured.
	TokensPerSecond *float64        `json:"tokens_per_second,omitempty"`
	Attempts        []Attempt       `json:"attempts"`
	Usage           json.RawMessage `json:"usage"`
	CostUSD         *float64        `json:"cost_usd"`
	SpentUSD        *float64        `json:"spent_usd"`
	Reused          bool            `json:"reused"`
	Error           *Error          `json:"error"`
}

// Attempt is one try of an exchange's request.
type Attempt struct {
	Status int     `json:"status"`
	MS     float64 `json:"ms"`
	Cause  string  `json:"cause,omitempty"`
}

// Error is why an exchange or a sample has no answer.
type Error struct {
	Status  int    `json:"status"`
	Type    string `json:"type"`
	Message string `json:"message"`
	// Turn is of a sample: the exchange of its conversation that has no
	// answer, from 1; 0 where there was but one.
	Turn int `json:"turn,omitempty"`
}

// The outcomes of a sample and of an assertion. An assertion that was not
// asked (its when was false, or the conversation ended before) is a Skip.
const (
	Pass = "pass"
	Fail = "fail"
	// Errored: no answer came, so nothing is known of the model.
	Errored = "error"
	Skip    = "skip"
)

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
	// MetricErrors says of metrics without a value what went wrong.
	MetricErrors map[string]string `json:"metric_errors,omitempty"`
	Score        *float64          `json:"score,omitempty"`
	CostUSD      *float64          `json:"cost_usd"`
	Error        *Error            `json:"error"`
	// Turns is how many requests the conversation took. It is told by a run
	// that was resumed, in whose record longer ones may stand; 0 tells nothing.
	Turns int `json:"turns,omitempty"`
	// Ended says why the conversation ended before its time, which is a fail;
	// "" where it did not.
	Ended string `json:"ended,omitempty"`
	// Warnings are what was noticed of the answers and fails nothing.
	Warnings []string `json:"warnings,omitempty"`
}

// Check is the outcome of one assertion in one sample. Trace is what every
// part of a failed expression was, in the form of assert's Trace. Of a rubric
// Why is the judge's reason, on a pass too.
type Check struct {
	I       int             `json:"i"`
	Outcome string          `json:"outcome"`
	Why     string          `json:"why,omitempty"`
	Trace   json.RawMessage `json:"trace,omitempty"`
	// Score is the median of a rubric's votes, from 0 to 1.
	Score *float64 `json:"score,omitempty"`
	// Turn is the exchange of a conversation that it was asked after, from 1;
	// 0 where there was but one.
	Turn int `json:"turn,omitempty"`
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

// Gate is the outcome of one gate of a suite.
type Gate struct {
	Kind    string `json:"kind"` // "gate"
	Suite   string `json:"suite"`
	Expr    string `json:"expr"`
	Outcome string `json:"outcome"`
	Value   string `json:"value"`
}

// Summary is the last line of a record but for a Verdict. A record without
// one, or with Complete false, is of a run that was cut short.
type Summary struct {
	Kind     string    `json:"kind"` // "summary"
	Finished time.Time `json:"finished"`
	Complete bool      `json:"complete"`
	Samples  int       `json:"samples"`
	Pass     int       `json:"pass"`
	Fail     int       `json:"fail"`
	Error    int       `json:"error"`
	Skip     int       `json:"skip"`
	Requests int       `json:"requests"`
	SpentUSD *float64  `json:"spent_usd"`
	WallMS   float64   `json:"wall_ms"`
}

// Verdict stands behind the summary: what the run came to as a whole, with
// what the lines before it do not say.
type Verdict struct {
	Kind    string   `json:"kind"` // "verdict"
	Exit    int      `json:"exit"` // the exit code
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is why a run is no pass beside its cases and gates: how it was ended,
// or what a comparison with a baseline found.
type Reason struct {
	Kind string `json:"kind"`
	Exit int    `json:"exit"` // the exit code that it gives
	Text string `json:"text"`
}
