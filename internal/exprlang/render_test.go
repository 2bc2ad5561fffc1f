package exprlang

import (
	"testing"
	"time"
)

// A value is shown as it is written elsewhere: numbers in decimals, those of
// data as they were spelled.
func TestRender(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{0.0, "0"}, {0.5, "0.5"}, {6.8e-05, "0.000068"}, {-1.5e-06, "-0.0000015"}, {1e-12, "0.000000000001"},
		{1e21, "1000000000000000000000"}, {1234567.5, "1234567.5"}, {NewNumber("19.90"), "19.90"},
		{[]any{NewNumber("1e3"), nil, true, time.Second, "a\n"}, `[1e3, nil, true, 1s, "a\n"]`},
	} {
		if got := Render(c.value, 80); got != c.want {
			t.Errorf("%v is shown as %s, want %s", c.value, got, c.want)
		}
	}
}
