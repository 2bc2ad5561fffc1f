package migrate

import (
	"fmt"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// Request is what is to be asked of another model.
type Request struct {
	Body *suite.Value
	// Next are the turns that a conversation goes on with, a list for each later
	// request.
	Next []*suite.Value
	// Betas are those of the anthropic-beta header.
	Betas []string
}

// Options are what is known beside the request.
type Options struct {
	// Repeats says that answers are read with their prefill before them, so that
	// one without it must begin with it.
	Repeats bool
	// Schema is the JSON Schema of answers that a prefill opens as JSON; nil where
	// nobody knows it.
	Schema *suite.Value
	// Effort is the one that the request is to ask for; "" leaves it.
	Effort string
	// Loose leaves tools as they are that could be strict.
	Loose bool
	// Now decides which of the models that fallbacks lists have ended.
	Now time.Time
}

// Change is one operation on a body, of JSON Patch (RFC 6902).
type Change struct {
	// In is the request of the conversation that is changed, 0 for the first, and
	// -1 for the anthropic-beta header of all, which Path names with its index.
	In int
	// Op is add, remove or replace; Path is a JSON Pointer; Value is nil for
	// remove.
	Op, Path string
	Value    *suite.Value
	// Reason says why, Source where that is from.
	Reason, Source string
	// Meaning says that the request may mean something else: a person must read
	// it.
	Meaning bool

	// Key is the member that is removed or that the new one is put beside, Old
	// the value that is replaced, removed from a list, or added to: as they were
	// written.
	Key suite.Member
	Old *suite.Value
	// safe says that it changes nothing of what is asked.
	safe bool
	// Append is what Value has behind Old's text, in which Filled is a text that
	// From is filled in to.
	Append, Filled string
	From           *suite.Value
}

// Result is a request as the new model takes it, and how it came to be.
type Result struct {
	Request
	Changes []Change
	// Notes are what differs without a change.
	Notes []string
}

// To works out what must change so that a model takes a request.
func To(r Request, model string, opts Options) *Result {
	w := newWork(r, opts)
	w.id = model
	from := textOf(r.Body.Get("model"))
	w.old, w.new = w.known.Find(from), w.known.Find(model)
	if m, ok := w.Body.Member("model"); ok && m.Value.Text != model {
		w.replace(w.Body, "", "model", text(model), w.whyModel(from), sourceModels)
	}
	w.renamed()
	if w.new == nil {
		w.Notes = append(w.Notes, fmt.Sprintf("nothing is known of %s: only its name is changed", model))
		return &w.Result
	}
	if opts.Effort != "" {
		w.setEffort(opts.Effort, "messages", "asked for", sourceEffort)
	}
	for _, rule := range []func(*work){
		(*work).systemTurns, (*work).thinking, (*work).effort, (*work).sampling, (*work).toolChoice, (*work).prefills,
		(*work).tools, (*work).speed, (*work).fallbacks, (*work).maxTokens, (*work).boundThinking, (*work).betas,
	} {
		rule(w)
	}
	w.differences(from)
	return &w.Result
}

// Safe works out what can be changed in a request without asking what it then
// means: members and betas that are called otherwise now, and models that have
// ended or are deprecated, where their successor takes the request as it is.
func Safe(r Request, opts Options) *Result {
	from := textOf(r.Body.Get("model"))
	to := models.Known().SuccessorOf(from)
	if _, ends := models.Known().EndOf(from); ends && to != "" {
		moved := To(r, to, opts)
		meant := slices.ContainsFunc(moved.Changes, func(c Change) bool { return c.Path != "/model" && !c.safe })
		if !meant && len(moved.Notes) == 0 {
			return moved
		}
	}
	w := newWork(r, opts)
	w.renamed()
	w.fallbacks()
	w.betas()
	return &w.Result
}

// The sources of the facts of models.
const (
	sourceModels    = "about-claude/model-deprecations"
	sourceMigration = "about-claude/models/migration-guide"
	sourceThinking  = "build-with-claude/thinking"
	sourceEffort    = "build-with-claude/effort"
	sourceFormat    = "build-with-claude/structured-outputs"
	sourceStrict    = "agents-and-tools/tool-use/strict-tool-use"
	sourceFast      = "build-with-claude/fast-mode"
	sourceSDK       = "official Go SDK"
	sourceUsers     = "reports of users, with the API's own message"
)

// whyModel says what is known of the end of the model that was asked.
func (w *work) whyModel(from string) string {
	if l, ok := w.known.EndOf(from); ok && l.Retires != "" {
		if w.ended(l) {
			return from + " ended on " + l.Retires
		}
		return from + " ends on " + l.Retires
	}
	return "asked for"
}

// ended reports whether a model has.
func (w *work) ended(l models.Lifecycle) bool {
	return l.Retires != "" && !w.opts.Now.IsZero() && w.opts.Now.Format(time.DateOnly) > l.Retires
}

// differences notes what is otherwise with the new model where nothing in the
// request says it.
func (w *work) differences(from string) {
	if w.old == nil {
		return
	}
	if w.get("output_config", "effort") == nil && w.old.DefaultEffort != "" && w.new.DefaultEffort != w.old.DefaultEffort {
		w.Notes = append(w.Notes, fmt.Sprintf("without output_config.effort %s answers at %s, and %s at %s", from, w.old.DefaultEffort, w.id, w.new.DefaultEffort))
	}
	if w.new.Context != 0 && w.new.Context < w.old.Context {
		w.Notes = append(w.Notes, fmt.Sprintf("the context of %s is %.0f tokens, that of %s was %.0f", w.id, w.new.Context, from, w.old.Context))
	}
}
