package exprlang

import (
	"errors"
	"testing"
	"time"
)

// testEnv is an Env with a name of every kind.
func testEnv() *Env {
	e := NewEnv()
	e.Var("text", String)
	e.Var("json", Any)
	e.Var("n", Int)
	e.Var("latency", Duration)
	e.Var("stop", NullableString)
	e.Var("cost", NullableFloat)
	e.Var("ttft", NullableDuration)
	e.Var("unknown", NullableDuration)
	e.Var("error", Map{"status": Int, "type": String})
	e.Var("usage", Map{"input_tokens": Int, "output_tokens": Int})
	e.Var("blocks", List(Map{"type": String, "text": String}))
	e.Var("vars", Map{"capital": String, "a-b": Int, "count": Int})
	e.Var("count", Int)
	e.Var("a-b", Int)
	e.Nil("error", "error is nil: the request was answered")
	e.Func("shout", func(args ...any) (any, error) { return args[0].(string) + "!", nil }, new(func(string) string))
	e.Func("broken", func(...any) (any, error) { return nil, errors.New("it is broken") }, new(func() string))
	return e
}

func testValues() map[string]any {
	return map[string]any{
		"text": "Hello, world", "n": 7, "latency": 2 * time.Second, "stop": nil, "cost": 0.5, "error": nil,
		"ttft": time.Second, "unknown": nil,
		"json":   map[string]any{"a": 5, "ok": true, "list": []any{1, 2, 3}, "nested": map[string]any{"name": "ant"}, "null": nil},
		"usage":  map[string]any{"input_tokens": 12, "output_tokens": 6},
		"blocks": []any{map[string]any{"type": "text", "text": "hi"}, map[string]any{"type": "text", "text": "ho"}},
		"vars":   map[string]any{"capital": "Paris", "a-b": 1, "count": 3},
	}
}

func TestRun(t *testing.T) {
	for source, want := range map[string]any{
		`text contains "world" && usage.output_tokens < 50`: true,
		`json == {"a": 5}`:                      false,
		`json.nested == {"name": "ant"}`:        true,
		`json.a == 5.0`:                         true,
		`json.list == [1, 2, 3.0]`:              true,
		`json.list == 1..3`:                     true,
		`json.missing ?? "none"`:                "none",
		`json.missing.deep[3].x ?? "none"`:      "none",
		`json?.missing`:                         nil,
		`json.null?.x.y`:                        nil,
		`1 == json.null?.x.y`:                   false,
		`[1, json.null?.x.y, 2]`:                []any{1, nil, 2},
		`"a" in json`:                           true,
		`"b" in json`:                           false,
		`2 in json.list`:                        true,
		`get(json, "missing")`:                  nil,
		`json.list[-1]`:                         3,
		`error == nil`:                          true,
		`stop == nil`:                           true,
		`stop == "x"`:                           false,
		`cost < 1`:                              true,
		`latency < duration("5s")`:              true,
		`latency.Seconds()`:                     2.0,
		`latency.Seconds() - ttft.Seconds()`:    1.0,
		`unknown?.Seconds()`:                    nil,
		`unknown?.Seconds() ?? 5`:               5,
		`ttft?.Seconds() > 0.5`:                 true,
		`ttft?.Round(latency) == latency`:       true,
		`latency?.Seconds()`:                    2.0,
		`error?.status == nil`:                  true,
		`(latency - ttft).Milliseconds()`:       1000,
		`shout(text)`:                           "Hello, world!",
		`text | upper() | shout()`:              "HELLO, WORLD!",
		`any(blocks, .text == "ho")`:            true,
		`map(blocks, .text)`:                    []any{"hi", "ho"},
		`reduce(json.list, #acc + #, 0)`:        6,
		`let x = json.a; x + 1`:                 6,
		`json.ok ? "yes" : "no"`:                "yes",
		`if n > 3 { "big" } else { "small" }`:   "big",
		`1 < n < 9`:                             true,
		`vars["a-b"] + vars.count`:              4,
		`text matches "^Hel+o"`:                 true,
		`text[0:5]`:                             "Hello",
		`fromJSON("[1, 2.5]")[0] == 1`:          true,
		`sortBy(blocks, .text, "desc")[0].text`: "ho",
		`join(map(blocks, .text), "-")`:         "hi-ho",
		`!json.ok || json.a % 2 == 1`:           true,
		`len(filter(json.list, # > 1)) == 2`:    true,
		`find(blocks, .text == "ho").type`:      "text",
		`count(json.list, # > 1)`:               2,
		`repeat("ab", 2)`:                       "abab",
		`text not contains "x"`:                 true,
		`-json.a`:                               -5,
		`json.a / 2`:                            2.5,
		`replace(text, "l", "L")`:               "HeLLo, worLd",
	} {
		p, err := Compile(source, testEnv())
		if err != nil {
			t.Errorf("%s: compile: %v", source, err)
			continue
		}
		got, err := p.Run(testValues())
		if err != nil || !isEqual(got, want) {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct {
		source, at, message string
	}{
		{`txt == "x"`, "txt", `unknown name "txt"; did you mean "text"?`},
		{"text == \"é\" &&\n  txet == \"x\"", "txet", `unknown name "txet"; did you mean "text"?`},
		{`text == zzzzzzzz`, "zzzzzzzz", `unknown name "zzzzzzzz", expected one of blocks, cost, error, json, latency, n, stop, text, ttft, unknown, usage, vars`},
		{`smilarity(text)`, "smilarity", `unknown function "smilarity", expected one of`},
		{`shuot(text)`, "shuot", `unknown function "shuot"; did you mean "shout"?`},
		{`usage.output_token < 5`, "output_token", `usage has no "output_token"; did you mean "output_tokens"?`},
		{`vars.capitl == "x"`, "capitl", `vars has no "capitl"; did you mean "capital"?`},
		{`vars.capital > 5`, ">", `vars.capital is a string and 5 is an integer: > cannot be applied to them`},
		{`text == 5`, "==", `text is a string and 5 is an integer: == cannot be applied to them`},
		{`stop == 5`, "==", `stop is a string or nil and 5 is an integer: == cannot be applied to them`},
		{`text ==`, "", `unexpected end of the expression`},
		{`text == "x`, "", `literal not terminated`},
		{`text && )`, ")", `unexpected ")"`},
		{`count > 2`, "count", `count is a function; call it as count(…)`},
		{`text("x")`, "text", `text is not a function`},
		{`json.foo()`, "foo", `json.foo is not a function`},
		{`$env`, "$env", `unknown name "$env"`},
		{`any(blocks, .txt == "x")`, "txt", `has no "txt"; did you mean "text"?`},
		{`first(blocks).txt == "x"`, "txt", `has no "txt"; did you mean "text"?`},
		{`text matches "("`, "matches", `missing closing )`},
		{`  `, "", `the expression is empty`},
		{`shout(5)`, "5", `shout needs a string here, not an integer`},
	} {
		_, err := Compile(c.source, testEnv())
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an error", c.source, err)
			continue
		}
		if at := c.source[e.Offset : e.Offset+e.Length]; c.at != "" && at != c.at || !contains(e.Message, c.message) {
			t.Errorf("%s: at %q: %s; want at %q: %s", c.source, at, e.Message, c.at, c.message)
		}
	}
}

func contains(s, part string) bool {
	for i := range s {
		if len(s)-i >= len(part) && s[i:i+len(part)] == part {
			return true
		}
	}
	return part == ""
}
