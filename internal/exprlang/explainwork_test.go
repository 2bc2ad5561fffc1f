package exprlang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// To explain a failure takes bounded time, whatever the values are.
func TestExplainingIsBounded(t *testing.T) {
	lines := func(last string) string {
		line := strings.Repeat("x", 20_000)
		var b strings.Builder
		for i := range 390 {
			fmt.Fprintf(&b, "%s%03d%s\n", line, i*7%400, last)
		}
		return b.String()
	}
	m := map[string]any{}
	for i := range 100_000 {
		m[fmt.Sprintf("key number %d", i)] = i
	}
	values := map[string]any{
		"a": lines("a"), "b": lines("b"), "m": m, "n": 7,
		"text": strings.Repeat("abcdefgh", 20_000), "list": []any{strings.Repeat("é", 500_000)},
	}
	env := NewEnv()
	for name, v := range values {
		env.Var(name, TypeOf(v))
	}
	env.Var("m", Any)
	for _, source := range []string{
		`a == b`,
		strings.Repeat(`m["key number 1"] == 1 && `, 300) + `m["key number 2"] == 3`,
		strings.Repeat(`text contains "abcdabcdabcdabcdx" || `, 100) + "false",
		strings.Repeat(`text == list[0] || `, 300) + "false",
		strings.Repeat(`(n == 8) || `, 900) + "false",
		strings.Repeat(`n + `, 900) + "n == 8",
		`m == {}`, `m != m`, `"x" in list`,
	} {
		p, err := Compile(source, env)
		if err != nil {
			t.Errorf("%.40s: %v", source, err)
			continue
		}
		slowtest.Within(t, fmt.Sprintf("%.40s", source), func() {
			if e := p.Explain(values); len(e.Why) > 4*maxWhy {
				t.Errorf("%.40s: a reason of %d bytes", source, len(e.Why))
			}
		})
	}
}
