package migrate

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// header is the In of a change of the anthropic-beta header.
const header = -1

// betas drops those that are not needed any more.
func (w *work) betas() {
	defer w.safely()()
	for i := 0; i < len(w.Betas); i++ {
		name := w.Betas[i]
		if w.known.Betas[name] != "" {
			w.Betas = slices.Delete(w.Betas, i, i+1)
			w.add(Change{Op: "remove", Path: fmt.Sprintf("/anthropic-beta/%d", i), Reason: name + " is " + w.known.Betas[name], Source: sourceSDK, Old: text(name)}).In = header
			i--
		}
	}
}

// safely marks the changes until the function that it gives is called as safe.
func (w *work) safely() func() {
	w.safe = true
	return func() { w.safe = false }
}

// needBeta asks for a beta where none of its family is asked for.
func (w *work) needBeta(family, reason string) {
	if slices.ContainsFunc(w.Betas, func(name string) bool { return models.BetaFamily(name) == family }) {
		return
	}
	name := w.known.Beta(family)
	w.Betas = append(w.Betas, name)
	w.add(Change{Op: "add", Path: "/anthropic-beta/-", Value: text(name), Reason: reason, Source: sourceSDK}).In = header
}

// renamed brings members that have another name now to it.
func (w *work) renamed() {
	defer w.safely()()
	format, ok := w.Body.Member("output_format")
	if !ok {
		return
	}
	const reason = "output_format is deprecated: it is output_config.format"
	switch config := w.get("output_config"); {
	case config == nil:
		w.put(w.Body, "", "output_config", object("format", format.Value), "output_format", reason, sourceFormat)
	case config.Get("format") == nil:
		w.put(config, "/output_config", "format", format.Value, "", reason, sourceFormat)
	}
	w.remove(w.Body, "", "output_format", reason, sourceFormat)
}

// prefills puts words in the place of the beginning of an answer.
func (w *work) prefills() {
	for in, stage := range w.stages() {
		w.in = in
		if n := len(items(stage)); n > 0 && isPrefill(stage.Items[n-1]) {
			w.prefill(stage, n-1)
		}
	}
	w.in = 0
}

// isPrefill reports whether a last turn is one. A turn that ends in a server
// tool's use goes on by itself.
func isPrefill(turn *suite.Value) bool {
	content := turn.Get("content")
	if textOf(turn.Get("role")) != "assistant" || content == nil {
		return false
	}
	if n := len(content.Items); n > 0 {
		kind := textOf(content.Items[n-1].Get("type"))
		return kind == "text" || kind == "thinking" || kind == "redacted_thinking"
	}
	return true
}
