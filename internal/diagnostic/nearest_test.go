package diagnostic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestNearest(t *testing.T) {
	known := []string{"name", "messages", "model", "max_tokens", "metrics", "assert", "temperature", "system", "tags", "top_k", "top_p"}
	tests := map[string]string{
		"asert": "assert", "assertions": "assert", "asserts": "assert", "message": "messages", "mesages": "messages",
		"Model": "model", "MODEL": "model", "maxTokens": "max_tokens", "max-tokens": "max_tokens", "temprature": "temperature", "temp": "temperature",
		"tag": "tags", "nmae": "name", "tasg": "tags", "nam": "name", "topk": "top_k", "": "", "xyz": "", "prompt": "", "id": "",
		strings.Repeat("assert", 100): "",
	}
	for name, want := range tests {
		if got := Nearest(name, known); got != want {
			t.Errorf("Nearest(%q) is %q, want %q", name, got, want)
		}
	}
}

// A name of a letter or two is near none but itself in another case, in any
// script.
func TestNearestOfShortNames(t *testing.T) {
	for _, c := range []struct{ name, known, want string }{
		{"a", "b", ""}, {"A", "a", "a"}, {"id", "x", ""}, {"id", "ID", "ID"}, {"ab", "ac", ""},
		{"да", "не", ""}, {"цена", "цены", "цены"}, {"город", "народ", ""},
	} {
		if got := Nearest(c.name, []string{c.known}); got != c.want {
			t.Errorf("Nearest(%q, %q) is %q, want %q", c.name, c.known, got, c.want)
		}
	}
}

// Names of any length and lists of any length cost little: keys of suites, of
// data and of answers are compared.
func TestNearestIsBounded(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	many := make([]string, slowtest.Size(100_000, 1_000_000))
	for i := range many {
		many[i] = "a_column_of_the_table_that_has_a_long_name"
	}
	for _, c := range []struct {
		name  string
		known []string
	}{{long, many}, {"key", []string{long}}, {long, []string{long + "x"}}, {"a_column_of_the_tabel_that_has_a_lomg_name", many}} {
		slowtest.Within(t, fmt.Sprintf("%.10s… of %d bytes among %d names", c.name, len(c.name), len(c.known)), func() { Nearest(c.name, c.known) })
	}
}
