package exprlang

import (
	"errors"
	"testing"
)

// What other languages write is told how it is written here.
func TestHintsForOtherLanguages(t *testing.T) {
	env := NewEnv()
	env.Var("text", String)
	env.Var("uses", List(Map{"name": String}))
	env.Var("latency", Duration)
	env.Var("cost", Float)
	env.Var("vars", Map{"city": String, "a-b": String})
	env.Hint("output", "it is text")
	for source, want := range map[string]string{
		`text = "a"`:                     writeEqual,
		`text === "a"`:                   writeEqual,
		`text is "a"`:                    writeEqual,
		`not text contains "a"`:          "not binds more tightly than a comparison; write: not (a comparison)",
		`!text contains "a"`:             "! binds more tightly than a comparison; write: not (a comparison)",
		`len(text) < 5 and not text`:     "not binds more tightly than a comparison; write: not (a comparison)",
		`len(text) => 5`:                 "write >= to compare",
		`text =~ "a"`:                    writeMatches,
		`text ~= "a"`:                    writeMatches,
		`text includes "a"`:              writeContains,
		`contains(text, "a")`:            writeContains,
		`contians(text, "a")`:            writeContains,
		`text contians "a"`:              writeContains,
		`text startWith "a"`:             writeStarts,
		`endswiht(text, "a")`:            writeEnds,
		`text mathces "a"`:               writeMatches,
		`startsWith(text, "a")`:          writeStarts,
		`text endswith "a"`:              writeEnds,
		`text == "a" AND text == "b"`:    "write: and",
		`latency < 5s`:                   `a duration is written duration("5s")`,
		`latency < 1.5ms`:                `a duration is written duration("1.5ms")`,
		`cost < 0.01$`:                   "an amount is written as a number alone",
		"text contains “a”":              `text is written between " and ", or ' and '`,
		`text == null`:                   "nothing is written nil",
		`text == None`:                   "nothing is written nil",
		`True`:                           "write: true",
		`output contains "a"`:            "it is text",
		`text contains city`:             "the variable is vars.city",
		`regex(text, "a")`:               writeMatches,
		`length(text) > 1`:               "len(…) counts",
		`text.length > 1`:                "write: len(text)",
		`text.toLowerCase() == "a"`:      "write: lower(text)",
		`trim(text).startsWith("a")`:     "write: trim(text) startsWith start",
		`uses.name == "a"`:               "uses[0].name is that of the first, map(uses, .name) those of all",
		`uses.length == 1`:               "write: len(uses)",
		`text == nope`:                   "",
		`text.nope == 1`:                 "",
		`nope(text)`:                     "",
		`text ==`:                        "",
		`text == "a" text`:               "",
		`len(text) > 5 and (text == "a"`: "",
	} {
		_, err := Compile(source, env)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s compiles", source)
		} else if e.Hint != want {
			t.Errorf("%s: %s, hint %q, want %q", source, e.Message, e.Hint, want)
		}
	}
}
