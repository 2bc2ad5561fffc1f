package runreport

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// names counts names by their hashes, to give each out once. Should two of a
// million have the same one, as happens once in ten million files, the second
// gets a number that it does not need.
type names map[uint64]int32

// nameSeed is that of the hashes.
var nameSeed = maphash.MakeSeed()

// unique makes the name safe and different from all before it: the second of
// a name gets " (2)". Names that differ only in white space are the same, as
// they are to a reader that goes by the schemas.
func (n names) unique(name string) string {
	name = strings.Join(strings.Fields(safetext.Cut(name, layout.MaxLine)), " ")
	if name == "" {
		name = "(no name)"
	}
	key := func(name string) uint64 { return maphash.String(nameSeed, name) }
	out, first := name, key(name)
	for n[key(out)] > 0 {
		n[first]++
		out = fmt.Sprintf("%s (%d)", name, n[first])
	}
	n[key(out)]++
	return out
}
