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
