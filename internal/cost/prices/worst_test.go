package prices

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func TestWorst(t *testing.T) {
	text := strings.Repeat("ant ", 1000)
	body := func(model, more string) string {
		return fmt.Sprintf(`{"model":%q,"max_tokens":1000,"messages":[{"role":"user","content":%q}]%s}`, model, text, more)
	}
	// Each sum: the tokens of the prompt × the price + 1,000 × the price of
	// output, × 1.1 where the model can be asked in the US.
	for name, c := range map[string]struct {
		body string
		want func(prompt float64) float64
	}{
		"plain":           {body("claude-opus-4-6", ""), func(p float64) float64 { return (p*5 + 25_000) * 1.1 }},
		"no US":           {body("claude-opus-4-5", ""), func(p float64) float64 { return p*5 + 25_000 }},
		"global":          {body("claude-opus-4-6", `,"inference_geo":"global"`), func(p float64) float64 { return p*5 + 25_000 }},
		"cached":          {body("claude-opus-4-6", `,"cache_control":{"type":"ephemeral"}`), func(p float64) float64 { return (p*10 + 25_000) * 1.1 }},
		"fast":            {body("claude-opus-5", `,"speed":"fast"`), func(p float64) float64 { return (p*5 + 25_000) * 2.2 }},
		"a tool":          {body("claude-opus-4-5", `,"tools":[{"name":"a","input_schema":{}},{"type":"bash_20250124","name":"bash"}]`), func(p float64) float64 { return p*5 + 25_000 }},
		"a short prompt":  {body("claude-haiku-5-5", ""), func(p float64) float64 { return (p*0.1 + 500) * 1.1 }},
		"a longer prompt": {strings.Replace(body("claude-haiku-5-5", ""), text, strings.Repeat(text, 25), 1), func(p float64) float64 { return (p*0.5 + 2500) * 1.1 }},
	} {
		got, err := Default().Worst(payload.New([]byte(c.body)), now)
		if want := rounded(c.want(float64(len(c.body) + addedTokens))); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", name, got, err, want)
		}
	}
}

func TestWorstCountsImages(t *testing.T) {
	const image = `{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}`
	body := `{"model":"claude-opus-4-5","max_tokens":0,"messages":[{"role":"user","content":[` + image +
		`,{"type":"tool_result","tool_use_id":"t","content":[` + image + `]}]}]}`
	got, err := Default().Worst(payload.New([]byte(body)), now)
	if want := rounded(5 * float64(len(body)+addedTokens+2*imageTokens)); err != nil || got != want {
		t.Errorf("%v %v, want %v", got, err, want)
	}
}

// TestWorstWithFallingPrices holds that the bound is of the dearest rate that
// the prompt may come to, not of the last.
func TestWorstWithFallingPrices(t *testing.T) {
	table := mustLoad(t, `models: {m: [{up_to: 4100, input: 10, output: 0}, {input: 1, output: 0}]}`)
	body := `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"` + strings.Repeat("a", 1000) + `"}]}`
	got, err := table.Worst(payload.New([]byte(body)), now)
	if want := 0.041; err != nil || got != want {
		t.Errorf("%v %v, want %v", got, err, want)
	}
}

func TestWorstIsAboveTheCost(t *testing.T) {
	body := `{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`
	worst, err := Default().Worst(payload.New([]byte(body)), now)
	if err != nil {
		t.Fatal(err)
	}
	cost, err := Default().Cost(Use{Model: "claude-opus-4-6", Usage: json.RawMessage(`{"input_tokens":10,"output_tokens":1024,"inference_geo":"us"}`), When: now})
	if err != nil || worst <= cost {
		t.Errorf("worst %v, cost %v %v", worst, cost, err)
	}
}

func TestWorstHasNoBound(t *testing.T) {
	const hello = `"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]`
	source := func(kind, source string) string {
		return `{"model":"claude-opus-4-6","max_tokens":1,"messages":[{"role":"user","content":[{"type":"` + kind + `","source":` + source + `}]}]}`
	}
	for body, want := range map[string]string{
		``:    "the request is not as the API has it",
		`"x"`: "the request is not as the API has it",
		`{"model":"claude-opus-4-6","messages":[]}`:                                          "the request has no max_tokens",
		`{"model":"claude-opus-4-6","max_tokens":-1,"messages":[]}`:                          "the request has no max_tokens",
		`{"model":"claude-opus-4-6","max_tokens":1}`:                                         "the request's messages are not as the API has them",
		`{"model":"claude-opus-9",` + hello + `}`:                                            `no price is known for the model "claude-opus-9"`,
		`{"model":"claude-opus-4-6","inference_geo":"eu",` + hello + `}`:                     `inference_geo "eu"`,
		`{"model":"claude-opus-4-6","mcp_servers":[],` + hello + `}`:                         "mcp_servers",
		`{"model":"claude-opus-4-6","fallbacks":[],` + hello + `}`:                           "another model",
		`{"model":"claude-opus-4-6","context_management":{},` + hello + `}`:                  "context_management",
		`{"model":"claude-opus-4-6","tools":[{"type":"web_search_20250305"}],` + hello + `}`: `what the tool "web_search_20250305" reads has no bound`,
		`{"model":"claude-opus-4-6","tools":5,` + hello + `}`:                                "tools are not as the API has them",
		source("image", `{"type":"url","url":"https://example.com/a.png"}`):                  `a source of type "url"`,
		source("document", `{"type":"file","file_id":"f"}`):                                  `a source of type "file"`,
		source("document", `{"type":"base64","media_type":"application/pdf","data":""}`):     "the pages of a PDF",
	} {
		got, err := Default().Worst(payload.New([]byte(body)), now)
		if got != 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v %v\nwant %s", body, got, err, want)
		}
	}
	partial := mustLoad(t, `models: {a: {input: 1}, b: {output: 1}, c: {input: 1, output: 1}, d: {up_to: 10, input: 1, output: 1}}`)
	for body, want := range map[string]string{
		`{"model":"a",` + hello + `}`:                    "no price is known for output with a",
		`{"model":"b",` + hello + `}`:                    "no price is known for input with b",
		`{"model":"c","cache_control":{},` + hello + `}`: "no price is known for cache_write_5m with c",
		`{"model":"d",` + hello + `}`:                    "no price is known for a prompt of",
	} {
		if _, err := partial.Worst(payload.New([]byte(body)), now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", body, err, want)
		}
	}
}

func BenchmarkWorst(b *testing.B) {
	body := payload.New([]byte(`{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Default().Worst(body, now); err != nil {
			b.Fatal(err)
		}
	}
}
