package possible_test

import (
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/possible"
)

// FuzzOf holds a verdict on any expression to what runs give.
func FuzzOf(f *testing.F) {
	for _, expr := range []string{
		`len(s) >= 0 && why == "a"`, `any(list, .n > 5 && .n < 3)`, `let x = s; x == "a" && s == "b"`, `j?.a == nil || b`,
		`s matches ".*"`, `(why ?? "a") in ["a", nil]`, `1 < i < 3`, `b ? s == "a" : n < 0`, `lower(s) contains "Yes"`,
		`reduce(list, #acc + .n, 0) > 0`, `count(list) == 1`, `list[0].type == "a" || list[-1]?.type != "a"`, `f % 2 == 1`,
	} {
		f.Add(expr)
	}
	env, facts := newEnv(), newFacts()
	w := writer{rand.New(rand.NewPCG(3, 4))}
	var values []map[string]any
	for range 20 {
		values = append(values, w.values())
	}
	f.Fuzz(func(t *testing.T, expr string) {
		p, err := exprlang.Compile(expr, env)
		if err != nil {
			return
		}
		v := possible.Of(p, facts)
		for _, v := range append([]possible.Part{v.Decides, v.Given, v.Unless}, parts(v.Useless)...) {
			if v.Offset < 0 || v.Length < 0 || v.Offset+v.Length > len(expr) {
				t.Fatalf("%q: a part is at %d, %d long", expr, v.Offset, v.Length)
			}
		}
		for _, values := range values {
			got, err := p.Run(values)
			switch {
			case v.Outcome == possible.Never && err == nil && got == true:
				t.Fatalf("%q is said to be never true, and is for %v", expr, values)
			case v.Outcome == possible.Always && err == nil && got != true:
				t.Fatalf("%q is said to be always true, and is %v for %v", expr, got, values)
			}
		}
	})
}

func parts(list []possible.Useless) []possible.Part {
	out := make([]possible.Part, len(list))
	for i, u := range list {
		out[i] = u.Part
	}
	return out
}
