package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// ModelInfo is what an API reports of a model. It overrides the table of models.
// What it does not report is "", 0, nil or the zero time.
type ModelInfo struct {
	// Unknown says that the API knows no such model.
	Unknown bool
	// Lifecycle is active, deprecated or retired.
	Lifecycle string
	Retires   time.Time
	// MaxInput is the context, and MaxTokens the largest max_tokens, in tokens.
	MaxInput, MaxTokens float64
	// Images, PDFs and Formats say whether it takes those, and gives answers
	// in a format.
	Images, PDFs, Formats *bool
	// Effort and Thinking say which levels and types it takes.
	Effort, Thinking map[string]bool
}

// retiringDays is how many days ahead a retirement is reported.
const retiringDays = 90

// nowhere is the place of what was written in no file, as by --model.
type nowhere struct{}

func (nowhere) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return diagnostic.Diagnostic{Message: message, Hint: hint}
}

// modelPosition is where the request's model is written, or the other one that is
// looked at.
func (a *requestFacts) modelPosition() place {
	if a.namedAt != nil {
		return a.namedAt
	}
	m, ok := a.body.Member("model")
	if !ok || m.Diagnostic("", "").File == "" {
		return nowhere{}
	}
	return m
}

// end is when a model ends: by the API where that was asked, else by the table
// of models, which says the day and not the hour.
func (a *requestFacts) end(now time.Time) *ModelInfo {
	if a.info != nil {
		return a.info
	}
	known, ok := models.Known().EndOf(a.modelName)
	if !ok {
		return nil
	}
	out := &ModelInfo{Lifecycle: "deprecated"}
	day, err := time.Parse(time.DateOnly, known.Retires)
	if err != nil {
		return out
	}
	out.Retires = day
	if !now.IsZero() && !now.Before(day.AddDate(0, 0, 1)) {
		out.Lifecycle = "retired"
	}
	return out
}

// successor is the hint what to ask in a model's place.
func (a *requestFacts) successor() string {
	known, _ := models.Known().EndOf(a.modelName)
	if known.Successor == "" {
		return ""
	}
	hint := known.Successor + " is recommended in its place"
	if isAsked := a.namedAt == nil && a.body.Get("messages") != nil; isAsked {
		hint += "; `evalrun migrate` says what the suites need for it"
	}
	return hint
}

// lifecycle reports a model that the API does not know, or does not know any
// more.
func (a *requestFacts) lifecycle() []refusal {
	r := refusal{at: a.modelPosition(), what: "model", hint: a.successor()}
	switch t := a.end(a.now); {
	case t == nil:
		return nil
	case t.Unknown:
		r.rule, r.message = unknownModel, fmt.Sprintf("the API knows no model %q", a.modelName)
	case t.Lifecycle == "retired":
		r.rule, r.message = retiredModel, a.modelName+" is retired"+on(" since ", t.Retires)+": the API refuses every request"
		if a.namedAt != nil {
			r.message += " that names it"
		}
	default:
		return nil
	}
	return []refusal{r}
}

// endsOfOthers reports models that the body names beside the one that is asked,
// as fallbacks and the tool advisor do, and that are retired, will be, or are
// misspelt.
func (a *requestFacts) endsOfOthers() []refusal {
	var out []refusal
	for _, m := range a.otherModels() {
		of := *a
		of.modelName, of.namedAt, of.model, of.info = m.Value.Text, m, a.known.Find(m.Value.Text), nil
		out = slices.Concat(out, of.lifecycle(), of.retiring(), of.misspelt(a.known))
	}
	return out
}

// otherModels are the members of the body that name another model than the one
// that is asked.
func (a *requestFacts) otherModels() []suite.Member {
	var out []suite.Member
	var walk func(v *suite.Value)
	walk = func(v *suite.Value) {
		for _, item := range v.Items {
			walk(item)
		}
		for _, m := range v.Members {
			switch {
			case m.Key == "model" && m.Value.Kind == suite.String:
				out = append(out, m)
			case !slices.Contains([]string{"input_schema", "schema", "input", "metadata"}, m.Key):
				walk(m.Value)
			}
		}
	}
	for _, m := range a.body.Members {
		if !slices.Contains([]string{"model", "messages", "system", "metadata", "output_config"}, m.Key) {
			walk(m.Value)
		}
	}
	return out
}

// retiring reports a model that will be retired soon.
func (a *requestFacts) retiring() []refusal {
	t, now := a.end(a.now), a.now
	if t == nil || t.Lifecycle == "retired" || now.IsZero() {
		return nil
	}
	days := (t.Retires.Unix() - now.Unix() + 86_399) / 86_400 // a Duration ends after 292 years
	soon := !t.Retires.IsZero() && days <= retiringDays
	if t.Lifecycle != "deprecated" && !soon {
		return nil
	}
	message := a.modelName + " will be retired"
	switch {
	case t.Retires.IsZero():
		message += ": it is deprecated"
	case days == 0 && a.info == nil:
		message += on(" on ", t.Retires) + ", today"
	case days <= 0:
		message += on(" any day: it was to be on ", t.Retires)
	default:
		message += on(" on ", t.Retires) + fmt.Sprintf(", in %d days", days)
	}
	return []refusal{{rule: retiringModel, at: a.modelPosition(), message: message, hint: a.successor()}}
}

// on writes a day behind words; "" where it is not known.
func on(words string, day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return words + day.UTC().Format(time.DateOnly)
}

// capabilities reports what the model lacks by the API.
func (a *requestFacts) capabilities() []refusal {
	if a.info == nil {
		return nil
	}
	var out []refusal
	add := func(takes *bool, rule, what, message string, at place) {
		if refuses(takes) && at != nil {
			out = append(out, refusal{rule: rule, what: what, message: a.modelName + " " + message, at: at})
		}
	}
	add(a.info.Images, refusedImage, "image", "takes no images", a.media(isImage))
	add(a.info.PDFs, refusedPDF, "PDF", "takes no PDFs", a.media(isPDF))
	add(a.info.Formats, refusedFormat, "structured output", "has no structured output", a.format())
	return out
}

// media is the first block of a kind in the conversation; nil where there is
// none.
func (a *requestFacts) media(is func(*suite.Value) bool) place {
	for _, turn := range a.turns() {
		if block := blockIn(turn, is); block != nil {
			return block
		}
	}
	return nil
}

// blockIn finds a block in a content, also within another block's.
func blockIn(v *suite.Value, is func(*suite.Value) bool) *suite.Value {
	if v == nil {
		return nil
	}
	if v.Kind == suite.Map && is(v) {
		return v
	}
	parts := v.Items
	if v.Kind == suite.Map {
		parts = []*suite.Value{v.Get("content")}
	}
	for _, part := range parts {
		if found := blockIn(part, is); found != nil {
			return found
		}
	}
	return nil
}

func isImage(v *suite.Value) bool { return text(v.Get("type")) == "image" }

func isPDF(v *suite.Value) bool {
	source := v.Get("source")
	return text(v.Get("type")) == "document" &&
		(text(source.Get("media_type")) == "application/pdf" || text(source.Get("type")) == "url")
}

// format is where an answer in a format is asked for, nil where none is.
func (a *requestFacts) format() place {
	if m, ok := a.body.Get("output_config").Member("format"); ok {
		return m
	}
	if tools := a.body.Get("tools"); tools != nil {
		for _, tool := range tools.Items {
			if m, ok := tool.Member("strict"); ok && m.Value.Kind == suite.Bool && m.Value.Text == "true" {
				return m
			}
		}
	}
	return nil
}

// context reports a prompt that is longer than the model's context.
func (a *requestFacts) context() []refusal {
	if a.info == nil || a.info.MaxInput == 0 || a.tokens == nil {
		return nil
	}
	n := a.tokens(a.of)
	if n <= a.info.MaxInput {
		return nil
	}
	m, ok := a.body.Member("messages")
	if !ok {
		return nil // a judge's
	}
	return []refusal{{
		rule: refusedPrompt, what: "length of the prompt", at: m,
		message: fmt.Sprintf("the prompt has some %.0f tokens, and %s takes %.0f", n, a.modelName, a.info.MaxInput),
	}}
}

// withInfo is what is known of a model, which may be nil, overridden by info.
func withInfo(m *models.Model, t *ModelInfo) *models.Model {
	if t == nil {
		return m
	}
	out := new(models.Model)
	if m != nil {
		*out = *m
	}
	out.Thinking = taken(out.Thinking, t.Thinking, models.Known().ThinkingTypes)
	out.Effort = taken(out.Effort, t.Effort, models.Known().Efforts)
	out.MaxTokens = cmp.Or(t.MaxTokens, out.MaxTokens)
	return out
}

// taken are the values that a model takes: by the API where it reports them,
// else by the table.
func taken(known []string, info map[string]bool, order []string) []string {
	if info == nil {
		return known
	}
	names := slices.Concat(order, slices.Sorted(maps.Keys(info)))
	out := []string{}
	for _, name := range names {
		yes, isGiven := info[name]
		if !isGiven {
			yes = slices.Contains(known, name)
		}
		if yes && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// refuses reports whether it is known that something is not taken.
func refuses(takes *bool) bool { return takes != nil && !*takes }
