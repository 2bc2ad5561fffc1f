package prices

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// worst is the bound of a body of a model by a table.
func worst(table *Table, model, body string) (float64, error) {
	req := table.Request(model, payload.New([]byte(body)))
	return table.Worst(model, &req, now)
}

func TestWorst(t *testing.T) {
	text := strings.Repeat("ant ", 1000)
	body := func(model, more string) string {
		return fmt.Sprintf(`{"model":%q,"max_tokens":1000,"messages":[{"role":"user","content":%q}]%s}`, model, text, more)
	}
	const around = 30 // bytes of the turn around its text, and of the list
	tokens := float64(len(text) + around)
	// Each sum: the tokens of the prompt × the price + 1,000 × the price of
	// output, × 1.1 where the model can be asked in the US.
	for name, c := range map[string]struct {
		model, more string
		adds        float64 // to the bytes of the messages
		want        func(prompt float64) float64
	}{
		"plain":   {"claude-opus-4-6", "", 32, func(p float64) float64 { return (p*5 + 25_000) * 1.1 }},
		"no US":   {"claude-opus-4-5", "", 32, func(p float64) float64 { return p*5 + 25_000 }},
		"global":  {"claude-opus-4-6", `,"inference_geo":"global"`, 32, func(p float64) float64 { return p*5 + 25_000 }},
		"cached":  {"claude-opus-4-6", `,"cache_control":{"type":"ephemeral"}`, 32, func(p float64) float64 { return (p*6.25 + 25_000) * 1.1 }},
		"an hour": {"claude-opus-4-6", `,"cache_control":{"type":"ephemeral","ttl":"1h"}`, 32, func(p float64) float64 { return (p*10 + 25_000) * 1.1 }},
		"fast":    {"claude-opus-5", `,"speed":"fast"`, 32, func(p float64) float64 { return (p*5 + 25_000) * 2.2 }},
		"thought": {"claude-opus-4-5", `,"thinking":{"type":"enabled","budget_tokens":900}`, 132, func(p float64) float64 { return p*5 + 25_000 }},
		"a format": {"claude-opus-4-5", `,"output_config":{"format":{"type":"json_schema","schema":{}}}`, 32 + 2000 + 2*45,
			func(p float64) float64 { return p*5 + 25_000 }},
		// 35 and 38 bytes, twice; 400 for bash, 589 for the instruction.
		"tools": {"claude-opus-4-5", `,"tools":[{"name":"a","input_schema":{"a":1}},{"type":"bash_20250124","name":"bash"}]`, 32 + 2*(35+38) + 400 + 589,
			func(p float64) float64 { return p*5 + 25_000 }},
		"free members": {"claude-opus-4-5", `,"metadata":{"user_id":"u"},"stop_sequences":["a"],"temperature":0,"service_tier":"auto","thread":null`, 32,
			func(p float64) float64 { return p*5 + 25_000 }},
		"a short prompt": {"claude-haiku-5-5", "", 32, func(p float64) float64 { return (p*0.1 + 500) * 1.1 }},
	} {
		got, err := worst(Default(), c.model, body(c.model, c.more))
		if want := rounded(c.want(tokens + c.adds)); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", name, got, err, want)
		}
	}
	long := strings.Repeat(text, 25)
	got, err := worst(Default(), "claude-haiku-5-5", fmt.Sprintf(`{"model":"claude-haiku-5-5","max_tokens":1000,"messages":[{"role":"user","content":%q}]}`, long))
	if want := rounded((float64(len(long)+around+32)*0.5 + 2500) * 1.1); err != nil || got != want {
		t.Errorf("a longer prompt: %v %v, want %v", got, err, want)
	}
}

// TestWorstWithFallingPrices holds that the bound is of the dearest rate that
// the prompt may come to, not of the last.
func TestWorstWithFallingPrices(t *testing.T) {
	table := mustLoad(t, `models: {m: [{up_to: 1000, input: 10, output: 0}, {input: 1, output: 0}]}`)
	body := `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"` + strings.Repeat("a", 1000) + `"}]}`
	got, err := worst(table, "m", body)
	if want := 0.01; err != nil || got != want {
		t.Errorf("%v %v, want %v", got, err, want)
	}
}

func TestWorstIsAboveTheCost(t *testing.T) {
	body := `{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`
	worst, err := worst(Default(), "claude-opus-4-6", body)
	if err != nil {
		t.Fatal(err)
	}
	cost, err := Default().Cost(Use{Model: "claude-opus-4-6", Usage: json.RawMessage(`{"input_tokens":12,"output_tokens":1024,"inference_geo":"us"}`), When: now})
	if err != nil || worst <= cost || worst > cost*1.05 {
		t.Errorf("worst %v, cost %v %v; want a little more", worst, cost, err)
	}
}

func TestWorstHasNoBound(t *testing.T) {
	const hello = `"model":"claude-opus-4-6","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]`
	source := func(kind, source string) string {
		return `{"model":"claude-opus-4-6","max_tokens":1,"messages":[{"role":"user","content":[{"type":"` + kind + `","source":` + source + `}]}]}`
	}
	// The name that --assume-free takes, and a part of the reason.
	for body, want := range map[string][2]string{
		`{` + hello + `,"mcp_servers":[]}`:                                               {"mcp_servers", "MCP servers"},
		`{` + hello + `,"fallbacks":"default"}`:                                          {"fallbacks", "another model may answer"},
		`{` + hello + `,"context_management":{}}`:                                        {"context_management", "summary"},
		`{` + hello + `,"thread":{"type":"continue"}}`:                                   {"thread", "what was said before"},
		`{` + hello + `,"container":{"skills":[]}}`:                                      {"container", "skills"},
		`{` + hello + `,"compaction":{}}`:                                                {"compaction", "summary"},
		`{` + hello + `,"billing_policy":"x"}`:                                           {"billing_policy", "prices"},
		`{` + hello + `,"service_tier":"priority"}`:                                      {"service_tier", "list price"},
		`{` + hello + `,"brand_new":1}`:                                                  {"brand_new", "does not know"},
		`{` + hello + `,"MAX_TOKENS":1}`:                                                 {"MAX_TOKENS", "does not know"},
		`{` + hello + `,"max\u005ftokens":1}`:                                            {`max\u005ftokens`, "does not know"},
		`{` + hello + `,"tools":[{"type":"web_search_20250305"}]}`:                       {"web_search_20250305", "as often as the model likes"},
		source("image", `{"type":"url","url":"https://example.com/a.png"}`):              {"url", "on the server"},
		source("document", `{"type":"file","file_id":"f"}`):                              {"file", "on the server"},
		source("document", `{"type":"base64","media_type":"application/pdf","data":""}`): {"base64", "neither an image nor a PDF"},
		source("document", `{"type":"base64","data":"`+aPDF+`"}`):                        {"pdf", "pages of a PDF"},
		`{"model":"claude-opus-4-6","max_tokens":1,"messages":[{"role":"user","content":[{"type":"web_search_tool_result","content":[{"encrypted_content":"x"}]}]}]}`: {"encrypted_content", "only the server"},
	} {
		got, err := worst(Default(), "claude-opus-4-6", body)
		var open *Unbounded
		if got != 0 || !errors.As(err, &open) || open.Name != want[0] || !strings.Contains(open.Why, want[1]) {
			t.Errorf("%s:\n got %v %v\nwant %s", body, got, err, want)
			continue
		}
		if got, err := worst(Default().Assuming(open.Name), "claude-opus-4-6", body); err != nil || got <= 0 {
			t.Errorf("%s with %s assumed to be free: %v %v", body, open.Name, got, err)
		}
	}
}

// aPDF has two pages.
var aPDF = base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n<< /Type /Page >><< /Type /Page >>"))

func TestWorstIsNotKnown(t *testing.T) {
	const hello = `"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]`
	partial := mustLoad(t, `models: {claude-opus-4-6: {input: 5, output: 25}, a: {input: 1}, b: {output: 1}, c: {input: 1, output: 1}, d: {up_to: 10, input: 1, output: 1}}`)
	for body, want := range map[string]string{
		``:                               "the request is not as the API has it",
		`"x"`:                            "the request is not as the API has it",
		`{`:                              "the request is not as the API has it",
		`{"model":"c",` + hello + `} {}`: "the request is not as the API has it",
		`{"model":"c",` + hello + `,"max_tokens":1}`:       "the request is not as the API has it",
		`{"model":"c","messages":[]}`:                      "the request has no max_tokens",
		`{"model":"c","max_tokens":-1,"messages":[]}`:      "the request has no max_tokens",
		`{"model":"c","max_tokens":1.5,"messages":[]}`:     "the request has no max_tokens",
		`{"model":"c","max_tokens":"1","messages":[]}`:     "the request has no max_tokens",
		`{"model":"e",` + hello + `}`:                      `no price is known for the model "e"`,
		`{"model":"c","inference_geo":"eu",` + hello + `}`: `inference_geo "eu"`,
		`{"model":"a",` + hello + `}`:                      "no price is known for output with a",
		`{"model":"b",` + hello + `}`:                      "no price is known for input with b",
		`{"model":"c","cache_control":{},` + hello + `}`:   "no price is known for cache_write_5m with c",
		`{"model":"d",` + hello + `}`:                      "no price is known for a prompt of",
	} {
		model := "c"
		if _, rest, ok := strings.Cut(body, `"model":"`); ok {
			model, _, _ = strings.Cut(rest, `"`)
		}
		if got, err := worst(partial, model, body); got != 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v %v\nwant %s", body, got, err, want)
		}
	}
	if _, err := worst(partial, "c", `{"model":"a",`+hello+`}`); err == nil || !strings.Contains(err.Error(), `model is "a", expected "c"`) {
		t.Errorf("another model: %v", err)
	}
}

func BenchmarkWorst(b *testing.B) {
	body := payload.New([]byte(`{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`))
	b.ReportAllocs()
	for b.Loop() {
		req := Default().Request("claude-opus-4-6", body)
		if _, err := Default().Worst("claude-opus-4-6", &req, now); err != nil {
			b.Fatal(err)
		}
	}
}
