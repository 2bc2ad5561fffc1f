package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
)

// asksFor reports whether the request asks for one of some betas, by their
// names without the date.
func (a *requestFacts) asksFor(families ...string) bool {
	return a.body.Get("anthropic_beta") != nil || slices.ContainsFunc(a.of.Request.Betas, func(name string) bool {
		return slices.Contains(families, models.BetaFamily(name))
	})
}

// writeBeta is the hint to ask for a beta.
func writeBeta(family string) string {
	return "write `betas: [" + models.Known().Beta(family) + "]`"
}

// defaultFallbacks is the beta that takes fallbacks: default; an older one
// takes only a list.
const defaultFallbacks = "server-side-fallback-2026-07-01"

// betas reports what the API takes only with a beta.
func (a *requestFacts) betas() []refusal {
	if a.body.Get("messages") == nil {
		return nil // a judge's
	}
	var out []refusal
	add := func(name string, at place, families []string, what string) {
		if families != nil && a.lacks("betas") {
			out = append(out, a.lacking("betas", at, what+" needs a beta"))
		} else if families != nil && !a.asksFor(families...) {
			out = append(out, refusal{
				rule: missingBeta, what: name, at: at, hint: writeBeta(families[0]),
				message: "the API takes " + what + " only with a beta",
			})
		}
	}
	known := models.Known()
	for _, m := range a.body.Members {
		if a.lacks(m.Key) {
			continue // it is reported that the platform does not have it
		}
		add(m.Key, m, known.BetaOnly.Members[m.Key], m.Key)
		if m.Key == "fallbacks" && text(m.Value) == "default" && a.asksFor(models.BetaFamily(defaultFallbacks)) && !slices.Contains(a.of.Request.Betas, defaultFallbacks) {
			out = append(out, refusal{
				rule: missingBeta, what: m.Key, at: m, hint: writeBeta(models.BetaFamily(defaultFallbacks)),
				message: "the API takes fallbacks: default only with the beta " + defaultFallbacks,
			})
		}
	}
	for _, turn := range a.turns() {
		for _, m := range turn.Members {
			add(m.Key, m, known.BetaOnly.Turn[m.Key], m.Key+" in a turn")
		}
		for _, block := range elements(turn.Get("content")) {
			kind := text(block.Get("type"))
			if text(block.Get("tool").Get("type")) == "tool_definition" {
				add(kind, block, []string{"inline-tools"}, "the definition of a tool in a turn")
				continue
			}
			add(kind, block, known.BetaOnly.Blocks[kind], "the block "+kind)
		}
	}
	for _, in := range []struct {
		name   string
		needed map[string][]string
	}{{"thinking", known.BetaOnly.Thinking}, {"output_config", known.BetaOnly.OutputConfig}} {
		if held := a.body.Get(in.name); held != nil {
			for _, m := range held.Members {
				add(m.Key, m, in.needed[m.Key], in.name+"."+m.Key)
			}
		}
	}
	if m, ok := a.body.Get("thinking").Member("display"); ok && text(m.Value) == "updates" {
		add(m.Key, m, []string{"thinking-display-updates"}, "thinking.display: updates")
	}
	for _, tool := range toolsOf(a.of, a.body) {
		if kind := tool.Get("type"); kind != nil {
			add("tool", kind, known.BetaOnly.Tools[text(kind)], "the tool "+text(kind))
		}
	}
	return out
}

// maxBetaName bounds the name that is compared with those of betas, in bytes.
const maxBetaName = 64

// betasMisspelt reports names that are nearly those of other betas: a few
// letters beside the same date. The API refuses a beta that it does not know.
func (a *requestFacts) betasMisspelt(known *models.Table) []refusal {
	var out []refusal
	for _, name := range a.of.Request.Betas {
		if _, ok := known.Betas[name]; ok || len(name) > maxBetaName {
			continue
		}
		if near := nearestOf(slices.Sorted(maps.Keys(known.Betas)), name); near != "" {
			out = append(out, refusal{
				rule: misspeltBeta, at: a.of,
				message: fmt.Sprintf("no beta %s is known; did you mean %s?", diagnostic.Quote(name), diagnostic.Quote(near)),
			})
		}
	}
	return out
}
