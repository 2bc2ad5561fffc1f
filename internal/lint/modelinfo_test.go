package lint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/suite"
)

// TestModelInfoCounts holds that what the API reports about a model counts for
// more than the table, and where the table says nothing.
func TestModelInfoCounts(t *testing.T) {
	no, yes := new(bool), true
	day := func(n int) time.Time { return time.Date(2026, 11, 22+n, 10, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		infos lint.ModelInfo
		more  string // of the request
		want  string // "" for nothing
	}{
		"nothing infos":             {lint.ModelInfo{}, "thinking: {type: adaptive}", ""},
		"a type that is taken":      {lint.ModelInfo{Thinking: map[string]bool{"adaptive": true}}, "thinking: {type: adaptive}", ""},
		"a type that is not":        {lint.ModelInfo{Thinking: map[string]bool{"adaptive": false, "enabled": true, "disabled": true}}, "thinking: {type: adaptive}", "refuses thinking of the type adaptive; it takes enabled or disabled [refused-thinking]"},
		"no type at all":            {lint.ModelInfo{Thinking: map[string]bool{"adaptive": false}}, "thinking: {type: adaptive}", "refuses thinking of the type adaptive; it takes none"},
		"an effort that is not":     {lint.ModelInfo{Effort: map[string]bool{"low": true, "xhigh": false, "new": true}}, "output_config: {effort: xhigh}", "refuses the effort xhigh; it takes low or new [refused-effort]"},
		"no effort":                 {lint.ModelInfo{Effort: map[string]bool{"low": false, "high": false}}, "output_config: {effort: high}", "refuses output_config.effort"},
		"max_tokens":                {lint.ModelInfo{MaxTokens: 100}, "max_tokens: 101", "takes a max_tokens up to 100 [refused-max-tokens]"},
		"max_tokens that fit":       {lint.ModelInfo{MaxTokens: 100}, "max_tokens: 100", ""},
		"a strict tool":             {lint.ModelInfo{Formats: no}, "tools: [{name: f, strict: true, input_schema: {type: object, additionalProperties: false}}]", "has no structured output"},
		"a tool":                    {lint.ModelInfo{Formats: no}, "tools: [{name: f, input_schema: {type: object}}]", ""},
		"formats":                   {lint.ModelInfo{Formats: &yes}, "output_config: {format: {type: json_schema, schema: {type: object, additionalProperties: false}}}", ""},
		"an image in a tool result": {lint.ModelInfo{Images: no}, "messages: [{user: x}, {assistant: [{type: tool_use, id: t, name: f, input: {}}]}, {user: [{type: tool_result, tool_use_id: t, content: [{image: 'https://example.com/a.png'}]}]}]", "takes no images"},
		"an image in a later turn":  {lint.ModelInfo{Images: no}, "messages: [{user: x}, {assistant: }, {user: [{image: 'https://example.com/a.png'}]}]", ":6:50: warning: my-model takes no images"},
		"no image":                  {lint.ModelInfo{Images: no, PDFs: no}, "", ""},
		"a text document":           {lint.ModelInfo{PDFs: no}, "messages: [{user: [{type: document, source: {type: text, media_type: text/plain, data: x}}]}]", ""},
		"active":                    {lint.ModelInfo{Lifecycle: "active"}, "", ""},
		"active, retires far":       {lint.ModelInfo{Lifecycle: "active", Retires: day(91)}, "", ""},
		"active, retires soon":      {lint.ModelInfo{Lifecycle: "active", Retires: day(90)}, "", "will be retired on 2027-02-20, in 90 days [retiring-model]"},
		"deprecated, retires far":   {lint.ModelInfo{Lifecycle: "deprecated", Retires: day(400)}, "", "will be retired on 2027-12-27, in 400 days"},
		"deprecated":                {lint.ModelInfo{Lifecycle: "deprecated"}, "", "will be retired: it is deprecated"},
		"overdue":                   {lint.ModelInfo{Lifecycle: "deprecated", Retires: day(-3)}, "", "will be retired any day: it was to be on 2026-11-19"},
		"retired, and much else":    {lint.ModelInfo{Lifecycle: "retired", Images: no}, "messages: [{user: [{image: 'https://example.com/a.png'}]}]", "is retired: the API refuses every request [retired-model]"},
	} {
		t.Run(name, func(t *testing.T) {
			messages := "messages: [{user: Hi}]"
			if strings.Contains(c.more, "messages:") {
				messages = ""
			}
			tokens := "max_tokens: 10"
			if strings.Contains(c.more, "max_tokens:") {
				tokens = ""
			}
			text := "model: my-model\nassert: text != \"\"\ncases:\n  - name: a\n"
			for _, line := range []string{messages, tokens, c.more} {
				if line != "" {
					text += "    " + line + "\n"
				}
			}
			infos["my-model"] = &c.infos
			defer delete(infos, "my-model")
			got := said(check(t, text))
			if c.want == "" && got != "" || !strings.Contains(got, c.want) || strings.Count(got, "\n") > 1 {
				t.Errorf("%s\ngot %swant %s", text, got, c.want)
			}
		})
	}
}

// TestModelOfTheCommandLine holds that what is infos of a model that no file
// names is infos once, without a place.
func TestModelOfTheCommandLine(t *testing.T) {
	const text = "max_tokens: 10\nassert: text != \"\"\ncases:\n  - {name: a, messages: [{user: Hi}]}\n  - {name: b, messages: [{user: Ho}]}\n"
	check(t, "model: claude-opus-4-6\n"+text) // writes the suite
	r := checkPath(t, ".", suite.Options{Models: []string{"claude-opus-46"}})
	if got := said(r); got != `warning: the API knows no model "claude-opus-46" (2 cases, the first is "a") [unknown-model]`+"\n" {
		t.Errorf("%s", got)
	}
	if len(r.Models) != 1 || r.Models[0].Refused != 2 {
		t.Errorf("%+v", r.Models)
	}
}

// TestMisspeltModels holds which names are taken for those of other models.
func TestMisspeltModels(t *testing.T) {
	for name, want := range map[string]string{
		"claude-opus-4.6": "claude-opus-4-6", "Claude-Haiku-4-5": "claude-haiku-4-5", "clade-hiku-4-5": "claude-haiku-4-5",
		"claude_opus_4_6": "claude-opus-4-6", "claude-sonet-4-6-20260101": "claude-sonnet-4-6",
		"claude-opus-4-6": "", "claude-opus-4-6-20260101": "", "claude-opus-9-9": "", "claude-opus-latest": "",
		"anthropic/claude-opus-4-6": "", "llama3": "", "my-model": "", "claude-3-5-haiku-latest": "",
	} {
		got := said(check(t, "max_tokens: 10\nassert: text != \"\"\ncases:\n  - {name: a, model: "+name+", messages: [{user: Hi}]}\n"))
		if want == "" && strings.Contains(got, "[misspelt-model]") || want != "" && !strings.Contains(got, "did you mean \""+want+"\"? [misspelt-model]") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestVariableOfTheCommandLine holds that a --var that nothing uses is infos.
func TestVariableOfTheCommandLine(t *testing.T) {
	check(t, "model: claude-opus-4-6\nmax_tokens: 10\nassert: text contains vars.word\ncases:\n  - {name: a, vars: {word: x, lang: en}, messages: [{user: \"{{ lang }}\"}]}\n") // writes the suite
	r := checkPath(t, ".", suite.Options{Vars: []suite.Setting{{Name: "lang", Value: "de"}, {Name: "langage", Value: "fr"}, {Name: "word", Value: "y"}}})
	if got := said(r); got != `warning: no template and no expression uses the variable "langage" of --var [unused-variable]`+"\n" {
		t.Errorf("%s", got)
	}
}

// TestJudgesAreToldOf holds that judges are models like any other.
func TestJudgesAreToldOf(t *testing.T) {
	const text = `model: claude-opus-4-6
max_tokens: 10
judge: {model: %s, max_tokens: 100%s}
cases: [{name: a, messages: [{user: Hi}], assert: [{rubric: Is it polite}]}]
`
	for settings, want := range map[string]string{
		"claude-opus-46|":                "suite.yaml:3:9: warning: the judge: the API knows no model \"claude-opus-46\" [unknown-model]\n",
		"claude-opus-4-5|":               "suite.yaml:3:9: warning: the judge: claude-opus-4-5 will be retired on 2027-01-22, in 61 days [retiring-model]\n",
		"claude-opus-4-1-20250805|":      "suite.yaml:3:9: warning: the judge: claude-opus-4-1-20250805 is retired since 2026-08-05: the API refuses every request [retired-model]\n",
		"claude-example-mini|":           "the judge: claude-example-mini has no structured output, by which the judge gives its verdict [refused-structured-output]\n",
		"claude-example-mini|mode: tool": "",
	} {
		model, more, _ := strings.Cut(settings, "|")
		if more != "" {
			more = ", " + more
		}
		got := said(check(t, strings.Replace(strings.Replace(text, "%s", model, 1), "%s", more, 1)))
		if want == "" && got != "" || !strings.HasSuffix(got, want) {
			t.Errorf("%s: got %swant %s", settings, got, want)
		}
	}
}
