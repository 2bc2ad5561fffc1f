package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAResumedRunLeavesBehindWhatItDoesNotName(t *testing.T) {
	gone := ID{Suite: "ants", Case: "gone"}
	kept := ID{Suite: "ants", Case: "kept"}
	first := []Line{
		header, caseLine(gone, 1, 1), sampleLine(gone, 1, Pass),
		caseLine(kept, 2, 2), sampleLine(kept, 1, Pass), sampleLine(kept, 2, Fail),
	}
	again := []Line{header, caseLine(kept, 1, 1), sampleLine(kept, 1, Pass)}
	for _, test := range []struct {
		name string
		end  []Line
		want []string
	}{
		{"ended", []Line{Summary{Complete: true}}, []string{"kept: 1=pass"}},
		{"interrupted", []Line{Summary{}}, []string{"gone: 1=pass", "kept: 1=pass 2=fail"}},
		{"under way", nil, []string{"gone: 1=pass", "kept: 1=pass 2=fail"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := append(append(first[:len(first):len(first)], again...), test.end...)
			f := mustOpen(t, write(t, lines...))
			if diff := cmp.Diff(test.want, outcomes(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
