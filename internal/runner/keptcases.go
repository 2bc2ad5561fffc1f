package runner

import "github.com/evalrun/evalrun/suite"

const (
	// maxKept and maxKeptText bound the cases that a plan keeps, and the bytes
	// of their requests.
	maxKept     = 10_000
	maxKeptText = 8 << 20
	// keptCase is about what a kept case takes beside a few copies of its text,
	// and listedCase what any case takes in a plan.
	keptCase   = 3 << 10
	listedCase = 64
)

// keptCases are the cases of a small plan as they were made to check them, so
// that they are not made again to ask them. Of a larger plan none is kept, nor
// of one that shows images, so that memory is bounded. The zero value is empty.
type keptCases struct {
	cases []*suite.Case
	text  int // bytes
	more  bool
}

// add keeps the next case, or none if that is one too many.
func (k *keptCases) add(c *suite.Case) {
	if k.more {
		return
	}
	k.text += len(c.Request.Body.Text())
	if len(k.cases) == maxKept || k.text > maxKeptText || len(c.Blobs()) > 0 {
		*k = keptCases{more: true}
		return
	}
	k.cases = append(k.cases, c)
}

// all are the plan's cases in their order; false where they are not kept.
func (k *keptCases) all() ([]*suite.Case, bool) { return k.cases, !k.more }

// Held is about how many bytes the plan takes while it runs.
func (p *Plan) Held() int {
	return p.Cases*listedCase + len(p.kept.cases)*keptCase + p.kept.text*bytesPerTextByte
}
