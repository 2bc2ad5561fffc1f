package capture

import (
	"crypto/sha256"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// numbers counts equal requests, so that each has a sample of its own, and knows
// which of them failed and may be sent again. The zero value knows of none.
type numbers struct {
	found *record.Answers // what was recorded before; nil for nothing
	last  map[requestID]int32
	// failed are the last requests without an answer, in their order.
	failed []failure
}

// requestID is the hash of a request's key, which is shorter.
type requestID [16]byte

// failure is a request whose last attempt had no answer.
type failure struct {
	of       requestID
	sample   int
	attempts []record.Attempt
}

// maxFailures is how many failures are remembered.
const maxFailures = 1000

func newNumbers(found *record.File) numbers {
	n := numbers{last: map[requestID]int32{}}
	if found != nil {
		n.found = record.NewAnswers(found, nil)
	}
	return n
}

// give numbers a line. One that was sent again, as its client says, has the
// sample of the attempt that failed, and the attempts of it before its own.
func (n *numbers) give(line *record.Exchange, retries int) {
	sum := sha256.Sum256([]byte(line.Key))
	of := requestID(sum[:16])
	again := func(f failure) bool { return f.of == of && len(f.attempts) == retries }
	if i := slices.IndexFunc(n.failed, again); retries > 0 && i >= 0 {
		f := n.failed[i]
		n.failed = slices.Delete(n.failed, i, i+1)
		line.Sample, line.Attempts = f.sample, append(f.attempts, line.Attempts...)
	} else {
		line.Sample = n.next(of, line.Key)
	}
	if line.Error == nil {
		return
	}
	if len(n.failed) == maxFailures {
		n.failed = slices.Delete(n.failed, 0, 1)
	}
	n.failed = append(n.failed, failure{of, line.Sample, slices.Clone(line.Attempts)})
}

// next is the number of a request that was not asked before.
func (n *numbers) next(of requestID, key string) int {
	last, known := n.last[of]
	if !known && n.found != nil {
		before, _ := n.found.Recorded(record.ID{}, key) // it looks at the index alone
		last = int32(before)
	}
	n.last[of] = last + 1
	return int(last) + 1
}
