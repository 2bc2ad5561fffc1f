package record

import (
	"encoding/json"
	"time"
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
	Digest     string            `json:"digest"`
	Assertions []Assertion       `json:"assertions"`
	Metrics    map[string]Metric `json:"metrics,omitempty"`
}

// Assertion is an assertion of a case; samples name it by its index.
type Assertion struct {
	At     string  `json:"at"` // file:line:col
	Name   string  `json:"name"`
	Expr   string  `json:"expr"`
	Level  string  `json:"level"` // fail or warn
	Weight float64 `json:"weight"`
	// Turn is the number, from 1, of the sampled turn at whose end it is
	// asked; 0 where that is the end of the conversation.
	Turn int `json:"turn,omitempty"`
}

// Metric is how a metric of a case is to be read.
type Metric struct {
	Better string `json:"better"` // lower, higher or ""
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
	Kind      string          `json:"kind"` // "exchange"
	Suite     string          `json:"suite"`
	Case      string          `json:"case"`
	Variant   string          `json:"variant"`
	Sample    int             `json:"sample"`
	Turn      int             `json:"turn"`
	Role      string          `json:"role"` // answer or judge
	Vote      int             `json:"vote,omitempty"`
	Key       string          `json:"key"`
	Ordinal   int             `json:"ordinal"`
	Source    string          `json:"source,omitempty"`
	Request   json.RawMessage `json:"request"`  // base64 data replaced by {"sha256":…}
	Response  json.RawMessage `json:"response"` // null where there is an error
	RequestID string          `json:"request_id"`
	LatencyMS float64         `json:"latency_ms"`
	TTFTMS    *float64        `json:"ttft_ms"`
	Attempts  []Attempt       `json:"attempts"`
	Usage     json.RawMessage `json:"usage"`
	CostUSD   *float64        `json:"cost_usd"`
	SpentUSD  *float64        `json:"spent_usd"`
	Reused    bool            `json:"reused"`
	Error     *Error          `json:"error"`
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
	// Ended says why the conversation ended before its time, which is a fail;
	// "" where it did not.
	Ended string `json:"ended,omitempty"`
	// Warnings are what was noticed of the answers and fails nothing.
	Warnings []string `json:"warnings,omitempty"`
}

// Check is the outcome of one assertion in one sample. Trace is what every
// part of a failed expression was, in the form of assert's Trace.
type Check struct {
	I       int             `json:"i"`
	Outcome string          `json:"outcome"`
	Why     string          `json:"why,omitempty"`
	Trace   json.RawMessage `json:"trace,omitempty"`
	Score   *float64        `json:"score,omitempty"`
	// Turn is the exchange of a conversation that it was asked after, from 1;
	// 0 where there was but one.
	Turn int `json:"turn,omitempty"`
}

// Gate is the outcome of one gate of a suite.
type Gate struct {
	Kind    string `json:"kind"` // "gate"
	Suite   string `json:"suite"`
	Expr    string `json:"expr"`
	Outcome string `json:"outcome"`
	Value   string `json:"value"`
}

// Summary is the last line of a record. A record without one, or with
// Complete false, is of a run that was cut short.
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
