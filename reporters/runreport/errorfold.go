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
// have: the first case stands for the others, which are counted. It gives at most so many findings, and how many
// more there are.
func foldErrors(all iter.Seq2[caseFinding, error], most int) (told []caseFinding, more int, err error) {
	index := map[uint64]int{} // of told; of those beyond, only that they are
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
			index[text] = min(len(told), most)
		}
		if len(told) < most {
			told = append(told, f)
		} else {
			more++
		}
	}
	for i, n := range others {
		if i < len(told) {
			told[i].what += ", as in " + numbers.Counted(n, "more case")
		}
	}
	return told, more, nil
}
