package comparereport

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/compare"
)

// A page of a large comparison lists what changed before what did not, in the
// order of the rows.
func TestListedRows(t *testing.T) {
	rows := make([]compare.Row, 6)
	for i, state := range []compare.State{compare.Same, compare.NewlyFailing, compare.Skipped, compare.Same, compare.Added, compare.NewlyPassing} {
		rows[i].State, rows[i].CaseRef.Case = state, string(rune('a'+i))
	}
	for most, want := range map[int]string{6: "abcdef", 5: "abcef", 4: "abef", 3: "bef", 2: "be", 0: ""} {
		var got strings.Builder
		for _, row := range listedRows(rows, most) {
			got.WriteString(row.CaseRef.Case)
		}
		if got.String() != want {
			t.Errorf("of at most %d: %s, want %s", most, got.String(), want)
		}
	}
}
