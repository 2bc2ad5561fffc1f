package lint

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// requests are parts of a request that some model refuses.
var requests = map[string]string{
	"nothing":                 ``,
	"prefill":                 `messages: [{user: x}, {assistant: y}]`,
	"prefill and space":       `messages: [{user: x}, {assistant: "y "}]`,
	"prefill of blocks":       `messages: [{user: x}, {assistant: [{text: y}]}]`,
	"empty prefill":           `messages: [{user: x}, {assistant: ""}]`,
	"temperature 0":           `temperature: 0`,
	"temperature 1":           `temperature: 1`,
	"temperature 1.0":         `temperature: 1.0`,
	"top_p 0.5":               `top_p: 0.5`,
	"top_p 1":                 `top_p: 1`,
	"top_k":                   `top_k: 5`,
	"both":                    `temperature: 0.5, top_p: 0.5`,
	"both of no effect":       `temperature: 1, top_p: 1`,
	"enabled":                 `thinking: {type: enabled, budget_tokens: 1024}`,
	"enabled, temperature":    `thinking: {type: enabled, budget_tokens: 1024}, temperature: 0.5`,
	"enabled, top_p":          `thinking: {type: enabled, budget_tokens: 1024}, top_p: 0.95`,
	"enabled, small top_p":    `thinking: {type: enabled, budget_tokens: 1024}, top_p: 0.5`,
	"enabled, top_k":          `thinking: {type: enabled, budget_tokens: 1024}, top_k: 5`,
	"enabled, prefill":        `thinking: {type: enabled, budget_tokens: 1024}, messages: [{user: x}, {assistant: y}]`,
	"enabled, small budget":   `thinking: {type: enabled, budget_tokens: 1000}`,
	"enabled, large budget":   `thinking: {type: enabled, budget_tokens: 2000}`,
	"enabled, forced":         `thinking: {type: enabled, budget_tokens: 1024}, tools: [{name: f, input_schema: {type: object}}], tool_choice: {type: any}`,
	"adaptive":                `thinking: {type: adaptive}`,
	"adaptive, temperature":   `thinking: {type: adaptive}, temperature: 0.5`,
	"adaptive, forced":        `thinking: {type: adaptive}, tools: [{name: f, input_schema: {type: object}}], tool_choice: {type: tool, name: f}`,
	"disabled":                `thinking: {type: disabled}`,
	"disabled, effort high":   `thinking: {type: disabled}, output_config: {effort: high}`,
	"disabled, effort max":    `thinking: {type: disabled}, output_config: {effort: max}`,
	"between_tools":           `thinking: {type: between_tools}`,
	"effort low":              `output_config: {effort: low}`,
	"effort xhigh":            `output_config: {effort: xhigh}`,
	"effort max":              `output_config: {effort: max}`,
	"forced":                  `tools: [{name: f, input_schema: {type: object}}], tool_choice: {type: any}`,
	"no tools":                `tool_choice: {type: auto}`,
	"another tool":            `tools: [{name: f, input_schema: {type: object}}], tool_choice: {type: tool, name: g}`,
	"tool_choice auto":        `tools: [{name: f, input_schema: {type: object}}], tool_choice: {type: auto}`,
	"a computer, asked for":   `tools: [{type: computer_20251124, name: computer, display_width_px: 800, display_height_px: 600}], betas: [computer-use-2025-11-24]`,
	"an advisor":              `tools: [{type: advisor_20260301, name: advisor, model: claude-opus-5}]`,
	"an advisor, asked for":   `tools: [{type: advisor_20260301, name: advisor, model: claude-opus-5}], betas: [advisor-tool-2026-03-01]`,
	"updates":                 `thinking: {type: adaptive, display: updates}`,
	"updates, asked for":      `thinking: {type: adaptive, display: updates}, betas: [thinking-display-updates-2026-08-18]`,
	"a binding":               `thinking: {type: adaptive, block_binding: {prefix_mismatch_behavior: drop_block}}`,
	"a binding, asked for":    `thinking: {type: adaptive, block_binding: {prefix_mismatch_behavior: drop_block}}, betas: [thinking-binding-controls-2026-08-01]`,
	"a task budget":           `output_config: {task_budget: {type: tokens, total: 20000}}`,
	"a budget, asked for":     `output_config: {task_budget: {type: tokens, total: 20000}}, betas: [task-budgets-2026-03-13]`,
	"a computer":              `tools: [{type: computer_20251124, name: computer, display_width_px: 800, display_height_px: 600}]`,
	"an older computer":       `tools: [{type: computer_20250124, name: computer, display_width_px: 800, display_height_px: 600}]`,
	"100k tokens":             `max_tokens: 100000`,
	"200k tokens":             `max_tokens: 200000`,
	"system turn":             `messages: [{user: x}, {system: y}]`,
	"assistant's document":    `messages: [{user: x}, {assistant: [{document: "https://a.example/a.pdf"}]}, {user: y}]`,
	"citations of the user":   `messages: [{user: [{type: text, text: x, citations: [{type: char_location, cited_text: x, document_index: 0, document_title: null, start_char_index: 0, end_char_index: 1}]}]}]`,
	"citations in a search":   `messages: [{user: [{type: search_result, source: s, title: t, content: [{type: text, text: x, citations: [{type: char_location, cited_text: x, document_index: 0, document_title: null, start_char_index: 0, end_char_index: 1}]}]}]}]`,
	"citations config":        `messages: [{user: [{type: search_result, source: s, title: t, citations: {enabled: true}, content: [{type: text, text: x}]}]}]`,
	"a thread":                `thread: {type: create}`,
	"a thread, asked for":     `thread: {type: create}, betas: [message-threads-2026-08-12]`,
	"compaction":              `compaction: {type: summarize}, betas: [compact-2026-09-04]`,
	"MCP":                     `mcp_servers: [{type: url, name: m, url: "https://x.test"}]`,
	"MCP, asked for":          `mcp_servers: [{type: url, name: m, url: "https://x.test"}], betas: [mcp-client-2025-11-20]`,
	"effort of a turn":        `messages: [{user: x}, {role: system, output_config: {effort: low}}]`,
	"effort, asked for":       `messages: [{user: x}, {role: system, output_config: {effort: low}}], betas: [mid-conversation-output-config-2026-07-01]`,
	"cleared turn":            `messages: [{user: x}, {system: y, clear_at: never}]`,
	"cleared turn, asked for": `messages: [{user: x}, {system: y, clear_at: never}], betas: [mid-conversation-system-clear-at-2026-08-21]`,
	"no citations":            `messages: [{user: [{type: text, text: x, citations: []}]}]`,
	"fast":                    `speed: fast`,
	"fast, asked for":         `speed: fast, betas: [fast-mode-2026-02-01]`,
	"standard":                `speed: standard`,
	"fallbacks":               `fallbacks: [{model: claude-opus-4-8}]`,
	"fallbacks, June":         `fallbacks: [{model: claude-opus-4-8}], betas: [server-side-fallback-2026-06-01]`,
	"default fallbacks":       `fallbacks: default`,
	"default fallbacks, June": `fallbacks: default, betas: [server-side-fallback-2026-06-01]`,
	"default fallbacks, July": `fallbacks: default, betas: [server-side-fallback-2026-07-01]`,
	"a server tool goes on":   `tools: [{type: web_search_20250305, name: web_search}], messages: [{user: x}, {assistant: [{type: server_tool_use, id: srvtoolu_1, name: web_search, input: {query: x}}]}]`,
	"a conversation":          `messages: [{user: x}, {assistant: y}, {user: z}]`,
	"a sampled turn, prefill": `messages: [{user: x}, {assistant: }, {user: z}, {assistant: "y "}]`,
}

// TestFakeAPI holds what is said of each model to a strict Messages API that
// knows the same models: what is said to be refused is refused, and the other
// way around.
func TestFakeAPI(t *testing.T) {
	server := fakeapi.New(fakeapi.Options{})
	url, err := server.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	t.Chdir(t.TempDir())
	for _, version := range slices.Sorted(maps.Keys(models.Known().Versions)) {
		for i, id := range models.Known().IDs() {
			if version != "2023-06-01" && i%4 > 0 {
				continue // which differ in nothing that a version adds
			}
			for name, request := range requests {
				c := oneCase(t, id, version, request)
				if c.Request.Written == nil {
					t.Fatalf("%s cannot be read", name)
				}
				l := New(Options{Version: version})
				l.Case(c)
				status, message := send(t, url, c, version)
				if status == http.StatusNotFound {
					continue // a model that the fake does not know
				}
				later := name == "a sampled turn, prefill" // which comes second
				if refused := l.Report(&suite.Set{}).Models[0].Refused > 0; refused != (status == 400) && !later {
					t.Errorf("%s, %s, %s: refused %t, the API answers %d %s", version, id, name, refused, status, message)
				}
			}
		}
	}
}

// oneCase makes the case of a request.
func oneCase(t *testing.T, model, version, request string) *suite.Case {
	t.Helper()
	text := fmt.Sprintf("model: %s\nanthropic_version: %q\nmax_tokens: 2000\nassert: len(text) > 0\nmessages: [{user: x}]\n"+
		"cases: [{name: a, %s}]\n", model, version, request)
	if err := os.WriteFile("suite.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := suite.Load([]string{"suite.yaml"}, suite.Options{})
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	for c, err := range set.Suites[0].Cases() {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return nil
}

// send asks the API and gives its status and its error.
func send(t *testing.T, url string, c *suite.Case, version string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url+"/v1/messages", c.Request.Body.Reader())
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("content-type", "application/json")
	req.Header.Set("anthropic-version", version)
	req.Header.Set("x-api-key", "k")
	for _, beta := range c.Request.Betas {
		req.Header.Add("anthropic-beta", beta)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
