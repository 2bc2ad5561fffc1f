package exprlang

import (
	"fmt"
	"testing"
)

func TestPaths(t *testing.T) {
	env := NewEnv()
	env.Var("m", MapOf(MapOf(Map{"mean": Float, "coverage": Float})))
	env.Family("by", func(string) (Type, error) { return MapOf(MapOf(Map{"mean": Float})), nil })
	for source, want := range map[string]string{
		`m.a.b.mean > 1`:                     "[[m a b mean] [m a b] [m a]]",
		`m["a"]["b"].mean > 1`:               "[[m a b mean] [m a b] [m a]]",
		`m?.a.b.mean > 1`:                    "[[m a b mean] [m a b] [m a]]",
		`by("x=y").a.b.mean > 1`:             `[[by("x=y") a b mean] [by("x=y") a b] [by("x=y") a]]`,
		`let c = m.a; c.b.mean > 1`:          "[[m a] [m a b mean] [m a b]]",
		`m["a" + "b"].b.mean > 1`:            "[]",
		`let c = len("x"); c > 1`:            "[]",
		`any([m.a], #.b.mean > 1)`:           "[[m a]]",
		`let c = m; let m2 = c.a; m2 != c.b`: "[[m a] [m b]]",
	} {
		p, err := Compile(source, env)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := fmt.Sprint(p.Paths()); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
