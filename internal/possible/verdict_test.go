package possible_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/possible"
)

// counts is a map of which n is always there and more can be missing.
var counts = exprlang.Map{"n": exprlang.Int, "more": exprlang.Int}

// newEnv has a name of every type.
func newEnv() *exprlang.Env {
	env := exprlang.NewEnv()
	env.Var("s", exprlang.String)
	env.Var("t", exprlang.String)
	env.Var("why", exprlang.NullableString)
	env.Var("n", exprlang.Int)
	env.Var("i", exprlang.Int)
	env.Var("f", exprlang.Float)
	env.Var("b", exprlang.Bool)
	env.Var("d", exprlang.Duration)
	env.Var("j", exprlang.Any)
	env.Var("counts", counts)
	env.Var("empty", exprlang.List(exprlang.Map{"type": exprlang.String, "n": exprlang.Int}))
	env.Var("list", exprlang.List(exprlang.Map{"type": exprlang.String, "n": exprlang.Int}))
	env.Func("words", func(args ...any) (any, error) { return len(strings.Fields(args[0].(string))), nil }, new(func(string) int))
	env.Func("letters", func(args ...any) (any, error) { return letters(args[0].(string)), nil }, new(func(string) string))
	env.Func("share", func(args ...any) (any, error) {
		return float64(len(args[0].(string))) / float64(1+len(args[0].(string))), nil
	}, new(func(string) float64))
	return env
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, s)
}

func newFacts() *possible.Facts {
	of := exprlang.Shape(counts)
	return &possible.Facts{
		Terms:   map[string]possible.Range{"n": possible.NotNegative, "words(s)": {Min: 0, Max: 40}},
		Calls:   map[string]possible.Range{"share": {Min: 0, Max: 1}, "words": possible.NotNegative},
		Members: map[possible.Member]possible.Range{{Of: of, Name: "n"}: possible.NotNegative, {Of: of, Name: "more"}: {Min: 0, Max: 10}},
		Empty:   map[string]bool{"empty": true},
		Never:   map[possible.Member][]any{{Name: "why"}: {"zz"}},
		Sure:    map[possible.Member]bool{{Of: of, Name: "n"}: true},
		Fixed:   map[string]func(string) string{"letters": letters},
	}
}

func judge(t *testing.T, expr string) possible.Verdict {
	t.Helper()
	p, err := exprlang.Compile(expr, newEnv())
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return possible.Of(p, newFacts())
}

// describe writes a verdict as its test says it.
func describe(expr string, v possible.Verdict) string {
	part := func(p possible.Part) string { return expr[p.Offset : p.Offset+p.Length] }
	out := [...]string{"open", "never", "always"}[v.Outcome]
	if v.Outcome != possible.Open && part(v.Decides) != expr {
		out += ": " + part(v.Decides)
	}
	if v.Given.Length > 0 {
		out += fmt.Sprintf(" given %s is %t", part(v.Given), v.Holds)
	}
	if v.Unless.Length > 0 {
		out += " unless " + part(v.Unless)
	}
	for _, u := range v.Useless {
		out += fmt.Sprintf("; %s is %t", part(u.Part), u.Always)
	}
	return out
}

func TestVerdicts(t *testing.T) {
	for expr, want := range map[string]string{
		`true`:                                   "always",
		`false`:                                  "never",
		`1 == 1`:                                 "always",
		`1 + 1 == 3`:                             "never",
		`b`:                                      "open",
		`s == "a"`:                               "open",
		`len(s) >= 0`:                            "always",
		`len(s) < 0`:                             "never",
		`len(s) > -1`:                            "always",
		`len(s) >= 1`:                            "open",
		`len(s) == 1.5`:                          "never",
		`n < 0`:                                  "never",
		`i < 0`:                                  "open",
		`counts.n >= 0`:                          "always",
		`counts.more >= 0`:                       "always unless counts.more",
		`counts.more > 10`:                       "never",
		`counts.more < 0 || b`:                   "open; counts.more < 0 is false",
		`words(s) > 40`:                          "never",
		`words(t) > 40`:                          "open",
		`share(s) > 1`:                           "never",
		`share(s) <= 1`:                          "always unless share(s)",
		`s contains ""`:                          "always",
		`why contains ""`:                        "open",
		`s startsWith "" && s == "x"`:            `open; s startsWith "" is true`,
		`s matches ".*"`:                         "always",
		`s matches "^$"`:                         "open",
		`s matches "a|"`:                         "always",
		`i > 5 && i < 3`:                         "never: i < 3 given i > 5 is true",
		`i > 5 && i < 6`:                         "never: i < 6 given i > 5 is true",
		`f > 5 && f < 6`:                         "open",
		`i > 5 and not (i >= 3)`:                 "never: i >= 3 given i > 5 is true",
		`i > 5 || i <= 5`:                        "always: i <= 5 given i > 5 is false",
		`i > 5 || i < 9`:                         "always: i < 9 given i > 5 is false",
		`why == "a" && why == "b"`:               `never: why == "b" given why == "a" is true`,
		`why == "a" && why != "b"`:               "open",
		`why == "a" && why == nil`:               `never: why == nil given why == "a" is true`,
		`why == nil || why != nil`:               "always: why != nil given why == nil is false",
		`why in ["a", "b"] && why == "c"`:        `never: why == "c" given why in ["a", "b"] is true`,
		`why in ["a"] || why != "a"`:             `always: why != "a" given why in ["a"] is false`,
		`why in []`:                              "never",
		`s == "C" || s != "C"`:                   `always: s != "C" given s == "C" is false`,
		`s != "a" || s != "b"`:                   `always: s != "b" given s != "a" is false`,
		`s == s`:                                 "always",
		`s != s`:                                 "never",
		`n < n`:                                  "never",
		`f >= f`:                                 "always",
		`float(s) == float(s)`:                   "open",
		`float(s) < 5 || float(s) >= 5`:          "open",
		`s == t`:                                 "open",
		`b && !b`:                                "never: b given b is true",
		`b || not b`:                             "always: b given b is false",
		`s contains "a" && not (s contains "a")`: `never: s contains "a" given s contains "a" is true`,
		`s == "abc" && s contains "x"`:           `never: s contains "x" given s == "abc" is true`,
		`s == "abc" && s contains "b"`:           "open",
		`lower(s) == "Yes"`:                      "never",
		`lower(s) contains "Yes"`:                "never",
		`lower(s) contains "yes"`:                "open",
		`lower(s) contains "Yes" || s == "yes"`:  `open; lower(s) contains "Yes" is false`,
		`"Yes" == lower(trim(s))`:                "never",
		`trim(lower(s)) startsWith "Yes"`:        "never",
		`trim(s) == "a "`:                        "never",
		`trim(s) contains "a "`:                  "open",
		`upper(s) in ["Yes", "No"]`:              "never",
		`upper(s) in ["Yes", "NO"]`:              "open",
		`letters(s) == "a b"`:                    "never",
		`letters(s) contains "a b"`:              "open",
		`d < duration("0s")`:                     "open",
		`d > duration("5s") && d < duration("3s")`: `never: d < duration("3s") given d > duration("5s") is true`,
		`j.a > 5 && j.a < 3`:                       "never: j.a < 3 given j.a > 5 is true",
		`j.a > 5 && j.a == "x"`:                    `never: j.a == "x" given j.a > 5 is true`,
		`j.a == "x" && j.a == "y"`:                 `never: j.a == "y" given j.a == "x" is true`,
		`j.a == "x" || j.a != "x"`:                 `always: j.a != "x" given j.a == "x" is false unless j.a`,
		`j?.a == nil || true`:                      "always: true unless j?.a",
		`any(list, .type == "a" && .type == "b")`:  "never",
		`all(list, .n > 5 && .n < 3)`:              "open",
		`none(list, .type != .type)`:               "always unless .type",
		`count(list, false) > 0`:                   "never",
		`count(list, .n > 1) >= 0`:                 "always unless .n",
		`any(list, .n > 5) && any(list, .n < 3)`:   "open",
		`any(list, .n > 5 && any(list, .n < 3))`:   "open",
		`let x = s; x == "a" && s == "b"`:          "never",
		`let x = 5; x > 6`:                         "never",
		`b ? s == "a" : s != "a"`:                  "open",
		`s == "a" ? s == "b" : false`:              "never",
		`n > 1 ? n > 0 : true`:                     "always",
		`n + 1 > 0`:                                "always",
		`n - 1 >= 0`:                               "open",
		`n * 2 < 0`:                                "never",
		`-n > 0`:                                   "never",
		`1 < i < 3`:                                "open",
		`3 < i < 1`:                                "never: i < 1 given 3 < i is true",
		`(why ?? "a") == nil`:                      "never",
		`why == "zz"`:                              "never",
		`why != "zz"`:                              "always",
		`why in ["zz", "a"]`:                       "open",
		`len(empty) > 0`:                           "never",
		`any(empty, .n > 1)`:                       "never",
		`none(empty, .n > 1)`:                      "always unless .n",
		`empty[0].type == "a"`:                     "never",
		`(empty[0].type ?? "a") == "a"`:            "always unless empty[0]",
		`empty[0]?.type == "a"`:                    "never",
		`count(empty, .n > 1) == 0`:                "always unless .n",
		`now() == now()`:                           "open",
		`len(list) >= 1 || len(list) == 0`:         "always: len(list) == 0 given len(list) >= 1 is false",
		`indexOf(s, "a") >= -1`:                    `always unless indexOf(s, "a")`,
	} {
		if got := describe(expr, judge(t, expr)); got != want {
			t.Errorf("%s\n  is %s\nwant %s", expr, got, want)
		}
	}
}

// What is known of a term is met with itself at each condition that stands in
// another; it must not double there.
func TestNestedConditionsStaySmall(t *testing.T) {
	for _, part := range []string{`s == "a" ? true : `, `lower(s) == "a" ? true : `, `s in ["a", "b"] ? true : `} {
		p, err := exprlang.Compile(strings.Repeat(part, 20)+"false", newEnv())
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		possible.Of(p, newFacts())
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%s takes %d MB", part, used>>20)
		}
	}
}
