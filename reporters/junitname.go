package reporters

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
)

// names counts names, to give each out once.
type names map[string]int

// unique makes the name safe and different from all before it: the second of
// a name gets " (2)". Names that differ only in white space are the same, as
// they are to a reader that goes by the schemas.
func (n names) unique(name string) string {
	name = strings.Join(strings.Fields(safetext.Cut(name, maxLine)), " ")
	if name == "" {
		name = "(no name)"
	}
	out := name
	for n[out] > 0 {
		n[name]++
		out = fmt.Sprintf("%s (%d)", name, n[name])
	}
	n[out]++
	return out
}
