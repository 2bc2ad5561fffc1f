package exprlang

import "testing"

// Numbers are shown as they are written, costs too.
func TestSpellFloat(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.5: "0.5", 6.8e-05: "0.000068", -1.5e-06: "-0.0000015", 1e-12: "1e-12", 1e21: "1e+21", 1234.5: "1234.5",
	} {
		if got := spellFloat(v); got != want {
			t.Errorf("%v is shown as %s, want %s", v, got, want)
		}
	}
}
