package record

import "time"

// Format is the version of the record format that this package writes. It
// reads those before it too.
const Format = 2

// Run is the first line of a record: what ran, where and when.
type Run struct {
	Kind       string    `json:"kind"` // "run"
	Format     int       `json:"format"`
	Tool       string    `json:"tool"`
	Started    time.Time `json:"started"`
	BaseURL    string    `json:"base_url"`
	Platform   string    `json:"platform,omitzero"` // that was asked there; "" for the API's own form
	APIVersion string    `json:"api_version"`
	Source     string    `json:"source"` // of answers that name none
	// Resumed says that the run goes on with the lines before it. A second run
	// line without it begins another run.
	Resumed bool    `json:"resumed,omitzero"`
	Suites  []Suite `json:"suites"`
	// FailOn, Allow and MaxErrors say what fails the run, as the flags
	// --fail-on, --allow and --max-errors were given.
	FailOn    []string `json:"fail_on,omitempty"`
	Allow     []string `json:"allow,omitempty"`
	MaxErrors string   `json:"max_errors,omitzero"`
	// Tools are what suites took by tools_from.
	Tools []ToolSet `json:"tools,omitempty"`
	Scope
}

// Scope is what a run was to do. What it does not say is nil, as in format 1,
// where all cases were asked, and all of their samples.
type Scope struct {
	Plan   *Plan   `json:"plan,omitzero"`
	Choice *Choice `json:"choice,omitzero"`
	Stop   *Stop   `json:"stop,omitzero"`
	// Side is which of two sides that were asked together the record holds; nil
	// where there was one.
	Side *Side `json:"side,omitzero"`
	// Capture says that the record is of an application's traffic and has no
	// cases; nil in the record of a run.
	Capture *Capture `json:"capture,omitzero"`
}

// Side is one of the sides of a run, each of which has a record of its own: the
// suites as they are, and as they were at a commit; or the requests to an older model
// and each setting of a newer one.
type Side struct {
	Of     string `json:"of"`               // SideNew, SideBase or SideSetting
	Ref    string `json:"ref"`              // the commit, as it was given, or the name of the requests or the setting
	Commit string `json:"commit,omitempty"` // its hash
	Record string `json:"record,omitempty"` // of SideNew and SideSetting: the file of the base, beside this one
}

// The sides of a run.
const (
	SideNew     = "new"
	SideBase    = "base"
	SideSetting = "setting"
)

// Capture is which part of an application's traffic a record holds.
type Capture struct {
	// Share is the share of the conversations that was recorded: 0 < Share ≤ 1.
	Share float64 `json:"share"`
}

// IsCaptured reports whether the record is of an application's traffic.
func (r *Run) IsCaptured() bool { return r.Capture != nil }

// Plan is what the suites of a run ask, whether or not it was chosen.
type Plan struct {
	// Digest is of the cases, their first requests and how often they are
	// asked: docs/record.md says how it is made. It is the same for each shard.
	Digest string `json:"digest"`
	Cases  int    `json:"cases"` // one for each variant
	// Shard is i and n where the run was part i of n.
	Shard []int `json:"shard,omitempty"`
	// Merged are the parts that a record was merged of, of as many as the last
	// number of each says.
	Merged [][]int `json:"merged,omitempty"`
}

// plannedCases is about how many cases the record comes to have; 0 where that is not
// known.
func (r *Run) plannedCases() int {
	switch {
	case r.Plan == nil, r.Choice != nil:
		return 0
	case r.IsShard():
		return r.Plan.Cases/r.Plan.Shard[1] + r.Plan.Cases/50 // they are not all of the same size
	}
	return r.Plan.Cases
}

// IsShard reports whether the run asked one of several parts of its plan.
func (r *Run) IsShard() bool { return r.Plan != nil && len(r.Plan.Shard) == 2 && r.Plan.Shard[1] > 1 }

// Choice is how the cases of a run were chosen among all.
type Choice struct {
	By   []string `json:"by"`            // the flags, such as "--tag smoke"
	Seed uint64   `json:"seed,omitzero"` // of --pick
}

// Stop is why a run may leave out samples, or cases.
type Stop struct {
	Reason string `json:"reason"` // StopCaseDecided or StopDecided
	// Of StopDecided: the seed of the order of cases, and how many there are.
	Seed  uint64 `json:"seed,omitzero"`
	Cases int    `json:"cases,omitzero"`
}

// The reasons of a Stop.
const (
	// StopCaseDecided is that of --stop-early: a case's samples end once its outcome
	// is decided.
	StopCaseDecided = "case_decided"
	// StopDecided is that of --until-decided: cases are left out once a comparison is
	// decided.
	StopDecided = "decided"
)

// IsUntilDecided reports whether the run could end before all cases were asked.
func (r *Run) IsUntilDecided() bool { return r.Stop != nil && r.Stop.Reason == StopDecided }

// Suite is a suite of the run, with the hash of its file.
type Suite struct {
	Path   string   `json:"path"`
	Name   string   `json:"name"`
	SHA256 string   `json:"sha256"`
	Gates  []string `json:"gates,omitempty"`
	Owner  string   `json:"owner,omitempty"`
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
	// Look is at which of the looks of --until-decided the run ended; 0 without it.
	Look int `json:"look,omitzero"`
}

// Verdict follows the summary: what the run came to as a whole, with
// what the lines before it do not say.
type Verdict struct {
	Kind    string   `json:"kind"` // "verdict"
	Exit    int      `json:"exit"` // the exit code
	Reasons []Reason `json:"reasons,omitempty"`
	// Compared are the earlier runs that the run was compared with.
	Compared []Compared `json:"compared,omitempty"`
}

// Compared is what a comparison of the run with an earlier one came to.
type Compared struct {
	Base    string `json:"base"`    // what the earlier run is called, such as its file
	Verdict string `json:"verdict"` // such as NOT WORSE
	// Found is what the comparison found, in sentences: the numbers, what is not
	// compared and why, and what to do at last.
	Found []string `json:"found,omitempty"`
}

// Reason is why a run is no pass beside its cases and gates: how it was ended,
// or what a comparison with a baseline found.
type Reason struct {
	Kind string `json:"kind"`
	Exit int    `json:"exit"` // the exit code that it gives
	Text string `json:"text"`
}
