package summary

import "github.com/evalrun/evalrun/internal/results/stats"

// Alpha is one less the level of all intervals.
const Alpha = 0.05

const alpha = Alpha

// Interval is the 95 % interval of the rate of passes among what was asked, each
// a draw of its own, as stats.Exact gives it. Errors widen it, as nothing is
// known of them: the lower end counts each as a failure, the upper one as a
// pass. It is 0 to 1 where nothing was asked.
func (o Outcomes) Interval() (low, high float64) {
	asked := o.Pass + o.Fail + o.Error
	return stats.Exact(o.Pass, asked, alpha).Low, stats.Exact(o.Pass+o.Error, asked, alpha).High
}

// Rate is the share of the cases that passed, of those that were asked.
type Rate struct {
	Value float64
	// Interval is the 95 % interval; nil where it is not known, since the cases
	// are too few draws. Errors widen it as in Outcomes.Interval.
	Interval *Interval
}

// Rate is the rate of passes among what was asked, each a draw of its own; nil
// where nothing was.
func (o Outcomes) Rate() *Rate {
	asked := o.asked()
	if asked == 0 {
		return nil
	}
	low, high := o.Interval()
	return &Rate{float64(o.Pass) / float64(asked), &Interval{low, high}}
}

// Rate is the pass rate of the cases; nil where none was asked.
func (t *Totals) Rate() *Rate {
	rate := t.Cases.Rate()
	if rate != nil && t.draws != nil {
		rate.Interval = t.draws.interval
	}
	return rate
}

// sharedDraws is the interval of a rate over cases of which some are one draw;
// nil where it is not known.
type sharedDraws struct{ interval *Interval }
