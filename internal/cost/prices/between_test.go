package prices

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/tokens"
)

func TestBetween(t *testing.T) {
	// 1,000 to 2,000 tokens in, at most 100 out.
	asked := func(change func(*tokens.Request)) *tokens.Request {
		r := &tokens.Request{Input: tokens.Estimate{Low: 1000, Likely: 1500, High: 2000}, MaxTokens: 100}
		change(r)
		return r
	}
	for name, c := range map[string]struct {
		model string
		req   *tokens.Request
		want  Range
	}{
		// 1,000 × $5; 2,000 × $5 + 100 × $25, per million
		"plain": {"claude-opus-4-6", asked(func(*tokens.Request) {}), Range{0.005, 0.0125}},
		// 1,000 × $0.50; 2,000 × $6.25 + 100 × $25
		"cached": {"claude-opus-4-6", asked(func(r *tokens.Request) { r.Cached = true }), Range{0.0005, 0.015}},
		// 1,000 × $0.50; 2,000 × $10 + 100 × $25
		"cached for an hour": {"claude-opus-4-6", asked(func(r *tokens.Request) { r.Cached, r.CachedHour = true, true }), Range{0.0005, 0.0225}},
		"in the US":          {"claude-opus-4-6", asked(func(r *tokens.Request) { r.InferenceGeo = "us" }), Range{0.0055, 0.01375}},
		"fast":               {"claude-opus-5", asked(func(r *tokens.Request) { r.Speed = "fast" }), Range{0.01, 0.025}},
		"fast, without it":   {"claude-opus-4-6", asked(func(r *tokens.Request) { r.Speed = "fast" }), Range{0.005, 0.0125}},
		"no output":          {"claude-haiku-4-5-20251001", asked(func(r *tokens.Request) { r.MaxTokens = 0 }), Range{0.001, 0.002}},
		// 1,000 × $0.10; 200,000 × $0.50 + 100 × $2.50: each at its own length
		"across a length": {"claude-haiku-5-5", asked(func(r *tokens.Request) { r.Input.High = 200_000 }), Range{0.0001, 0.10025}},
	} {
		if got, err := Default().between(c.model, c.req, now); err != nil || got != c.want {
			t.Errorf("%s: %v %v, want %v", name, got, err, c.want)
		}
	}
	partial := mustLoad(t, `models: {a: {input: 1}, b: {input: 1, output: 1}, c: {up_to: 1500, input: 1, output: 1}, d: {from: 2999-01-01, input: 1, output: 1}}`)
	for _, c := range []struct {
		model string
		req   *tokens.Request
		want  string
	}{
		{"x", asked(func(*tokens.Request) {}), `no price is known for the model "x"`},
		{"a", asked(func(*tokens.Request) {}), "no price is known for output with a"},
		{"b", asked(func(r *tokens.Request) { r.Cached = true }), "no price is known for cache_read with b"},
		{"b", asked(func(r *tokens.Request) { r.Speed = "fast" }), `no price is known for speed "fast" with b`},
		{"c", asked(func(*tokens.Request) {}), "no price is known for a prompt of 2000 tokens with c"},
		{"d", asked(func(*tokens.Request) {}), "no price is known for answers of 2026-11-22 with d"},
	} {
		if got, err := partial.between(c.model, c.req, now); got.High != 0 || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v %v, want %s", c.model, got, err, c.want)
		}
	}
}
