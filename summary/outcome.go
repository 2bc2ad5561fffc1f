package summary

import "github.com/evalrun/evalrun/record"

// Decide says what a case has come to once so many of its samples passed and
// failed, whatever the others do: record.Pass with need passes, record.Fail
// with more than times − need fails, and "" while it is open. A need that
// times cannot reach, and one below 1, is times; times below 1 is 1.
func Decide(times, need, pass, fail int) string {
	times = max(times, 1)
	if need < 1 || need > times {
		need = times
	}
	switch {
	case fail > times-need:
		return record.Fail
	case pass >= need:
		return record.Pass
	}
	return ""
}

// outcome says what became of a case. Samples that are missing leave it as
// open as those without an answer.
func outcome(c *Case) string {
	samples := c.Totals.Samples
	if c.Skip != "" || samples.Skip > 0 && samples.Skip == samples.Total() {
		return record.Skip
	}
	if decided := Decide(c.Times, c.Need, samples.Pass, samples.Fail); decided != "" {
		return decided
	}
	return record.Errored
}

// Verdict says what the run as a whole came to, as the exit code has it:
// record.Fail where a case failed; record.Errored where cases have no outcome,
// more than the share maxErrors (0 to 1) of those that were asked, where the
// run was cut short, or where it has no case at all; else record.Pass.
func (r *Run) Verdict(maxErrors float64) string {
	cases := r.Totals.Cases
	asked := cases.Total() - cases.Skip
	switch {
	case cases.Fail > 0:
		return record.Fail
	case !r.Complete || cases.Total() == 0:
		return record.Errored
	case cases.Error > 0 && float64(cases.Error) > maxErrors*float64(asked):
		return record.Errored
	}
	return record.Pass
}

func (o *Outcomes) count(outcome string) {
	switch outcome {
	case record.Pass:
		o.Pass++
	case record.Fail:
		o.Fail++
	case record.Skip:
		o.Skip++
	default:
		o.Error++
	}
}

func (o *Outcomes) add(other Outcomes) {
	o.Pass += other.Pass
	o.Fail += other.Fail
	o.Error += other.Error
	o.Skip += other.Skip
}
