package summary

import "github.com/evalrun/evalrun/internal/results/stats"

// alpha is one less the level of all intervals.
const alpha = 0.05

// Interval is the 95 % interval of the rate of passes among what was asked,
// from Wilson's score method. Errors widen it, as nothing is known of them:
// the lower end counts each as a failure, the upper one as a pass. It is 0 to
// 1 where nothing was asked.
func (o Outcomes) Interval() (low, high float64) {
	asked := o.Pass + o.Fail + o.Error
	return stats.Wilson(o.Pass, asked, alpha).Low, stats.Wilson(o.Pass+o.Error, asked, alpha).High
}
