package promptfoo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/suite"
)

// convert writes the files into a directory and converts the first of them.
func convert(t *testing.T, config string, files map[string]string) (*Result, string, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Convert(filepath.Join(dir, "config", "promptfooconfig.yaml"), []byte(config), Options{})
	if err != nil {
		return r, "", err
	}
	out := filepath.Join(t.TempDir(), "out")
	for _, name := range r.Files.Names() {
		path := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, r.Files.Text(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := suite.Load([]string{filepath.Join(out, SuiteName)}, suite.Options{}); err != nil {
		t.Errorf("the suite does not load: %v\n%s", err, r.Files.Text(SuiteName))
	}
	return r, string(r.Files.Text(SuiteName)), nil
}

const head = "prompts: ['Say {{word}}']\nproviders: [anthropic:messages:claude-haiku-4-5]\n"

// assertion converts a configuration whose one test has the assertion, and gives
// its expression.
func assertion(t *testing.T, yaml string) (expr string, gaps int) {
	t.Helper()
	r, out, err := convert(t, head+"tests:\n  - vars: {word: hi}\n    assert:\n      - "+yaml+"\n", map[string]string{"config/schema.json": `{"type":"object"}`})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out) {
		if _, after, ok := strings.Cut(line, "expr: "); ok {
			return strings.TrimSpace(after), len(r.Gaps)
		}
	}
	return out, len(r.Gaps)
}

func TestAssertionsMeanTheSame(t *testing.T) {
	for yaml, want := range map[string]string{
		`{type: equals, value: Hi}`:                        `'text == "Hi"'`,
		`{type: equals, value: "{{word}}"}`:                `text == string(vars.word)`,
		`{type: equals, value: {a: [1, x]}}`:               `'json == {"a": [1, "x"]}'`,
		`{type: contains, value: "a {{word}}"}`:            `'text contains ("a " + string(vars.word))'`,
		`{type: not-icontains, value: Hi}`:                 `'!(lower(text) contains lower("Hi"))'`,
		`{type: contains-all, value: "a, b"}`:              `'all(["a", "b"], text contains #)'`,
		`{type: icontains-any, value: [a, 2]}`:             `'any(["a", "2"], lower(text) contains lower(#))'`,
		`{type: starts-with, value: Hi}`:                   `'text startsWith "Hi"'`,
		`{type: regex, value: "^\\d+\\/\\u00e9$"}`:         `'text matches "^\\d+/\\x{00e9}$"'`,
		`{type: is-json}`:                                  `is_json(text)`,
		`{type: is-json, value: {type: object}}`:           `'is_json(text) && matches_schema(json, {"type":"object"})'`,
		`{type: is-json, value: file://schema.json}`:       `'is_json(text) && matches_schema(json, {"type":"object"})'`,
		`{type: cost, threshold: 0.01}`:                    `cost <= 0.01`,
		`{type: latency, threshold: 1500}`:                 `'latency <= duration("1500ms")'`,
		`{type: word-count, value: {min: 1, max: 5}}`:      `"words(text) >= 1 && words(text) <= 5"`,
		`{type: finish-reason, value: length}`:             `'stop_reason == "max_tokens"'`,
		`{type: javascript, value: "output.length <= 10"}`: `len(text) <= 10`,
		`{type: javascript, value: "output === context.vars.word || output.toLowerCase().includes('x');"}`: `'text == string(vars.word) || lower(text) contains "x"'`,
		`{type: javascript, value: "!(output.trim() == 'a b')"}`:                                           `'!((trim(text) == "a b"))'`,
		`{type: javascript, value: "JSON.parse(output).a.b === 5"}`:                                        `json.a.b == 5`,
		`{type: equals, value: x, transform: output.trim()}`:                                               `'trim(text) == "x"'`,
		`{type: equals, value: x, transform: JSON.parse(output).a}`:                                        `'string(json.a) == "x"'`,
		`{type: assert-set, assert: [{type: contains, value: a}]}`:                                         `'text contains "a"'`,
	} {
		if got, gaps := assertion(t, yaml); got != want || gaps > 0 {
			t.Errorf("%s\nbecomes %s with %d gaps\nwant    %s", yaml, got, gaps, want)
		}
	}
}

// What a suite cannot say fails, and does not vanish.
func TestNoCheckIsWeakened(t *testing.T) {
	for _, yaml := range []string{
		`{type: similar, value: x, threshold: 0.8}`, `{type: python, value: "True"}`, `{type: javascript, value: "file://check.js"}`,
		`{type: javascript, value: "output.split(' ').length > 3"}`, `{type: javascript, value: "output.length"}`, `{type: javascript, value: "output > 5"}`,
		`{type: javascript, value: "output.length > 5", threshold: 0.5}`, `{type: javascript, value: "JSON.parse(output).a != 5"}`,
		`{type: javascript, value: "output.includes('a') ? 1 : 0"}`, `{type: javascript, value: "const x = 1; x > 0"}`,
		`{type: regex, value: "(?=a)b"}`, `{type: regex, value: "a\\Sb"}`, `{type: contains, value: "{{word | upper}}"}`, `{type: contains, value: ""}`,
		`{type: contains-json}`, `{type: equals, value: x, transform: "output.slice(1)"}`, `{type: contains, value: x, config: {a: 1}}`,
		`{type: assert-set, threshold: 0.5, assert: [{type: contains, value: a}]}`, `{type: llm-rubric, value: good, provider: openai:gpt-4o}`,
		`{type: not-llm-rubric, value: bad}`, `{type: contains, value: x, weight: -1}`, `{type: is-json, value: file://missing.json}`,
		`{type: is-json, value: file://../outside.json}`, `{type: cost}`, `{value: x}`, `[]`, `null`, `text`, `{type: equals, value: null}`,
	} {
		if got, gaps := assertion(t, yaml); gaps == 0 || got != "false" {
			t.Errorf("%s\nbecomes %s with %d gaps, want an assertion that fails", yaml, got, gaps)
		}
	}
}

func TestConfigurationsLoad(t *testing.T) {
	files := map[string]string{
		"config/p.txt":    "Say {{ word }}.\n---\n[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"{{word}}\"}]\n",
		"config/t.csv":    "word,__expected,__description\nhi,contains:h,first\nyo,\"llm-rubric: is {{word}}\",\n",
		"config/t.jsonl":  `{"vars":{"word":"a"},"assert":[{"type":"contains","value":"a"}]}` + "\n",
		"config/t.yaml":   "- vars: {word: b}\n  assert: [{type: contains, value: b}]\n",
		"config/word.txt": "from a file\n",
		"config/c.yaml":   "# How we ask.\n\n  - role: system\n    content: Be brief.\n  - {role: user, content: 'Say {{word}}.'}\n",
		"config/d.yaml":   "word: '{{word}}'\n",
	}
	for name, test := range map[string]struct {
		config, want string
		cases, gaps  int
	}{
		"files":                    {"prompts: [file://p.txt]\nproviders: [anthropic:messages:claude-haiku-4-5]\ntests: [file://t.csv, file://t.jsonl, t.yaml]\n", "name: first", 4, 0},
		"a chat behind comments":   {"prompts: [c.yaml]\nproviders: [anthropic:messages:claude-haiku-4-5]\ntests: t.yaml\n", "  - system: Be brief.\n  - user: \"Say {{ vars.word }}.\"\n", 1, 0},
		"YAML that is no chat":     {"prompts: [Hi, d.yaml]\nproviders: [anthropic:messages:claude-haiku-4-5]\ntests: t.yaml\n", "expr: false", 1, 1},
		"an assertion of a file":   {head + "tests: [{assert: [{type: javascript, value: file://graders/called.js, config: {tool: look}}]}]\n", "not imported: the code of graders/called.js (", 1, 1},
		"one csv":                  {head + "tests: t.csv\n", "rubric: \" is {{ vars.word }}\"", 2, 0},
		"combinations":             {head + "tests:\n  - vars: {word: [a, b], other: [c, d]}\n", "level: warn", 4, 0},
		"no combinations":          {head + "tests:\n  - vars: {word: [a, b]}\n    options: {disableVarExpansion: true}\n", "[a, b]", 1, 0},
		"default test":             {head + "defaultTest: {vars: {word: x}, assert: [{type: contains, value: x}], threshold: 0.5}\ntests: [{description: a}, {description: b, threshold: 0.9}]\n", "min_score: 0.9", 2, 0},
		"a threshold beside a gap": {head + "tests:\n  - threshold: 0.1\n    assert: [{type: contains, value: a}, {type: similar, value: b}]\n", "expr: false", 1, 1},
		"a threshold over a gap":   {head + "defaultTest: {assert: [{type: similar, value: b}]}\ntests:\n  - threshold: 0.1\n    assert: [{type: contains, value: a}]\n", "expr: false", 1, 1},
		"a threshold of a rubric":  {head + "tests:\n  - threshold: 0.5\n    assert: [{type: llm-rubric, value: good}]\n", "expr: false", 1, 1},
		"scenarios":                {head + "scenarios:\n  - config: [{vars: {word: a}}, {vars: {word: b}}]\n    tests: [{assert: [{type: contains, value: \"{{word}}\"}]}, {description: z}]\n", "text contains string(vars.word)", 4, 0},
		"providers":                {"prompts: [Hi]\nproviders:\n  - openai:gpt-4o\n  - {id: anthropic:messages:claude-haiku-4-5, label: the small one, config: {temperature: 0.5, max_tokens: 9, headers: {anthropic-beta: a-1}}}\n  - anthropic:messages:claude-opus-4-6: {config: {effort: low}}\ntests: [{assert: [{type: contains, value: H}]}]\n", "the-small-one:", 1, 0},
		"a key that is not known":  {head + "extensions: [file://x.js]\ntests: [{assert: [{type: contains, value: H}]}]\n", "expr: false", 1, 1},
		"a test for one provider":  {head + "tests: [{provider: openai:gpt-4o, assert: [{type: contains, value: H}]}]\n", "expr: false", 1, 1},
		"an option":                {head + "tests: [{options: {prefix: 'Now: '}, assert: [{type: contains, value: H}]}]\n", "expr: false", 1, 1},
		"a variable of a file":     {head + "tests: [{vars: {word: file://word.txt}, assert: [{type: contains, value: H}]}]\n", "word: from a file", 1, 0},
		"a variable of code":       {head + "tests: [{vars: {word: file://word.py}, assert: [{type: contains, value: H}]}]\n", "expr: false", 1, 1},
		"references":               {head + "assertionTemplates: {h: {type: contains, value: H}}\ntests: [{assert: [{$ref: '#/assertionTemplates/h'}]}]\n", "text contains \"H\"", 1, 0},
		"anchors":                  {head + "x-a: &a {type: contains, value: H}\ntests: [{assert: [*a, {<<: *a, value: I}]}]\n", "text contains \"I\"", 1, 0},
		"no tests":                 {"prompts: [Hi]\nproviders: anthropic:messages:claude-haiku-4-5\n", "name: test 1", 1, 0},
		"a prompt that is code":    {"prompts: [Hi, prompt.py:make]\nproviders: anthropic:messages:claude-haiku-4-5\n", "expr: false", 1, 1},
		"a prompt file":            {"model: anthropic/claude-haiku-4-5\nmodelParameters: {temperature: 0.5, maxTokens: 20}\nmessages: [{role: system, content: Be brief.}, {role: user, content: 'Say {{input}}'}]\ntestData: [{input: hi, expected: Hi}, {input: yo, expected: Yo}]\nevaluators:\n  - {name: has it, string: {contains: '{{expected}}'}}\n  - {name: similar, uses: github/similarity}\n", "text contains string(vars.expected)", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r, out, err := convert(t, test.config, files)
			if err != nil {
				t.Fatal(err)
			}
			if r.Cases != test.cases || len(r.Gaps) != test.gaps || !strings.Contains(out, test.want) {
				t.Errorf("%d cases and %d gaps, want %d and %d, with %s\n%v\n%s", r.Cases, len(r.Gaps), test.cases, test.gaps, test.want, r.Gaps, out)
			}
			if test.gaps > 0 && strings.Contains(out, "min_score") {
				t.Errorf("a case may pass by its other assertions:\n%s", out)
			}
		})
	}
}

func TestConfigurationsAreRefused(t *testing.T) {
	for config, want := range map[string]string{
		"prompts: [Hi]\nproviders: [openai:gpt-4o]\n":                                     "found openai:gpt-4o",
		"prompts: ['{% if a %}x{% endif %}']\nproviders: [anthropic:messages:claude-x]\n": "promptfooconfig.yaml:1: not imported: the prompt {% if a %}x{% endif %}: a tag or comment of Nunjucks",
		"prompts: ['prompts.py:make']\nproviders: [anthropic:messages:claude-x]\n":        "import runs no program: write the prompts that prompts.py:make makes into a file of text, JSON or YAML",
		"prompts: [file://../outside.txt]\nproviders: [anthropic:messages:claude-x]\n":    "leads out of the directory",
		"prompts: [file://.env.txt]\nproviders: [anthropic:messages:claude-x]\n":          "never read",
		head + "tests: file://none.csv\n":                                                 "no test that can be imported",
		head + "tests: https://docs.example.com/spreadsheets/d/1?gid=0#gid=0\n":           "https://docs.example.com/spreadsheets/d/1?gid=0#gid=0 is not a file: save it beside the configuration",
		"a: &a [*a]\nprompts: [Hi]\n":                                                     "an alias that holds itself",
		"[":                                                                               "promptfooconfig.yaml",
	} {
		_, _, err := convert(t, config, map[string]string{"outside.txt": "secret", "config/.env.txt": "secret"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %q is said %v, want %s", config, err, want)
		}
	}
}

// FuzzConvert: what is converted loads.
func FuzzConvert(f *testing.F) {
	f.Add(head + "tests:\n  - vars: {word: [a, b]}\n    threshold: 0.5\n    assert: [{type: contains, value: '{{word}}'}, {type: javascript, value: 'output.length > 3'}]\n")
	f.Add("model: anthropic/claude-haiku-4-5\nmessages: [{role: user, content: 'Say {{input}}'}]\ntestData: [{input: hi}]\nevaluators: [{name: a, string: {contains: x}}]\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, config string) {
		r, err := Convert(filepath.Join(dir, "promptfooconfig.yaml"), []byte(config), Options{Model: "claude-haiku-4-5"})
		if err != nil {
			return
		}
		if r.Cases == 0 || len(r.Files.Text(SuiteName)) == 0 {
			t.Errorf("nothing is written of %q", config)
		}
	})
}
