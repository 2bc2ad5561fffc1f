package tokens

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func request(model, messages string) payload.JSON {
	return payload.New(fmt.Appendf(nil, `{"model":%q,"max_tokens":1024,"messages":%s}`, model, messages))
}

// TestGuide holds the estimate to what the API's guide says that its examples
// used.
func TestGuide(t *testing.T) {
	for _, c := range []struct {
		model, messages string
		used            float64
	}{
		{"claude-opus-4-6", `[{"role":"user","content":"Hello, Claude"}]`, 12},
		{"claude-opus-4-6", `[{"role":"user","content":"Hello, Claude"},{"role":"assistant","content":"Hello!"},{"role":"user","content":"Can you describe LLMs to me?"}]`, 30},
		{"claude-haiku-4-5", `[{"role":"user","content":"What is latin for Ant? (A) Apoidea, (B) Rhopalocera, (C) Formicidae"},{"role":"assistant","content":"The answer is ("}]`, 42},
	} {
		got := NewEstimator().Request(c.model, request(c.model, c.messages))
		if got.Input.Low > c.used || got.Input.High < c.used || got.MaxTokens != 1024 {
			t.Errorf("%s: %+v, used %v", c.messages, got, c.used)
		}
	}
}

// TestText holds the estimate to the counts of the tokenizer that Anthropic
// has published, npm @anthropic-ai/tokenizer 0.0.4.
func TestText(t *testing.T) {
	for _, c := range []struct {
		name, text string
		count      float64
	}{
		{"English prose", "The ants that live in the old wall behind the garden have two queens, and nobody knows why. In spring they carry out what the winter left in their rooms; in summer they are hardly to be seen.", 43},
		{"English with numbers", "Order 4471-B of 12 March 2026: 3 boxes at $19.90, total $59.70 (VAT included), tracking id 9F2C-77AA-10.", 41},
		{"German", "Die Ameisen, die in der alten Mauer hinter dem Garten leben, haben zwei Königinnen, und niemand weiß warum. Im Frühling räumen sie ihre Kammern auf.", 50},
		{"French", "Les fourmis qui vivent dans le vieux mur derrière le jardin ont deux reines, et personne ne sait pourquoi. Au printemps, elles vident leurs chambres.", 47},
		{"Russian", "Муравьи, которые живут в старой стене за садом, имеют двух королев, и никто не знает почему.", 49},
		{"Chinese", "住在花园后面旧墙里的蚂蚁有两只蚁后，没有人知道为什么。春天它们会打扫自己的房间。", 50},
		{"Japanese", "庭の裏の古い壁に住むアリには女王が二匹いて、その理由は誰も知りません。春になると部屋を掃除します。", 56},
		{"Go", "func count(n int, noun string) string {\n\tif n == 1 {\n\t\treturn \"1 \" + noun\n\t}\n\treturn fmt.Sprintf(\"%d %ss\", n, noun)\n}\n", 48},
		{"JSON", `{"name":"get_weather","description":"Get the current weather in a given location","input_schema":{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]}}`, 40},
		{"Markdown", "## Exit codes\n\n| code | what |\n|---|---|\n| 0 | every case passed, or the gates of its suite did |\n| 1 | a case or a gate failed |\n| 2 | suites, flags or files are wrong; nothing was sent |\n", 57},
	} {
		text, err := json.Marshal(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := older.text(len(text) - 2); got.Low > c.count || got.High < c.count {
			t.Errorf("%s: %+v, counted %.0f", c.name, got, c.count)
		}
	}
}

func TestFamilies(t *testing.T) {
	for model, want := range map[string]*family{
		"claude-opus-4-6": &older, "claude-opus-4-5-20251101": &older, "claude-sonnet-4-6": &older, "claude-haiku-4-5": &older,
		"claude-3-5-haiku-20241022": &older, "claude-opus-4-20250514": &older, "us.anthropic.claude-sonnet-4-5-v1:0": &older,
		"anthropic/claude-opus-4.6": &older, "my-local-model": &older, "": &older,
		"claude-opus-4-7": &newer, "claude-opus-4-8": &newer, "anthropic/claude-opus-4.7": &newer, "claude-sonnet-5": &newer,
		"claude-haiku-5-5": &newer, "claude-opus-5-5": &newer, "claude-fable-5-1": &newer, "claude-nova-7": &newer,
	} {
		if familyOf(model) != want {
			t.Errorf("%s is in the other family", model)
		}
	}
}

// TestRequest holds what of a body counts, by the difference to one without.
func TestRequest(t *testing.T) {
	const hello = `"messages":[{"role":"user","content":"Hello, Claude"}]`
	plain := NewEstimator().Request("m", payload.New([]byte(`{`+hello+`}`)))
	for name, c := range map[string]struct {
		body string
		want func(Request) bool
	}{
		"text as a block": {`{"messages":[{"role":"user","content":[{"type":"text","text":"Hello, Claude","citations":[{"cited_text":"x y z"}]}]}]}`,
			func(r Request) bool { return r.Input == plain.Input }},
		"a member that is no part of the prompt": {`{"metadata":{"user_id":"some one else"},"stop_sequences":["a b c"],` + hello + `}`,
			func(r Request) bool { return cmp.Equal(r, plain) }},
		"a system prompt": {`{"system":"Be terse, please.",` + hello + `}`,
			func(r Request) bool { return r.Input.Likely > plain.Input.Likely+3 }},
		"tools": {`{"tools":[{"name":"f","input_schema":{"type":"object"}}],` + hello + `}`,
			func(r Request) bool { return r.Input.Low > 313 && r.Input.Likely > 497 && !r.More() }},
		"no tools": {`{"tools":[],` + hello + `}`, func(r Request) bool { return cmp.Equal(r, plain) }},
		"a tool of the client's with a type": {`{"tools":[{"name":"bash","type":"bash_20250124"}],` + hello + `}`,
			func(r Request) bool { return !r.More() }},
		"a tool on the server": {`{"tools":[{"name":"f","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"}],` + hello + `}`,
			func(r Request) bool { return r.More() }},
		"an MCP server": {`{"mcp_servers":[{}],` + hello + `}`, func(r Request) bool { return r.More() }},
		"null":          {`{"mcp_servers":null,"system":null,"tools":null,"output_config":null,` + hello + `}`, func(r Request) bool { return !r.More() }},
		"an image by URL": {`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]}]}`,
			func(r Request) bool { return r.Input.Unread == 1 }},
		"a document as text": {`{"messages":[{"role":"user","content":[{"type":"document","source":{"data":"Hello, Claude","type":"text"}}]}]}`,
			func(r Request) bool { return r.Input == plain.Input }},
		"a tool result": {`{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01","content":[{"type":"text","text":"Hello, Claude"}]}]}]}`,
			func(r Request) bool { return r.Input == plain.Input }},
		"a tool use": {`{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_01","name":"f","input":{"a":"Hello, Claude"}}]}]}`,
			func(r Request) bool { return r.Input.Likely > plain.Input.Likely }},
		"a search result's source": {`{"messages":[{"role":"user","content":[{"type":"search_result","source":"a","title":"b","content":[{"type":"text","text":"c"}]}]}]}`,
			func(r Request) bool { return r.Input.Likely > perRequest+perTurn+0.8 && r.Input.Unread == 0 }},
		"the cache": {`{"cache_control":{"type":"ephemeral"},` + hello + `}`, func(r Request) bool { return r.Cached && !r.CachedHour }},
		"the cache for an hour": {`{"cache_control":{"type":"ephemeral","ttl":"1h"},` + hello + `}`,
			func(r Request) bool { return r.Cached && r.CachedHour }},
		"the service":                   {`{"inference_geo":"us","speed":"fast","max_tokens":7,` + hello + `}`, func(r Request) bool { return r.InferenceGeo == "us" && r.Speed == "fast" && r.MaxTokens == 7 }},
		"max_tokens that are no number": {`{"max_tokens":"many",` + hello + `}`, func(r Request) bool { return r.MaxTokens == 0 }},
	} {
		if got := NewEstimator().Request("m", payload.New([]byte(c.body))); !c.want(got) {
			t.Errorf("%s: %+v; plain %+v", name, got, plain)
		}
	}
}

func TestTurns(t *testing.T) {
	one := NewEstimator().Turns("m", []payload.JSON{payload.New([]byte(`{"role":"user","content":"Hello, Claude"}`))})
	whole := NewEstimator().Request("m", payload.New([]byte(`{"messages":[{"role":"user","content":"Hello, Claude"}]}`)))
	if got := one.Input.Plus(exactly(perRequest)); got != whole.Input {
		t.Errorf("%+v, want %+v", got, whole.Input)
	}
}

// FuzzRequest holds that every body has an estimate, in order.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"model":"m","max_tokens":1,"system":"a\"b\u00e9\\","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"iVBORw0KGgo="}}]}]}`))
	f.Add([]byte(`{"tools":[{"type":"x","input":{"a":[1,2,{"b":null}]}}],"messages":[[[[`))
	f.Add([]byte(`{"messages":[{"content":[{"source":{"type":"base64","data":"JVBERi0xLjcKL1R5cGUgL1BhZ2Ug"}}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		req := NewEstimator().Request("claude-opus-5-5", payload.New(body))
		if !(req.Most >= 0) || json.Valid(body) && req.Most+1 < float64(len(body))-1e6 {
			t.Errorf("%+v", req)
		}
		got := req.Input
		if !(got.Low >= 0 && got.Low <= got.Likely && got.Likely <= got.High) {
			t.Errorf("%+v", got)
		}
	})
}

func BenchmarkRequest(b *testing.B) {
	body := request("claude-opus-4-6", `[{"role":"user","content":"What is the answer to question row17? Some text that is not very long but has its words, number 17."}]`)
	e := NewEstimator()
	b.SetBytes(body.Len())
	b.ReportAllocs()
	for b.Loop() {
		e.Request("claude-opus-4-6", body)
	}
}
