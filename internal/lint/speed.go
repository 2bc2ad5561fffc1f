package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/models"
)

// The betas that members of a request need.
const (
	fastModeBeta  = "fast-mode-2026-02-01"
	fallbackBeta  = "server-side-fallback-2026-07-01"
	fallbackBeta6 = "server-side-fallback-2026-06-01"
)

// asksFor reports whether the request asks for one of some betas.
func (a *requestFacts) asksFor(betas ...string) bool {
	return slices.ContainsFunc(betas, func(b string) bool { return slices.Contains(a.of.Request.Betas, b) })
}

// speed reports that the model has no fast mode.
func (a *requestFacts) speed() []refusal {
	m, ok := a.body.Member("speed")
	if !ok || text(m.Value) != "fast" || a.model == nil || a.body.Get("messages") == nil {
		return nil
	}
	r := refusal{rule: refusedSpeed, what: "speed", at: m, message: a.modelName + " refuses the speed fast"}
	switch {
	case a.model.Fast == "refused":
		return []refusal{r}
	case a.model.Fast == "beta" && !a.asksFor(fastModeBeta):
		r.message += " without its beta"
		r.hint = "write `betas: [" + fastModeBeta + "]`"
		return []refusal{r}
	}
	return nil
}

// speedIgnored reports that the model has no fast mode, and says nothing.
func (a *requestFacts) speedIgnored() (refusal, bool) {
	m, ok := a.body.Member("speed")
	if !ok || text(m.Value) != "fast" || a.model == nil || a.model.Fast != "ignored" {
		return refusal{}, false
	}
	return refusal{rule: ignoredSpeed, at: m, message: a.modelName + " takes the speed fast and answers at its usual one, at the usual price"}, true
}

// fallbacks reports fallbacks without the beta that they need.
func (a *requestFacts) fallbacks() []refusal {
	m, ok := a.body.Member("fallbacks")
	if !ok || a.body.Get("messages") == nil {
		return nil
	}
	r := refusal{rule: refusedFallbacks, what: "fallbacks", at: m, hint: "write `betas: [" + fallbackBeta + "]`"}
	switch byDefault := text(m.Value) == "default"; {
	case a.asksFor(fallbackBeta), !byDefault && a.asksFor(fallbackBeta6):
		return nil
	case byDefault:
		r.message = "the API takes fallbacks: default only with the beta " + fallbackBeta
	default:
		r.message = "the API takes fallbacks only with a beta"
	}
	return []refusal{r}
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
				message: fmt.Sprintf("no beta %s is known; did you mean %s?", quote(name), quote(near)),
			})
		}
	}
	return out
}
