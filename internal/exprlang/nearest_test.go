package exprlang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// A name that has nothing in common with a known one is not taken for it.
func TestShortNamesAreNotMistaken(t *testing.T) {
	env := NewEnv()
	env.Var("vars", Map{"b": Int})
	env.Var("json", Any)
	for source, want := range map[string]string{
		`vars.a == 1`: `vars has no "a"; it has b`,
		`vars.B == 1`: `vars has no "B"; did you mean "b"?`,
		`vasr.b == 1`: `unknown name "vasr"; did you mean "vars"?`,
		`jsn.b == 1`:  `unknown name "jsn"; did you mean "json"?`,
	} {
		if _, err := Compile(source, env); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
	p, err := Compile(`json.a == 1`, env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(map[string]any{"json": map[string]any{"b": 1}}); err == nil || err.Error() != `json has no key "a"; it has b` {
		t.Errorf("at run time: %v", err)
	}
}

// Names of any length and number cost little, in a suite as in an answer, and
// messages about them stay short.
func TestLongNamesAreBounded(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	many := map[string]any{long: 1}
	types := Map{long: Int, "list": Any}
	for i := range 20_000 {
		many[fmt.Sprintf("key_number_%d", i)] = i
		types[fmt.Sprintf("key_number_%d", i)] = Int
	}
	env := NewEnv()
	env.Var("vars", types)
	env.Var("json", Any)
	env.Var(long, Int)
	for _, source := range []string{
		"vars." + strings.Repeat("k", 10_000) + " == 1", // a type error
		strings.Repeat("kay_numbre_1 == 1 && ", 500) + "true",
		strings.Repeat("kay_numbre_1(1) == 1 && ", 500) + "true",
		`json.missing == 1`, `json[vars.list] == 1`, `vars.list.missing == 1`, // errors of a run
		`count(1..2000, (json.missing ?? #) == 1) > 0 && count(1..2000, (json?.missing ?? #) == 1) > 0 && get(json, "x") == 1`,
	} {
		var err error
		slowtest.Within(t, fmt.Sprintf("%.40s", source), func() {
			var p *Program
			if p, err = Compile(source, env); err == nil {
				_, err = p.Run(map[string]any{"json": many, "vars": map[string]any{"list": long + "k"}})
			}
		})
		if err != nil && len(err.Error()) > 2_000 {
			t.Errorf("%.40s: an error of %d bytes", source, len(err.Error()))
		}
	}
}
