package exprlang

import (
	"strings"
	"testing"
)

// A text is measured in characters everywhere: Unicode code points.
func TestCharacters(t *testing.T) {
	for source, want := range map[string]any{
		`json.fr[len(json.fr)-3:]`:              "oui",
		`json.de[:5]`:                           "Größe",
		`json.fr[-3:]`:                          "oui",
		`json.ja[:len(json.ja)]`:                "日本語の答え",
		`json.ja[2:3]`:                          "語",
		`json.ja[-2:-1]`:                        "答",
		`json.ja[0]`:                            "日",
		`json.ja[-1]`:                           "え",
		`get(json.ja, 1)`:                       "本",
		`json.emoji[1:]`:                        "x",
		`json.nfd[:1]`:                          "e",
		`json.ja[:100]`:                         "日本語の答え",
		`json.ja[100:]`:                         "",
		`json.ja[-100:1]`:                       "日",
		`json.ja[3:1]`:                          "",
		`""[0:1]`:                               "",
		`indexOf(json.de, "42")`:                7,
		`indexOf(json.de, "G")`:                 0,
		`indexOf(json.de, "x")`:                 -1,
		`lastIndexOf(json.fr, "é")`:             11,
		`json.fr[indexOf(json.fr, "été"):][:3]`: "été",
		`indexOf(json.ja, "") == 0`:             true,
		`json.l[1:]`:                            []any{2, 3},
		`json.l[:-1]`:                           []any{1, 2},
		`json.l[5:]`:                            []any{},
		`(1..5)[1:3]`:                           []any{2, 3},
		`toPairs({"é": 1})[0][:1]`:              []any{"é"},
		`split(json.ja, "")[1:3] | join("")`:    "本語",
		`map(0..2, json.ja[#]) | join("")`:      "日本語",
		`json?.missing ?? json.fr[:1]`:          "R",
		`len(json.emoji)`:                       2,
		`json.de[json.one:json.two]`:            "r",
		`not (json.ja[:2] contains "日本語")`:      true,
	} {
		const answer = `{"fr": "Réponse: été oui", "de": "Größe: 42", "ja": "日本語の答え", "emoji": "😀x", "nfd": "e\u0301", "l": [1, 2, 3], "one": 1, "two": 2.0}`
		if v, err := evaluate(t, source, answer, nil); !isEqual(v, want) || err != nil {
			t.Errorf("%s = %v, %v; want %v", source, v, err, want)
		}
	}
}

func TestWhatHasNoCharacters(t *testing.T) {
	for source, want := range map[string]string{
		`json.n[0:1] == "5"`:    "json.n is an integer: only a text or a list has a part [from:to]",
		`json.nul[0:1] == "5"`:  "json.nul is nil: only a text or a list has a part [from:to]",
		`json.m[:1] == "5"`:     "json.m is a map: only a text or a list has a part [from:to]",
		`json.t[json.t:] == ""`: `json.t[from:to] needs whole numbers, found "é" and 1`,
		`json.t[1.5:] == ""`:    "json.t[from:to] needs whole numbers, found 1.5 and 1",
		`json.t[1] == "é"`:      "json.t[1] does not exist: the text has 1 character",
		`json.t[:0][0] == ""`:   "json.t[:0][0] does not exist: the text is empty",
		`"é"[0] == "é"`:         "a string has no elements; [0:1] is its first character",
		`first(json.t) == "é"`:  "first needs a list, found a string",
		`last(json.m) == "é"`:   "last needs a list, found a map",
		`first(json.nul) == 1`:  "first needs a list, found nil",
	} {
		if v, err := evaluate(t, source, `{"n": 5, "nul": null, "m": {"a": 1}, "t": "é"}`, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, %v; want %s", source, v, err, want)
		}
	}
}
