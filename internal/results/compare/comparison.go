package compare

import (
	"encoding/json"
	"math"
)

// Verdict is what a comparison says.
type Verdict string

// The verdicts, by the interval of the difference. Improved says that it lies
// above 0, Regressed that it lies below 0 and reaches down to the margin,
// NotWorse that a drop beyond the margin is ruled out, Inconclusive that none
// of these can be said, and Incomparable that there is nothing to compare.
const (
	Regressed    Verdict = "REGRESSED"
	Improved     Verdict = "IMPROVED"
	NotWorse     Verdict = "NOT WORSE"
	Inconclusive Verdict = "INCONCLUSIVE"
	Incomparable Verdict = "NOT COMPARABLE"
)

// Comparison is all that was found between two sides.
type Comparison struct {
	Base    string  `json:"base"`
	New     string  `json:"new"`
	Verdict Verdict `json:"verdict"`
	Alpha   float64 `json:"alpha"`
	Margin  float64 `json:"margin"`
	// Change is the change under test: what differs in the requests.
	Change []Change `json:"change"`
	Differences
	// Metrics are the metrics that both sides have, by name.
	Metrics map[string]*Metric `json:"metrics"`
	Amounts
	Lists
	Totals BothTotals `json:"totals"`
	// Sequential says that the run ends once it is decided; nil where it does not.
	Sequential *Sequential `json:"sequential,omitempty"`
	// Confirmation is what became of dropped cases that were asked anew; nil where
	// none was.
	Confirmation *Confirmation `json:"confirmation,omitempty"`
	Warnings     []Warning     `json:"warnings"`
	// Advice is what to do now, in a sentence.
	Advice string `json:"advice"`

	pairedMetrics
	found found
}

// Differences are those of the pass rates.
type Differences struct {
	Overall Estimate   `json:"overall"`
	Suites  []Estimate `json:"suites"`
	// Categories are nil but after BreakDown.
	Categories *Categories `json:"categories,omitempty"`
}

// pairedMetrics are metrics that could not be compared.
type pairedMetrics struct {
	redefined map[string]int // pairs that measure something else, by metric
	lost      []lostMetric
}

// found is what Rows are made from.
type found struct {
	base, new *Side
	pairing   *pairing
}

// BothTotals are the totals of either side.
type BothTotals struct {
	Base Totals `json:"base"`
	New  Totals `json:"new"`
}

// Estimate is the difference of pass rates over pairs: all of them, or those
// of a suite. Rates and differences are shares, from 0 to 1 and -1 to 1.
type Estimate struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Pairs   int     `json:"pairs"`
	// Units counts the independent draws among the pairs: fewer than Pairs
	// where cases share a cluster or come in several variants.
	Units      int      `json:"units"`
	BaseRate   Rate     `json:"base_rate"`
	NewRate    Rate     `json:"new_rate"`
	Difference float64  `json:"difference"`
	Interval   Interval `json:"interval"`
	// Level is one less the confidence of Interval: alpha over as many tests as
	// Holm's procedure has left for this one. PValue is the level at which an end
	// of the interval touches 0, and PAdjusted that after Holm's adjustment for
	// all that is tested beside it: at alpha or below where Interval leaves 0 out.
	Level     float64 `json:"level"`
	PValue    float64 `json:"p_value"`
	PAdjusted float64 `json:"p_adjusted"`
	Flips

	difference difference
}

// Flips counts the pairs whose outcome changed between pass and fail.
type Flips struct {
	NewlyFailing int `json:"newly_failing"`
	NewlyPassing int `json:"newly_passing"`
}

// Rate is a pass rate with its interval.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Errors counts samples without an answer, and Bounds are what the rate
	// would be if all of them failed or all passed; nil without errors.
	Errors int       `json:"errors"`
	Bounds *Interval `json:"bounds,omitempty"`
}

// Metric is the difference of a metric's mean over pairs. Better is "lower",
// "higher" or "", and without it there is no verdict.
type Metric struct {
	Better  string  `json:"better"`
	Verdict Verdict `json:"verdict,omitempty"`
	Pairs   int     `json:"pairs"`
	// Of is the number of pairs that were to have the metric; those beyond
	// Pairs have no value on a side.
	Of         int      `json:"of"`
	Missing    Missing  `json:"missing"`
	Base       Mean     `json:"base"`
	New        Mean     `json:"new"`
	Difference float64  `json:"difference"`
	Interval   Interval `json:"interval"`
	Level      float64  `json:"level"` // as an estimate's
	PValue     float64  `json:"p_value"`
	PAdjusted  float64  `json:"p_adjusted"`

	mixed      bool // cases disagree on what is better
	difference difference
	// rise is how much the metric of a case may rise that was not seen, beyond what the
	// interval holds; 0 of a score, whose interval holds all. unseen is how large a
	// share of such cases a level leaves possible.
	rise   float64
	unseen func(alpha float64) float64
}

// Missing counts the answers of either side that have no value of a metric.
type Missing struct {
	Base int `json:"base"`
	New  int `json:"new"`
}

// Mean is a mean with its interval.
type Mean struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// Amounts are what the pairs took: US dollars, milliseconds and tokens a
// sample. One that no pair has on both sides is nil.
type Amounts struct {
	// Cost is that of the answers, JudgeCost what judging them cost.
	Cost      *Ratio `json:"cost"`
	JudgeCost *Ratio `json:"judge_cost"`
	Latency   *Ratio `json:"latency"` // an answer
	Tokens    struct {
		Input  *Ratio `json:"input"`
		Output *Ratio `json:"output"`
	} `json:"tokens"`
}

// Ratio is new over base of an amount that is never negative.
type Ratio struct {
	Pairs    int      `json:"pairs"`
	Base     float64  `json:"base"`
	New      float64  `json:"new"`
	Ratio    float64  `json:"ratio"`
	Interval Interval `json:"interval"`
}

// Significant says that the interval does not hold 1.
func (r *Ratio) Significant() bool { return r.Interval[0] > 1 || r.Interval[1] < 1 }

// Interval is a confidence interval at level 1-alpha. An end that nothing
// bounds is infinite, and null in JSON.
type Interval [2]float64

// MarshalJSON writes [low, high].
func (iv Interval) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]*float64{finite(iv[0]), finite(iv[1])})
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

// Warning is something to know about a comparison before believing it.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}
