package prices

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/yamlfile"
)

func mustLoad(t *testing.T, text string) *Table {
	t.Helper()
	table, err := Load("prices.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestAFileReplacesAndAdds(t *testing.T) {
	table := mustLoad(t, `
web_search: 20
models:
  my-model: &mine {input: 0, output: 0}
  my-alias: *mine
  claude-opus-4-6: {input: 4, output: 24}
  claude-opus-4-6-20260205: {input: 1, output: 1}
`)
	const used = `{"input_tokens":1000000,"output_tokens":1000000}`
	for _, c := range []struct {
		model, usage string
		want         float64
		unknown      string
	}{
		{"my-model", used, 0, ""},
		{"my-alias", used, 0, ""},
		{"claude-opus-4-6", used, 28, ""},
		{"claude-opus-4-6-20260205", used, 2, ""},
		{"claude-opus-4-6-20260206", used, 28, ""},
		{"claude-opus-4-7", used, 30, ""},
		{"claude-opus-4-7", `{"input_tokens":0,"output_tokens":0,"server_tool_use":{"web_search_requests":1}}`, 0.02, ""},
		// The built-in price of what the file leaves out is not mixed in.
		{"claude-opus-4-6", `{"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1}`, 0, "no price is known for cache_read"},
	} {
		got, err := table.Cost(Use{Model: c.model, Usage: json.RawMessage(c.usage), When: now})
		if got != c.want || (err == nil) != (c.unknown == "") || err != nil && !strings.Contains(err.Error(), c.unknown) {
			t.Errorf("%s: %v %v, want %v %s", c.model, got, err, c.want, c.unknown)
		}
	}
	if got, err := Default().Cost(Use{Model: "claude-opus-4-6", Usage: json.RawMessage(used)}); got != 30 {
		t.Errorf("the built-in table was changed: %v %v", got, err)
	}
}

func TestFilesThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                "p.yaml: the file is empty, expected `models:`",
		"models:":         "p.yaml:1:8: models is empty, expected a map",
		"{}":              "p.yaml: it is not a file of prices, expected a map with the key `models`",
		"models: {}":      "p.yaml:1:1: the file has no prices",
		"- a":             "p.yaml: it is not a file of prices",
		"claude-opus-4-6": "p.yaml: it is not a file of prices",
		"models: {a: {input: 1}}\n---\nmodels: {}": "a second document, expected one",
		"models: {a: {input: 1}":                   "p.yaml: line 1: ",
		"modles: {}":                               "p.yaml: it is not a file of prices, expected a map with the key `models`",
		"models: {}\nmodel: {}":                    `p.yaml:2:1: unknown key "model", expected models or web_search`,

		"models:\n  a: {inptu: 1}":                  `p.yaml:2:7: unknown key "inptu", expected from, up_to, input, output,`,
		"models:\n  a: {input: -1}":                 "p.yaml:2:14: input is -1, expected a number from 0 to 1000000",
		"models:\n  a: {input: '1'}":                `p.yaml:2:14: input is the text "1", expected a number`,
		"models:\n  a: {input: $5}":                 "p.yaml:2:14: input is $5, expected a number",
		"models:\n  a: {input: 1_000}":              "input is 1_000, expected a number",
		"models:\n  a: {input: 0x10}":               "input is 0x10, expected a number",
		"models:\n  a: {input: .inf}":               "input is .inf, expected a number",
		"models:\n  a: {input: 1e999}":              "input is 1e999, expected a number",
		"models:\n  a: {input: 2000000}":            "input is 2000000, expected a number",
		"models:\n  a: {input: }":                   "input is empty, expected a number",
		"models:\n  a: {input: [1]}":                "input is a list, expected a number",
		"models:\n  a: {input: {b: 1}}":             "input is a map, expected a number",
		"models:\n  a: {input: !!str 5}":            `input is the text "5", expected a number`,
		"models:\n  a: {input: 1, batch: 50%}":      "batch is 50%, expected a number from 0 to 1000",
		"models:\n  a: {input: 1, up_to: 1.5}":      "up_to is 1.5, expected a whole number of tokens from 1 up",
		"models:\n  a: {input: 1, up_to: 0}":        "up_to is 0, expected a whole number of tokens from 1 up",
		"models:\n  a: {input: 1, from: 2026}":      "from is 2026, expected a date as 2026-11-22",
		"models:\n  a: {input: 1, from: [x]}":       "from is a list, expected a date",
		"models:\n  a: {from: 2026-11-22}":          "p.yaml:2:6: a has no price here, expected at least `input` and `output`",
		"models:\n  a: []":                          "p.yaml:2:6: a has no prices",
		"models:\n  a: 5":                           "p.yaml:2:6: a is 5, expected a map",
		"models:\n  a:\n":                           "a is empty, expected a map",
		"models:\n  ' a': {input: 1}":               `p.yaml:2:3: " a" is not a model ID`,
		"models:\n  ? [a]\n  : {input: 1}":          "a key is a list, expected text",
		"models:\n  a: {input: 1}\n  a: {input: 2}": `p.yaml:3:3: the key "a" is there already, in line 2`,
		"models:\n  a: {input: 1, input: 2}":        `the key "input" is there already`,
		"models: &m {a: *m}":                        `p.yaml:1:13: unknown key "a"`,
		"web_search: free":                          "p.yaml:1:13: web_search is free, expected a number",

		"models:\n  a: [{input: 1}, {input: 2}]":                                     "p.yaml:2:19: the price before is for prompts of any length from the same date on",
		"models:\n  a: [{from: 2026-11-02, input: 1}, {from: 2026-11-01, input: 2}]": "the price before is from a later date; expected the earlier date first",
		"models:\n  a: [{from: 2026-11-02, input: 1}, {input: 2}]":                   "expected the earlier date first",
		"models:\n  a: [{up_to: 10, input: 1}, {up_to: 10, input: 2}]":               "up_to is 10 and that of the price before 10; expected the shorter prompts first",
		strings.Repeat("#", yamlfile.MaxSize+1):                                      "the file is larger than 1048576 bytes",
	} {
		_, err := Load("p.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q:\n got %v\nwant %s", text, err, want)
		}
	}
}

// A link may lead to any file, and an error about it into the log of a build.
func TestNothingOfAnotherFileIsRepeated(t *testing.T) {
	for _, text := range []string{
		"KEY=sk-secret", "sk-secret", "[sk-secret]", "{sk-secret: 1}", "*sk-secret", "&a {x: *sk-secret}", "%TAG ! sk-secret\n---\na",
		"A=1\x00KEY=sk-secret", "key: sk-secret\n\tmodels: x", "!!sk-secret x", "a: &sk-secret b\n? *sk-secret2\n", "default: sk-secret\n---\nx",
	} {
		_, err := Load("p.yaml", strings.NewReader(text))
		if err == nil || strings.Contains(err.Error(), "sk-secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAllThatIsWrongIsSaid(t *testing.T) {
	_, err := Load("p.yaml", strings.NewReader("models:\n  a: {input: x}\n  b: {otput: 1}\nweb: 1\n"))
	want := `p.yaml:2:14: input is x, expected a number from 0 to 1000000
p.yaml:3:6: b has no price here, expected at least ` + "`input` and `output`" + `
p.yaml:3:7: unknown key "otput", expected from, up_to, input, output, cache_write_5m, cache_write_1h, cache_read, batch, fast or us
p.yaml:4:1: unknown key "web", expected models or web_search`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestPeriodsAndPromptsTogether(t *testing.T) {
	table := mustLoad(t, `
models:
  m:
    - {up_to: 10, input: 1}
    - {up_to: 20, input: 2}
    - {from: 2026-11-01, up_to: 10, input: 3}
    - {from: 2026-11-01, input: 4}
`)
	for _, c := range []struct {
		month, tokens int
		perToken      float64
	}{
		{-1, 10, 1}, {-1, 11, 2}, {-1, 20, 2}, {0, 10, 3}, {0, 11, 4}, {0, 21, 4},
	} {
		usage, err := json.Marshal(map[string]int{"input_tokens": c.tokens, "output_tokens": 0})
		if err != nil {
			t.Fatal(err)
		}
		got, err := table.Cost(Use{Model: "m", Usage: usage, When: now.AddDate(0, c.month, 0)})
		if want := float64(c.tokens) * c.perToken / 1e6; got != want || err != nil {
			t.Errorf("%+v: %v %v, want %v", c, got, err, want)
		}
	}
	if _, err := table.Cost(Use{Model: "m", Usage: json.RawMessage(`{"input_tokens":21,"output_tokens":0}`), When: now.AddDate(0, -1, 0)}); err == nil {
		t.Error("a prompt above the last up_to has a price")
	}
}

// FuzzLoad holds that a file of prices is read or refused with words.
func FuzzLoad(f *testing.F) {
	f.Add("web_search: 10\nmodels:\n  a: {input: 1, output: 0.5, batch: 0.5}\n")
	f.Add("models: &m {a: *m}")
	f.Add("models: {a: [{up_to: 10, input: 1}, {from: 2026-11-01, input: 2}]}")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := Load("p.yaml", strings.NewReader(text))
		if (table == nil) == (err == nil) {
			t.Fatalf("table %v, error %v", table, err)
		}
		if err == nil && !table.Known("claude-opus-4-6", now) {
			t.Error("the built-in models are gone")
		}
	})
}
