package runner

import "github.com/evalrun/evalrun/record"

// id names the case.
func (q *question) id() record.ID { return caseID(q.Case) }

// adopt has a case that was renamed keep its recorded answers.
func (r *run) adopt(q *question) error {
	if r.opts.Answers == nil {
		return nil
	}
	return r.opts.Answers.Adopt(q.id(), func() string { return r.request(q).Key() })
}

// isRecorded reports whether the record that the run goes on with holds an
// exchange already, so that it is not written a second time.
func (r *run) isRecorded(line *record.Exchange) bool {
	return r.opts.Resumed && r.opts.Answers.File().Has(line)
}

// recorded records what became of the trial's sample.
func (t *trial) recorded(s *record.Sample) string {
	t.spender.leave()
	t.memory.Release()
	if t.run.opts.Resumed {
		s.Turns = t.turn
	}
	return t.run.sample(t.q, t.number, *s)
}
