package lint

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/suite"
)

// cacheTooSmall reports a prompt that is marked for the cache, and has fewer
// tokens than the model caches, however they are counted. In a conversation the
// prompt grows.
func (a *requestFacts) cacheTooSmall() (refusal, bool) {
	if a.model == nil || a.model.CacheFrom == 0 || a.of.Conversation.MayGoOn() || a.body.Get("messages") == nil {
		return refusal{}, false
	}
	marked := cacheControl(a.body)
	if marked == nil {
		return refusal{}, false
	}
	prompt := prices.Default().Request(a.modelName, a.of.Request.Body)
	if prompt.Most >= a.model.CacheFrom || len(prompt.Opens) > 0 {
		return refusal{}, false
	}
	return refusal{
		rule: smallCache, at: marked,
		message: fmt.Sprintf("%s caches prompts of %.0f tokens and more, and this one has fewer: cache_control does nothing", a.modelName, a.model.CacheFrom),
	}, true
}

// cacheControl is the first place that a value is marked for the cache at; nil
// where it is not.
func cacheControl(v *suite.Value) place {
	if v == nil {
		return nil
	}
	for _, item := range v.Items {
		if at := cacheControl(item); at != nil {
			return at
		}
	}
	for _, m := range v.Members {
		switch m.Key {
		case "input", "input_schema", "schema":
			continue // JSON of the user's own
		case "cache_control":
			if m.Value.Kind == suite.Map {
				return m
			}
		}
		if at := cacheControl(m.Value); at != nil {
			return at
		}
	}
	return nil
}
