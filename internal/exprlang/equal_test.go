package exprlang

import (
	"errors"
	"strings"
	"testing"
)

// evaluate compiles and runs an expression over json, vars and text.
func evaluate(t testing.TB, source, json string, vars map[string]any) (any, error) {
	t.Helper()
	env := NewEnv()
	env.Var("json", Any)
	env.Var("vars", TypeOf(vars))
	v, err := DecodeJSON(json)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(source, env)
	if err != nil {
		return nil, err
	}
	return p.Run(map[string]any{"json": v, "vars": vars})
}

// A text and a number are never equal, so != and not in between them would
// pass whatever the answer is: they fail with a sentence, as < does.
func TestTextsAreNotComparedWithNumbers(t *testing.T) {
	const answer = `{"price": 5, "ok": true, "name": "ant", "ids": [4, 5], "words": ["a", "b"], "mixed": ["n/a", 3],
		"l": [{"id": 5}, {"id": 6}], "nul": null, "counts": {"5": 1}}`
	vars := map[string]any{"forbidden": "5", "n": 5, "flag": true, "list": []any{"4", "5"}}
	for source, want := range map[string]string{
		`json.price != vars.forbidden`:            `json.price is an integer and vars.forbidden is a string: != cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`json.price == vars.forbidden`:            `json.price is an integer and vars.forbidden is a string: == cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`json.price < vars.forbidden`:             `json.price is an integer and vars.forbidden is a string: < cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`vars.forbidden not in json.ids`:          `vars.forbidden is a string and json.ids[0] is an integer: in cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`vars.n in json.words`:                    `vars.n is an integer and json.words[0] is a string: in cannot be applied to them; string(vars.n) is the text`,
		`vars.n not in json.counts`:               `vars.n is an integer and json.counts is a map: in cannot be applied to them`,
		`"x" not in json.mixed`:                   `"x" is a string and json.mixed[1] is an integer: in cannot be applied to them; string(json.mixed[1]) is the text`,
		`none(json.l, .id == vars.forbidden)`:     `.id is an integer and vars.forbidden is a string: == cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`all(json.l, .id != vars.forbidden)`:      `.id is an integer and vars.forbidden is a string: != cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`len(filter(json.ids, # == "5")) == 0`:    `the element is an integer and "5" is a string: == cannot be applied to them; write 5 without quotes`,
		`json.ids != vars.list`:                   `json.ids[0] is an integer and vars.list[0] is a string: != cannot be applied to them; float(vars.list[0]) is the number`,
		`json.l[0] != {"id": "5"}`:                `json.l[0]["id"] is an integer and {id: "5"}["id"] is a string: != cannot be applied to them; float({id: "5"}["id"]) is the number`,
		`{"id": "5"} not in json.l`:               `{id: "5"}["id"] is a string and json.l[0]["id"] is an integer: in cannot be applied to them; float({id: "5"}["id"]) is the number`,
		`json.ok != "true"`:                       `json.ok is true or false and "true" is a string: != cannot be applied to them; write true without quotes`,
		`json.name != true`:                       `json.name is a string and true is true or false: != cannot be applied to them; write "true" with quotes`,
		`json.ok != json.price`:                   `json.ok is true or false and json.price is an integer: != cannot be applied to them`,
		`json.ok != json.name`:                    `json.ok is true or false and json.name is a string: != cannot be applied to them; string(json.ok) is the text`,
		`json.price == vars.n && json.name != 5`:  `json.name is a string and 5 is an integer: != cannot be applied to them; write "5" with quotes`,
		`vars.forbidden == vars.n`:                `vars.forbidden is a string and vars.n is an integer: == cannot be applied to them; float(vars.forbidden) is the number; a CSV column has a type by ` + "`types: {forbidden: number}`",
		`vars.n in vars.list`:                     `vars.n is an integer and vars.list is a list: in cannot be applied to them`,
		`split(json.name, "")[0] != json.price`:   `split(json.name, "")[0] is a string and json.price is an integer: != cannot be applied to them; string(json.price) is the text`,
		`json.price in split("4,5", ",")`:         `json.price is an integer and split("4,5", ",")[0] is a string: in cannot be applied to them; float(split("4,5", ",")[0]) is the number`,
		`json.price not in keys({"5": 1})`:        `json.price is an integer and keys({"5": 1})[0] is a string: in cannot be applied to them; float(keys({"5": 1})[0]) is the number`,
		`find(json.l, .id == "5") == nil`:         `.id is an integer and "5" is a string: == cannot be applied to them; write 5 without quotes`,
		`(json.missing ?? json.price) != "5"`:     `json.missing ?? json.price is an integer and "5" is a string: != cannot be applied to them; write 5 without quotes`,
		`reduce(json.ids, #acc != "5", 1) == nil`: `#acc is an integer and "5" is a string: != cannot be applied to them; write 5 without quotes`,
	} {
		v, err := evaluate(t, source, answer, vars)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, %v, want %s", source, v, err, want)
		} else if got := e.Sentence(); got != want {
			t.Errorf("%s:\n%s, want\n%s", source, got, want)
		}
	}
}

// What is nil, and what differs in more than a kind, is different; and what
// can be found is found, whatever is beside it.
func TestComparisonsThatHaveAnAnswer(t *testing.T) {
	const answer = `{"price": 5, "nul": null, "mixed": ["n/a", 3, 3.5], "l": [1, "x"], "m": {"a": 5, "b": "y"}, "list": [5]}`
	vars := map[string]any{"text": "5"}
	for source, want := range map[string]bool{
		`json.nul != 5`:                          true,
		`json.nul == "5"`:                        false,
		`json.price == nil`:                      false,
		`json.price not in [nil]`:                true,
		`nil in json.mixed`:                      false,
		`"n/a" in json.mixed`:                    true,
		`3 in json.mixed`:                        true,
		`json.l == ["1", "y"]`:                   false, // x is not y, so the rest does not matter
		`json.l != ["1", "x", "z"]`:              true,
		`json.m == {"a": "5", "b": "z"}`:         false,
		`json.m == {"a": "5"}`:                   false,
		`json.list == 5`:                         false,
		`json.list != "5"`:                       true,
		`json.m == "5"`:                          false,
		`json.price == 5.0`:                      true,
		`json.price == float(vars.text)`:         true,
		`string(json.price) == vars.text`:        true,
		`json?.missing == "5"`:                   false,
		`string(json.price) in ["4", vars.text]`: true,
	} {
		if v, err := evaluate(t, source, answer, vars); v != want || err != nil {
			t.Errorf("%s = %v, %v; want %v", source, v, err, want)
		}
	}
}

// Where two values differ is found in one walk, however deep they nest.
func TestDifferenceIsOneWalk(t *testing.T) {
	deep := func(leaf string) string {
		return strings.Repeat(`{"a": [`, 400) + strings.Repeat("1, ", 50_000) + leaf + strings.Repeat("]}", 400)
	}
	a, err := DecodeJSON(deep("2"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := DecodeJSON(deep("3"))
	if err != nil {
		t.Fatal(err)
	}
	got := firstDifference(a, b)
	if want := strings.Repeat(`["a"][0]`, 24); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ": 2 and 3") {
		t.Errorf("they differ at %s", got)
	}
}
