package runreport

import (
	"hash/maphash"
	"iter"
	"strings"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// foldErrors gives once what kept several cases from their answers, as a key
// that is refused or a limit of money does, and a warning that several cases
// have: under the first case, with a count of the others. It gives at most so
// many findings, and how many more there are.
func foldErrors(all iter.Seq2[caseFinding, error], most int) (shown []caseFinding, more int, err error) {
	index := map[uint64]int{} // of shown; of those beyond, only that they are
	others := map[int]int{}
	seed := maphash.MakeSeed()
	for f, err := range all {
		if err != nil {
			return nil, 0, err
		}
		if (f.kind == record.Errored || f.kind == warned) && f.source == "" {
			text := maphash.String(seed, strings.Join(append([]string{f.what}, f.details...), "\x00"))
			if i, ok := index[text]; ok {
				others[i]++
				continue
			}
			index[text] = min(len(shown), most)
		}
		if len(shown) < most {
			shown = append(shown, f)
		} else {
			more++
		}
	}
	for i, n := range others {
		if i < len(shown) {
			shown[i].what += ", as in " + numbers.Counted(n, "more case")
		}
	}
	return shown, more, nil
}
