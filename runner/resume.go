package runner

import "github.com/evalrun/evalrun/record"

// stands tells whether the record that the run goes on with holds the answer
// to a sample of a case already, so that it is not written a second time.
func (r *run) stands(q *question, n int, line *record.Exchange) bool {
	if r.opts.Resume == nil {
		return false
	}
	id := record.ID{Suite: q.Suite.Name, Case: q.Name, Variant: q.Variant}
	for e, err := range r.opts.Resume.Exchanges(id, n) {
		if err == nil && e.Key == line.Key && e.Vote == line.Vote && e.Error == nil {
			return true
		}
	}
	return false
}
