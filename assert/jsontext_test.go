package assert

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/exprlang"
)

func TestExtractJSON(t *testing.T) {
	for text, want := range map[string]string{
		// The text itself.
		`{"a": 1}`:                `{"a":1}`,
		" 5 ":                     `5`,
		`"x"`:                     `"x"`,
		"\ufeff{\"a\": 1}":        `{"a":1}`,
		"\u00a0\ufeff[1]\u00a0\n": `[1]`,
		"{\"a\": \"```json\"}":    "{\"a\":\"```json\"}",

		// Fences.
		"```json\n{\"a\": 1}\n```":                                            `{"a":1}`,
		"```JSON\r\n{\"a\": 1}\r\n```\r\nYours":                               `{"a":1}`,
		"~~~ application/json\n[1]\n~~~":                                      `[1]`,
		"```{.json}\n[2]\n```":                                                `[2]`,
		"``````json\n{\"a\": \"```\"}\n``````":                                "{\"a\":\"```\"}",
		"{\"b\": 2}\n```json\n{\"a\": 1}\n```":                                `{"a":1}`,
		"Here you are: ```json\n{\"a\": 1}\n```\nand {\"b\": 2}":              `{"a":1}`,
		"1. A list:\n   ```json\n   {\"a\": 1}\n   ```":                       `{"a":1}`,
		"```json\n{\"a\": 1}```":                                              `{"a":1}`,
		"```json\n{\"a\": 1}":                                                 `{"a":1}`,
		"```bash\n42\n```\n```json\n{\"score\": 5}\n```":                      `{"score":5}`,
		"```\nlog [1] {x\n```\n```json\n{\"score\": 5}\n```":                  `{"score":5}`,
		"```bash\necho [1, 2] {\n```\nIt is {\"score\": 5}":                   `{"score":5}`,
		"```\n{\"a\": 1}\n```":                                                `{"a":1}`,
		"```\n42\n```":                                                        `42`,
		"```\nls -l\n```\n```\n[\"a\"]\n```":                                  `["a"]`,
		"```\nls -l\n```\nIt is {\"a\": 1}":                                   `{"a":1}`,
		"```javascript\n{\"a\": 1}\n```":                                      `{"a":1}`,
		"```js\n{\"a\": 1}\n```\nThat is {\"b\": 2}":                          `{"b":2}`,
		"```json {\"a\": 1} ```":                                              `{"a":1}`,
		"use ```x``` and ``` y ``` for {\"a\": 1}":                            `{"a":1}`,
		"```json\n{\"a\": \"first\"}\n```\n```json\n{\"a\": \"second\"}\n```": `{"a":"first"}`,
		"```\n```\n{\"a\": 1}":                                                `{"a":1}`,

		// In a sentence.
		`x: {"a": [1, 2.5]} and [3]`:                 `{"a":[1,2.5]}`,
		`{"a": 1} and {"b": 2}`:                      `{"a":1}`,
		`The list is ["a", "b"].`:                    `["a","b"]`,
		`[{"a": 1}, {"a": 2}] is it`:                 `[{"a":1},{"a":2}]`,
		`It is {}.`:                                  `{}`,
		`It is [].`:                                  `[]`,
		`The primes are [2, 3, 5].`:                  `[2,3,5]`,
		"The list:\n[1]\nthat is all":                `[1]`,
		`It is [0.5] here`:                           `[0.5]`,
		`It is [true] here`:                          `[true]`,
		`As said in [1], the result is {"score": 5}`: `{"score":5}`,
		`As said in [1, 2] and [12], the result is {"score": 5}`: `{"score":5}`,
		"- [ ] to do\n- [x] done\n{\"score\": 5}":                `{"score":5}`,
		`[not json] but {"b": 2}`:                                `{"b":2}`,
		`See [the page](https://a.b/[c]) and {"b": 2}`:           `{"b":2}`,
		`See [the {name}'s] and {placeholder}, {"b": 2}`:         `{"b":2}`,
		`\frac{1}{2}, {{ name }}, {1, 2} and {"b": 2}`:           `{"b":2}`,
		`[1a, 2b] {"b": 2}`:                                      `{"b":2}`,
		"use `{\"b\": 2}`":                                       `{"b":2}`,
		`{"a": "} [ {"} {`:                                       `{"a":"} [ {"}`,
	} {
		v, _, err := extractJSON(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, _ := json.Marshal(v); string(got) != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// What is broken is no JSON, and what is inside it or behind it is
// another answer.
func TestExtractJSONFromWhatIsBroken(t *testing.T) {
	const whole = "the text holds no whole JSON: what begins at "
	for text, want := range map[string]string{
		`{"status": "rejected", "checks": [{"status": "approved", "by": "ann"}, {"status": "rej`: whole + "line 1, column 1 is broken: it is cut off",
		`So: {"review": {"ok": true}, "ok": false,}`:                                             whole + "line 1, column 5 is broken: invalid character '}' looking for beginning of object key string, at line 1, column 42",
		`{"ok": false,} or {"ok": true}`:                                                         whole + "line 1, column 1 is broken: invalid character '}' looking for",
		`{'ok': false, 'detail': {"ok": true}}`:                                                  whole + `line 1, column 1 is broken: invalid character '\'' looking for beginning of object key string, at line 1, column 2`,
		`{“ok”: false, "detail": {"ok": true}}`:                                                  whole + "line 1, column 1 is broken: invalid character '“' looking for",
		`{ok: false, detail: {"ok": true}}`:                                                      whole + "line 1, column 1 is broken: invalid character 'o' looking for",
		"Here:\n{\n  \"ok\": false, // because of\n  \"inner\": {\"ok\": true}\n}":               whole + "line 2, column 1 is broken: invalid character '/' looking for beginning of object key string, at line 3, column 16",
		"{ // so\n \"ok\": {\"ok\": true}}":                                                      whole + "line 1, column 1 is broken",
		`{"name": "order", "items": [{"name": "x", "price": 1}, {"name":`:                        whole + "line 1, column 1 is broken: it is cut off",
		`[{"a": 1}, {"a": 2}, {"a":`:                                                             whole + "line 1, column 1 is broken: it is cut off",
		`[{"a": 1}, {"a": 2},]`:                                                                  whole + "line 1, column 1 is broken: invalid character ']'",
		`['a', {"b": 1}]`:                                                                        whole + "line 1, column 1 is broken",
		`[[{"a": 1}, {"a": 2}`:                                                                   whole + "line 1, column 1 is broken",
		`As I said [and I mean it, {"a": 1}`:                                                     "the text holds no whole JSON: the bracket at line 1, column 11 is never closed",
		`[see {"a": 1} there]`:                                                                   "the text holds no JSON object or array",
		`{"a": 1e999}`:                                                                           "out of range",
		"```json\n{\"a\": 1,}\n```\nI mean {\"a\": 2}":                                           "the code fence at line 1, column 1 holds no whole JSON: invalid character '}' looking for beginning of object key string, at line 2, column 9",
		"```json\n{\"a\": 1,}\n```\n```json\n{\"a\": 2}\n```":                                    "the code fence at line 1, column 1 holds no whole JSON",
		"Here:\n```json\n{\"a\": {\"b\": 1}, \"c\": {\"d":                                        "the code fence at line 2, column 1 holds no whole JSON: it is cut off",
		"```json\n{\"a\": 1}\n{\"a\": 2}\n```":                                                   "the code fence at line 1, column 1 holds no whole JSON: something follows the value",
		"```\n{\"a\": {\"b\": 1},}\n```\n{\"c\": 1}":                                             "the code fence at line 1, column 1 holds no whole JSON",
		"As said in [1], nothing.":                                                               "the text holds no JSON object or array: [1] at line 1, column 12 reads as a note in a sentence",
		"- [ ] to do":                                                                            "the text holds no JSON object or array: [ ] at line 1, column 3 reads as a note",
		"é [x] {":                                                                                whole + "line 1, column 7 is broken: it is cut off",
		"nothing":                                                                                "the text holds no JSON object or array",
		"":                                                                                       "the text holds no JSON object or array",
	} {
		v, _, err := extractJSON(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %q", text, v, err, want)
		}
	}
}

// What extractJSON finds is the text's whole value however it is broken off:
// never a part of it.
func TestExtractJSONOfEveryBeginning(t *testing.T) {
	const value = `{"a": [1, {"b": "x]}\" {"}, [true]], "c": {"d": {}}, "e": []}`
	for _, around := range [][2]string{{"", ""}, {"So [1]: ", " that is it"}, {"```json\n", "\n```"}, {"```\n", "\n```\nyours"}} {
		for n := range len(value) {
			for _, after := range []string{"", around[1]} {
				if v, _, err := extractJSON(around[0] + value[:n] + after); err == nil {
					t.Errorf("%q gives %v", around[0]+value[:n]+after, v)
				}
			}
		}
		v, _, err := extractJSON(around[0] + value + around[1])
		if want, _ := exprlang.DecodeJSON(value); err != nil || len(v.(map[string]any)) != len(want.(map[string]any)) {
			t.Errorf("%q: %v, %v", around, v, err)
		}
	}
}

// The work is linear, or ends, whatever brackets a text has.
func TestExtractJSONIsBounded(t *testing.T) {
	const n = 200_000
	for _, text := range []string{
		strings.Repeat("[1] ", n), strings.Repeat("[1]", n) + `{"a": 1}`, strings.Repeat("[x] ", n), strings.Repeat("[1x] ", n), strings.Repeat("{a} ", n),
		strings.Repeat("[", n), strings.Repeat("{", n), strings.Repeat("[{", n), strings.Repeat(`["`, n), strings.Repeat(`[1,"] `, n),
		strings.Repeat("[ ", n) + strings.Repeat("]", n), strings.Repeat("```\n", n), strings.Repeat("```json\n[", n), strings.Repeat("~~~\n{\n~~~\n", n),
		strings.Repeat("``` ", n), strings.Repeat("[1,", n), strings.Repeat(" ", n) + "[1]" + strings.Repeat(" ", n) + "x",
	} {
		_, read, _ := extractJSON(text)
		if read > extractWork+8*len(text) {
			t.Errorf("%d bytes of %.20q… are read over", read, text)
		}
	}
}

// FuzzExtractJSON holds that what is found is JSON that is in the text.
func FuzzExtractJSON(f *testing.F) {
	for _, seed := range []string{`{"a": 1}`, "```json\n[1]\n```", "[1] {", `x [2, 3] {"a": [}`, "```\n{\n```", "~~~\n`", "\ufeff[", "é{\"\xff\": 1}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, read, err := extractJSON(text)
		if read < 0 {
			t.Errorf("read %d", read)
		}
		if err == nil && v == nil && !strings.Contains(text, "null") {
			t.Error("nothing is found, and no error")
		}
	})
}
