package assert

import (
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
)

// expectable are the statuses of errors that a case may be about: the API
// refused the request as it was written. Every other error says something of
// the key, the load or the network.
var expectable = []int{400, 404, 413}

// Assertable reports whether a sample whose exchange ended in err may be judged
// by its assertions: some assertion names error, and the API refused the
// request itself. Otherwise err is the sample's error. A nil err may always be
// judged. Assertions that are nil name nothing.
func Assertable(err *messages.Error, assertions []*Assertion) bool {
	if err == nil {
		return true
	}
	return slices.Contains(expectable, err.Status) && slices.ContainsFunc(assertions, func(a *Assertion) bool {
		return a != nil && a.ExpectsError()
	})
}
