package reporters

import (
	"strings"

	"github.com/evalrun/evalrun/record"
)

// foldErrors tells once what kept several cases from their answers, as a key that
// is refused or a limit of money does: the first case stands for the others,
// which are counted.
func foldErrors(all []caseFinding) []caseFinding {
	var folded []caseFinding
	index := map[string]int{}
	others := map[int]int{}
	for _, f := range all {
		if f.kind == record.Errored && f.source == "" {
			text := strings.Join(append([]string{f.title}, f.details...), "\x00")
			if i, ok := index[text]; ok {
				others[i]++
				continue
			}
			index[text] = len(folded)
		}
		folded = append(folded, f)
	}
	for i, n := range others {
		folded[i].title += ", as in " + counted(n, "more case")
	}
	return folded
}
