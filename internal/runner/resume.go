package runner

import "github.com/evalrun/evalrun/record"

// stands tells whether the record that the run goes on with holds the answer
// to a sample of a case already, so that it is not written a second time.
func (r *run) stands(q *question, line *record.Exchange) bool {
	return r.opts.Resume != nil && r.opts.Resume.Stands(record.ID{Suite: q.Suite.Name, Case: q.Name, Variant: q.Variant}, line)
}

// recorded records what became of the trial's sample.
func (t *trial) recorded(s *record.Sample) string {
	if t.run.opts.Resume != nil {
		s.Turns = t.turn
	}
	return t.run.sample(t.q, t.number, *s)
}
