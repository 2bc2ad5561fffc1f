package exprlang

import (
	"strings"
	"testing"
)

const numbers = `{"price": 19.90, "total": 1234567.89, "whole": 1000000.0, "small": 0.00001, "e": 1e3, "big": 12345678901234567891,
	"say": "1234567.5", "half": 1234567.5, "nul": null, "l": [1, 2.50, null, "a\"<é"], "m": {"b": [1e2], "a": true}, "z": -0}`

// string(…) writes a number as it was spelled, one that was computed in plain
// decimals, and lists and maps as JSON.
func TestText(t *testing.T) {
	vars := map[string]any{"price": NewNumber("4111111.50"), "total": 2500000.5, "list": []any{1, 2}}
	for source, want := range map[string]string{
		`string(json.price)`:                             "19.90",
		`string(json.total)`:                             "1234567.89",
		`string(json.whole)`:                             "1000000.0",
		`string(json.small)`:                             "0.00001",
		`string(json.e)`:                                 "1e3",
		`string(json.big)`:                               "12345678901234567891",
		`string(json.z)`:                                 "-0",
		`string(vars.price)`:                             "4111111.50",
		`"EUR " + string(vars.total)`:                    "EUR 2500000.5",
		`string(json.half)`:                              "1234567.5",
		`string(json.half * 1000000)`:                    "1234567500000",
		`string(json.price * 2)`:                         "39.8",
		`string(json.small / 1000)`:                      "0.00000001",
		`string(2 ** 70)`:                                "1180591620717411300000",
		`string(1 / 3)`:                                  "0.3333333333333333",
		`string(json.e + 1)`:                             "1001",
		`string(json.l)`:                                 `[1,2.50,null,"a\"<é"]`,
		`string(json.m)`:                                 `{"a":true,"b":[1e2]}`,
		`string(vars.list)`:                              "[1,2]",
		`string(vars)`:                                   `{"list":[1,2],"price":4111111.50,"total":2500000.5}`,
		`string(true)`:                                   "true",
		`string("é")`:                                    "é",
		`string(duration("90s"))`:                        "1m30s",
		`string(date("2024-01-02"))`:                     "2024-01-02T00:00:00Z",
		`string(1..3)`:                                   "[1,2,3]",
		`string(max(json.price, 3))`:                     "19.90",
		`string(sort([json.price, 3])[1])`:               "19.90",
		`string(first([json.price]))`:                    "19.90",
		`join(map([json.price], string(#)), "")`:         "19.90",
		`let p = json.price; string(p)`:                  "19.90",
		`string(json.price ?? 0)`:                        "19.90",
		`string(json.nul ?? json.price)`:                 "19.90",
		`string(true ? json.price : 0)`:                  "19.90",
		`string(values({"a": json.price})[0])`:           "19.90",
		`string(float("7.10"))`:                          "7.10",
		`string(float(5))`:                               "5",
		`string(int("5"))`:                               "5",
		`toJSON(json.m)`:                                 "{\n  \"a\": true,\n  \"b\": [\n    1e2\n  ]\n}",
		`toJSON("<b>")`:                                  `"<b>"`,
		`json.say == string(json.half) ? "same" : "not"`: "same",
	} {
		if v, err := evaluate(t, source, numbers, vars); v != want || err != nil {
			t.Errorf("%s = %v, %v; want %s", source, v, err, want)
		}
	}
}

// What has no text is an error, not Go's name for it.
func TestWhatHasNoText(t *testing.T) {
	for source, want := range map[string]string{
		`string(json.nul)`:                "nil has no text; `?? \"\"` behind the value gives one",
		`"a" + string(json?.x)`:           "nil has no text; `?? \"\"` behind the value gives one",
		`string(groupBy(1..2, #))`:        "a map with a key that is an integer has no JSON form",
		`string({"a": groupBy(1..2, #)})`: "a map with a key that is an integer has no JSON form",
	} {
		_, err := evaluate(t, source, numbers, nil)
		if e, ok := err.(*Error); !ok || e.Sentence() != want {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}

// The text of a number is bounded, and what is built counts.
func TestTextIsBounded(t *testing.T) {
	for _, source := range []string{`2.0 ** 1000`, `-(2.0 ** 1000)`, `2.0 ** -1074`} {
		v, err := evaluate(t, "string("+source+")", "0", nil)
		if text, ok := v.(string); !ok || len(text) > 1100 || strings.ContainsAny(text, "eE") {
			t.Errorf("%s has the text %v, %v", source, v, err)
		}
	}
	if _, err := evaluate(t, `string(reduce(1..17, [#acc, #acc], repeat("x", 100)))`, "0", nil); err != errBytes && (err == nil || err.Error() != errBytes.Error()) {
		t.Errorf("%v, want %v", err, errBytes)
	}
}
