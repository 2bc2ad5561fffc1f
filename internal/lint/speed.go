package lint

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
	case a.model.Fast == "beta" && !a.asksFor("fast-mode"):
		r.message += " without its beta"
		r.hint = writeBeta("fast-mode")
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
