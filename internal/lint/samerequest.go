package lint

import (
	"fmt"
	"hash/maphash"

	"github.com/evalrun/evalrun/suite"
)

// sameRequests finds data sets whose rows all send one request: what differs
// between the rows reaches no prompt. Such cases are one draw to a comparison.
type sameRequests struct {
	seed     maphash.Seed
	datasets map[datasetVariant]*rowsSeen
	order    []datasetVariant
}

// datasetVariant is a definition of cases in one variant.
type datasetVariant struct {
	suite   *suite.Suite
	line    int
	variant string
}

type rowsSeen struct {
	first *suite.Case
	hash  uint64
	rows  int
	vary  bool // the requests differ
}

// add takes a case that is asked.
func (r *sameRequests) add(c *suite.Case) {
	if c.Parts.Row == "" {
		return
	}
	if r.datasets == nil {
		r.seed, r.datasets = maphash.MakeSeed(), map[datasetVariant]*rowsSeen{}
	}
	key := datasetVariant{c.Suite, c.Line, c.Variant}
	seen := r.datasets[key]
	if seen == nil {
		seen = &rowsSeen{first: c, hash: hashOfAsked(r.seed, c)}
		r.datasets[key] = seen
		r.order = append(r.order, key)
	}
	seen.rows++
	seen.vary = seen.vary || hashOfAsked(r.seed, c) != seen.hash
}

// report adds the data sets whose rows send one request.
func (r *sameRequests) report(found *collector) {
	for _, key := range r.order {
		if seen := r.datasets[key]; seen.rows > 1 && !seen.vary {
			message := fmt.Sprintf("all %d rows of the data set send the same request: nothing that differs between them reaches it", seen.rows)
			found.add(sameRequest, seen.first.Diagnostic(message, "write a variable of the rows into `messages` or `system`, as {{ question }}; `repeat` asks one request several times"), nil)
		}
	}
}
