package prices

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// each is a usage object with some of each kind of token: 1,000 in, 100 out,
// 2,000 and 3,000 written to the cache, 10,000 read from it.
const each = `{"input_tokens":1000,"output_tokens":100,"cache_creation_input_tokens":5000,"cache_read_input_tokens":10000,
	"cache_creation":{"ephemeral_5m_input_tokens":2000,"ephemeral_1h_input_tokens":3000}}`

// TestEveryModel holds each model of the table against a sum made by hand,
// in millionths of dollars: in + out + written for 5 minutes + for 1 hour +
// read.
func TestEveryModel(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range []struct {
		model  string
		micros int
	}{
		{"claude-fable-5-2", 8_000 + 4_000 + 20_000 + 48_000 + 2_000},
		{"claude-fable-5-1", 10_000 + 5_000 + 25_000 + 60_000 + 2_500},
		{"claude-fable-5", 10_000 + 5_000 + 25_000 + 60_000 + 10_000},
		{"claude-mythos-5-2", 8_000 + 4_000 + 20_000 + 48_000 + 2_000},
		{"claude-mythos-5-1", 10_000 + 5_000 + 25_000 + 60_000 + 2_500},
		{"claude-mythos-5", 10_000 + 5_000 + 25_000 + 60_000 + 10_000},
		{"claude-opus-5-5", 4_000 + 2_000 + 10_000 + 24_000 + 2_000},
		{"claude-opus-5", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-opus-4-8", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-opus-4-7", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-opus-4-6", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-opus-4-5", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-opus-4-5-20251101", 5_000 + 2_500 + 12_500 + 30_000 + 5_000},
		{"claude-sonnet-5-5", 2_000 + 1_000 + 5_000 + 12_000 + 1_000},
		{"claude-sonnet-5", 2_000 + 1_000 + 5_000 + 12_000 + 2_000},
		{"claude-sonnet-4-6", 3_000 + 1_500 + 7_500 + 18_000 + 3_000},
		{"claude-sonnet-4-5", 3_000 + 1_500 + 7_500 + 18_000 + 3_000},
		{"claude-sonnet-4-5-20250929", 3_000 + 1_500 + 7_500 + 18_000 + 3_000},
		{"claude-haiku-5-5", 100 + 50 + 250 + 600 + 100},
		{"claude-haiku-4-5", 1_000 + 500 + 2_500 + 6_000 + 1_000},
		{"claude-haiku-4-5-20251001", 1_000 + 500 + 2_500 + 6_000 + 1_000},
	} {
		tested[c.model] = true
		got, err := Default().Cost(Use{Model: c.model, Usage: json.RawMessage(each), StopReason: "end_turn", When: now})
		if want := float64(c.micros) / 1e6; err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", c.model, got, err, want)
		}
	}
	for model := range Default().models {
		if !tested[model] {
			t.Errorf("%s is in the table and not in this test", model)
		}
	}
}

func TestCost(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, c := range map[string]struct {
		use   Use
		usage string
		want  float64
	}{
		"the guide's first answer": {
			// 12 × $5 + 6 × $25 per million
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6}`, 0.00021},
		"nulls are nothing": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"cache_creation":null,"cache_read_input_tokens":null,
			 "cache_creation_input_tokens":null,"server_tool_use":null,"service_tier":null,"inference_geo":null}`, 0.00021},
		"thinking is part of the output": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"output_tokens_details":{"thinking_tokens":4}}`, 0.00021},
		"no output": {
			Use{Model: "claude-opus-4-6", StopReason: "end_turn"}, `{"input_tokens":12,"output_tokens":0}`, 0.00006},
		"a short prompt": {
			// 100,000 × $0.10 + 100 × $0.50
			Use{Model: "claude-haiku-5-5"}, `{"input_tokens":100000,"output_tokens":100}`, 0.01005},
		"a long prompt": {
			// 100,001 × $0.50 + 100 × $2.50: all of it at the dearer price
			Use{Model: "claude-haiku-5-5"}, `{"input_tokens":100001,"output_tokens":100}`, 0.0502505},
		"a prompt that the cache makes long": {
			// 1 × $0.50 + 100 × $2.50 + 40,000 × $1 + 60,000 × $0.05
			Use{Model: "claude-haiku-5-5"}, `{"input_tokens":1,"output_tokens":100,"cache_read_input_tokens":60000,
			 "cache_creation":{"ephemeral_1h_input_tokens":40000}}`, 0.0432505},
		"before a price changed": {
			// 1,000,000 × $0.20, one second before midnight UTC
			Use{Model: "claude-sonnet-5-5", When: day("2026-10-07T01:59:59+02:00")},
			`{"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000}`, 0.20},
		"after a price changed": {
			Use{Model: "claude-sonnet-5-5", When: day("2026-10-07T02:00:00+02:00")},
			`{"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000}`, 0.10},
		"at no time": {
			Use{Model: "claude-sonnet-5-5"}, `{"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000}`, 0.10},
		"in the US": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"inference_geo":"us"}`, 0.000231},
		"anywhere": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"inference_geo":"global","service_tier":"standard","speed":"standard"}`, 0.00021},
		"where there is no choice": {
			Use{Model: "claude-opus-4-5"}, `{"input_tokens":12,"output_tokens":6,"inference_geo":"not_available"}`, 0.00021},
		"names are exact": {
			use:   Use{Model: "claude-opus-4-6", When: now},
			usage: `{"input_tokens":1000000,"output_tokens":0,"INPUT_TOKENS":1,"Speed":"fast"}`,
			want:  5,
		},
		"in a batch": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"service_tier":"batch"}`, 0.000105},
		"in a batch with a cache, in the US": {
			// 0.055 × 0.5 × 1.1
			Use{Model: "claude-opus-4-6"}, strings.TrimSuffix(each, "}") + `,"inference_geo":"us","service_tier":"batch"}`, 0.03025},
		"fast": {
			Use{Model: "claude-opus-5-5"}, `{"input_tokens":1000,"output_tokens":100,"speed":"fast"}`, 0.012},
		"web searches": {
			// 0.00021 + 3 × $0.01; a page that was fetched is only its tokens
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"server_tool_use":{"web_search_requests":3,"web_fetch_requests":2}}`, 0.03021},
		"web searches in a batch, in the US": {
			// 0.00021 × 0.5 × 1.1 + $0.01
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"inference_geo":"us","service_tier":"batch","server_tool_use":{"web_search_requests":1}}`, 0.0101155},
		"one message sampled": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"iterations":[{"type":"message","input_tokens":12,"output_tokens":6}]}`, 0.00021},
		// The documentation's own example: what was declined before any output is
		// not billed. 412 × $5 + 264 × $25, by the million.
		"a fallback": {
			Use{Model: "claude-opus-4-8", StopReason: "end_turn"}, `{"input_tokens":412,"output_tokens":264,"iterations":[
			{"type":"message","model":"claude-fable-5","input_tokens":535,"output_tokens":0},
			{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":412,"output_tokens":264}]}`, 0.00866},
		"a fallback on the way": { // and 535 × $10 + 20 × $50
			Use{Model: "claude-opus-4-8", StopReason: "end_turn"}, `{"input_tokens":412,"output_tokens":264,"iterations":[
			{"type":"message","model":"claude-fable-5","input_tokens":535,"output_tokens":20},
			{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":412,"output_tokens":264}]}`, 0.01501},
		"all declined": {
			Use{Model: "claude-opus-4-8", StopReason: "refusal"}, `{"input_tokens":412,"output_tokens":0,"iterations":[
			{"type":"message","model":"claude-fable-5","input_tokens":535,"output_tokens":0},
			{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":412,"output_tokens":0}]}`, 0},
		"sticky, straight to the fallback": {
			Use{Model: "claude-opus-4-8", StopReason: "end_turn"}, `{"input_tokens":12,"output_tokens":6,"iterations":[{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":12,"output_tokens":6}]}`, 0.00021},
		"compaction": { // 12 × $5 + 6 × $25, and 100 × $5 + 40 × $25
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"iterations":[{"type":"compaction","input_tokens":100,"output_tokens":40},{"type":"message","input_tokens":12,"output_tokens":6}]}`, 0.00171},
		"an advisor with a cache": { // 12 × $1 + 6 × $5, and 1000 × $5 + 100 × $25 + 2000 × $0.50 + 10 × $6.25
			Use{Model: "claude-haiku-4-5"}, `{"input_tokens":12,"output_tokens":6,"iterations":[{"type":"message","model":"claude-haiku-4-5","input_tokens":12,"output_tokens":6},
			{"type":"advisor_message","model":"claude-opus-5","input_tokens":1000,"output_tokens":100,"cache_read_input_tokens":2000,"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":10}}]}`, 0.0086045},
		"a credit that was not applied": {
			Use{Model: "claude-opus-4-6"}, `{"input_tokens":12,"output_tokens":6,"cache_creation":{"ephemeral_5m_input_tokens":0},"fallback_credit":{"status":{"type":"not_applied"}}}`, 0.00021},
		"refused": {
			Use{Model: "claude-opus-4-6", StopReason: "refusal"}, `{"input_tokens":12,"output_tokens":0}`, 0},
		"refused on the way": {
			Use{Model: "claude-opus-4-6", StopReason: "refusal"}, `{"input_tokens":12,"output_tokens":6}`, 0.00021},
	} {
		t.Run(name, func(t *testing.T) {
			c.use.Usage = json.RawMessage(c.usage)
			got, err := Default().Cost(c.use)
			if err != nil || got != c.want {
				t.Errorf("%v %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestCostIsUnknown(t *testing.T) {
	const used = `"input_tokens":12,"output_tokens":6`
	partial, err := Load("p.yaml", strings.NewReader(`models: {m: {from: 2026-11-01, up_to: 10, input: 1}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		model, usage, want string
	}{
		{"gpt-oss", `{` + used + `}`, `no price is known for the model "gpt-oss"`},
		{"", `{` + used + `}`, `no price is known for the model ""`},
		{"anthropic/claude-opus-4-6", `{` + used + `}`, `no price is known`},
		{"claude-opus-4-6@20260205", `{` + used + `}`, `Vertex AI adds 10 %`},
		{"claude-opus-4", `{` + used + `}`, `no price is known`},
		{"claude-opus-4-20250514", `{` + used + `}`, `no price is known`},
		{"claude-opus-4-6-latest", `{` + used + `}`, `no price is known`},
		{"claude-opus-4-60", `{` + used + `}`, `no price is known`},
		{strings.Repeat("x", 1000), `{` + used + `}`, `xxx…"`},

		{"claude-opus-4-6", ``, `the answer has no usage`},
		{"claude-opus-4-6", `null`, `the answer has no usage`},
		{"claude-opus-4-6", `{}`, `the answer's usage has no input_tokens`},
		{"claude-opus-4-6", `{"Input_Tokens":12,"output_tokens":6}`, `the answer's usage has no input_tokens`},
		{"claude-opus-4-6", `{"input_tokens":12}`, `the answer's usage has no output_tokens`},
		{"claude-opus-4-6", `{"input_tokens":null,"output_tokens":6}`, `the answer's usage has no input_tokens`},
		{"claude-opus-4-6", `{"input_tokens":"12","output_tokens":6}`, `not as the API has it`},
		{"claude-opus-4-6", `[12, 6]`, `not as the API has it`},
		{"claude-opus-4-6", `{"input_tokens":12,`, `not as the API has it`},
		{"claude-opus-4-6", `{"input_tokens":-12,"output_tokens":6}`, `counts -12 tokens`},
		{"claude-opus-4-6", `{"input_tokens":12,"output_tokens":6.5}`, `counts 6.5 tokens`},
		{"claude-opus-4-6", `{"input_tokens":1e300,"output_tokens":6}`, `counts 1e+300 tokens`},

		{"claude-opus-4-6", `{` + used + `,"cache_creation_input_tokens":100}`, `has 100 tokens written to the cache, and says for 0 how long they are kept`},
		{"claude-opus-4-6", `{` + used + `,"cache_creation":{"ephemeral_5m_input_tokens":-1}}`, `counts -1 ephemeral_5m_input_tokens`},
		{"claude-opus-4-6", `{` + used + `,"cache_creation":{"ephemeral_24h_input_tokens":5}}`, `counts 5 ephemeral_24h_input_tokens`},
		{"claude-opus-4-6", `{` + used + `,"server_tool_use":{"code_execution_requests":1}}`, `counts 1 code_execution_requests`},
		{"claude-opus-4-6", `{` + used + `,"server_tool_use":{"web_search_requests":-1}}`, `counts -1 web_search_requests`},
		{"claude-opus-4-6", `{` + used + `,"iterations":[{"type":"message","model":"gpt-oss","input_tokens":1,"output_tokens":1}]}`, `no price is known for the model "gpt-oss"`},
		{"claude-opus-4-6", `{` + used + `,"iterations":[{"type":"compaction"},{"type":"message"}]}`, `an iteration of type compaction: the answer's usage has no input_tokens`},
		{"claude-opus-4-6", `{` + used + `,"iterations":[{"type":"dream","input_tokens":1,"output_tokens":1}]}`, `an iteration of type "dream", whose price is not known`},
		{"claude-opus-4-6", `{` + used + `,"iterations":[{"type":"advisor_message","model":"gpt-oss","input_tokens":1,"output_tokens":1}]}`, `no price is known for the model "gpt-oss"`},
		{"claude-opus-4-6", `{` + used + `,"iterations":[{"type":"compaction","input_tokens":1,"output_tokens":1},{"type":"fallback_message","model":"claude-opus-5","input_tokens":1,"output_tokens":1}]}`, `does not name which of several models`},
		{"claude-opus-5-5", `{` + used + `,"speed":"fast","iterations":[{"type":"fallback_message","model":"claude-opus-5","input_tokens":1,"output_tokens":1}]}`, `at which speed each of several models answered`},
		{"claude-opus-4-6", `{` + used + `,"cache_creation":{"ephemeral_5m_input_tokens":5},"fallback_credit":{"status":{"type":"redeemed"}}}`, `a fallback_credit, which changes the price`},
		{"claude-opus-4-6", `{` + used + `,"service_tier":"priority"}`, `no price is known for service_tier "priority" with claude-opus-4-6`},
		{"claude-opus-4-6", `{` + used + `,"inference_geo":"eu"}`, `no price is known for inference_geo "eu" with claude-opus-4-6`},
		{"claude-opus-4-5", `{` + used + `,"inference_geo":"us"}`, `no price is known for inference_geo "us" with claude-opus-4-5`},
		{"claude-opus-4-6", `{` + used + `,"speed":"fast"}`, `no price is known for speed "fast" with claude-opus-4-6`},

		{"m", `{` + used + `}`, `no price is known for a prompt of 12 tokens with m`},
		{"m", `{"input_tokens":1,"output_tokens":6}`, `no price is known for output with m`},
		{"m", `{"input_tokens":1,"output_tokens":0,"service_tier":"batch"}`, `service_tier "batch" with m`},
		{"m", `{"input_tokens":1,"output_tokens":0,"cache_read_input_tokens":1}`, `no price is known for cache_read with m`},
	} {
		got, err := partial.Cost(Use{Model: c.model, Usage: json.RawMessage(c.usage), When: now})
		if got != 0 || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s:\n %v %v\n want %s", c.model, c.usage, got, err, c.want)
		}
	}
	_, err = partial.Cost(Use{Model: "m", Usage: json.RawMessage(`{"input_tokens":1,"output_tokens":0}`), When: now.AddDate(0, -1, 0)})
	if err == nil || err.Error() != "no price is known for answers of 2026-10-22 with m" {
		t.Errorf("before the first price: %v", err)
	}
}

func TestKnown(t *testing.T) {
	for model, want := range map[string]bool{
		"claude-opus-4-6":                    true,
		"claude-haiku-4-5-20251001":          true,
		"claude-haiku-4-5-20259901":          false,
		"claude-haiku-4-5-latest":            false,
		"us.anthropic.claude-haiku-4-5-v1:0": true,
		"anthropic.claude-haiku-4-5-v1:0":    true,
		"claude-haiku-4-5-20251001-20251001": false,
		"20251001":                           false,
		"-20251001":                          false,
		"":                                   false,
	} {
		if got := Default().Known(model, now); got != want {
			t.Errorf("%q: %t, want %t", model, got, want)
		}
	}
	table := mustLoad(t, "models: {m: {from: 2026-11-22, input: 1, output: 1}}")
	for when, want := range map[time.Time]bool{now: true, {}: true, now.AddDate(0, 0, -1): false} {
		if got := table.Known("m", when); got != want {
			t.Errorf("at %v: %t, want %t", when, got, want)
		}
	}
}

// FuzzCost holds that no usage object makes a cost that is no amount.
func FuzzCost(f *testing.F) {
	f.Add("claude-haiku-5-5", each)
	f.Add("claude-opus-4-6-20260205", `{"input_tokens":12,"output_tokens":6,"server_tool_use":{"web_search_requests":3}}`)
	f.Fuzz(func(t *testing.T, model, usage string) {
		usd, err := Default().Cost(Use{Model: model, Usage: json.RawMessage(usage), When: now})
		if !(usd >= 0 && usd < 1e12) || err != nil && usd != 0 {
			t.Errorf("%v %v", usd, err)
		}
	})
}

func BenchmarkCost(b *testing.B) {
	for name, c := range map[string]struct{ model, usage string }{
		"plain":        {"claude-opus-4-6", `{"input_tokens":12,"output_tokens":6}`},
		"dated, cache": {"claude-haiku-4-5-20251001", each},
	} {
		b.Run(name, func(b *testing.B) {
			use := Use{Model: c.model, Usage: json.RawMessage(c.usage), When: now}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Default().Cost(use); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
