package compare

import (
	"errors"

	"github.com/evalrun/evalrun/record"
)

// Judge judges the recorded samples of a case by the assertions of the same case
// in another record. The error says why it cannot; it is shown. It is called by
// one goroutine.
type Judge func(file *record.File, of *record.CaseResult, by *record.File, as *record.Case) ([]record.Sample, error)

// anew are the samples of a case as other assertions judge them.
type anew struct {
	samples    []record.Sample
	assertions []record.Assertion
}

// judgeAnew has the base of a pair judged by the assertions of its new side.
func judgeAnew(base, new *Side, judge Judge) func(pair) (*caseSamples, error) {
	return func(q pair) (*caseSamples, error) {
		switch {
		case judge == nil || new.file == nil:
			return nil, errors.New("the new side is a baseline, which has no assertions")
		case base.file == nil:
			return nil, errors.New("a baseline has no answers")
		}
		of, found, err := base.file.Case(q.old.id())
		if err != nil || !found {
			return nil, errors.Join(err, notFound(found))
		}
		as, found, err := new.file.Case(q.new.id())
		if err != nil || !found {
			return nil, errors.Join(err, notFound(found))
		}
		samples, err := judge(base.file, &of, new.file, &as.Case)
		if err != nil {
			return nil, err
		}
		return q.old.judged(samples, as.Case.Assertions), nil
	}
}

func notFound(found bool) error {
	if found {
		return nil
	}
	return errors.New("the record has no such case")
}

// judged is the case with other outcomes of its samples.
func (u *caseSamples) judged(samples []record.Sample, assertions []record.Assertion) *caseSamples {
	out := *u
	out.pass, out.fail, out.error = 0, 0, 0
	for i := range samples {
		switch samples[i].Outcome {
		case record.Pass:
			out.pass++
		case record.Fail:
			out.fail++
		case record.Skip:
		default:
			out.error++
		}
	}
	out.stopped = out.all() < int(out.times) && out.decided() != ""
	out.anew = &anew{samples, assertions}
	return &out
}
