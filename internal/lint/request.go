package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// requestFacts is the request of a case with what is known of its model.
type requestFacts struct {
	of                     *suite.Case
	body                   *suite.Value
	model                  *models.Model // nil where nothing is known of it
	known                  *models.Table
	platform               models.Platform // zero where the API itself is asked
	platformName           string
	version                models.Version
	versionName, modelName string
	// namedAt is where another model is named that is looked at in the place of
	// the one that is asked.
	namedAt place
	info    *ModelInfo // by the API, nil where it was not asked
	tokens  func(*suite.Case) float64
	now     time.Time // zero where days do not count
}

// refusal is something for which the API is known to refuse a request.
type refusal struct {
	rule string
	// what names it in a word or two, for a summary.
	what    string
	message string
	hint    string
	at      place
}

// refusals lists why the API would refuse the case's request. What is written
// in no way that the API takes is not looked at: the API says it better.
func (a *requestFacts) refusals() []refusal {
	if out := a.lifecycle(); out != nil {
		return out // it refuses everything
	}
	var out []refusal
	for _, rule := range []func(*requestFacts) []refusal{
		(*requestFacts).prefill, (*requestFacts).sampling, (*requestFacts).thinking, (*requestFacts).effort,
		(*requestFacts).toolChoice, (*requestFacts).maxTokens, (*requestFacts).systemTurns, (*requestFacts).tools, (*requestFacts).byVersion, (*requestFacts).speed, (*requestFacts).betas,
		(*requestFacts).fallbacks, (*requestFacts).byPlatform,
		(*requestFacts).capabilities, (*requestFacts).context,
	} {
		out = append(out, rule(a)...)
	}
	return out
}

// samplingFields are the sampling parameters.
var samplingFields = []string{"temperature", "top_p", "top_k"}

func (a *requestFacts) sampling() []refusal {
	temperature, hasTemperature := a.body.Member("temperature")
	_, hasTopP := a.body.Member("top_p")
	thinks := slices.Contains([]string{"enabled", "adaptive"}, a.thinkingType())
	var out []refusal
	switch {
	case a.model == nil || a.model.Sampling == "" || slices.Contains(a.version.RefusedFields, "temperature"):
		return nil
	case a.model.Sampling == "default":
		out = a.notDefault(a.modelName + " refuses %s")
	case thinks:
		out = a.notDefault("thinking cannot be had with %s")
	}
	// Where one of the two goes anyway, what they are together is no matter.
	leaves := func(r refusal) bool { return r.what == "temperature" || r.what == "top_p" }
	if hasTemperature && hasTopP && !slices.ContainsFunc(out, leaves) {
		out = append(out, refusal{
			rule: refusedSampling, what: "temperature with top_p", at: temperature,
			message: a.modelName + " refuses temperature and top_p together",
		})
	}
	return out
}

// notDefault refuses sampling parameters that change something.
func (a *requestFacts) notDefault(message string) []refusal {
	var out []refusal
	for _, name := range samplingFields {
		m, ok := a.body.Member(name)
		if !ok {
			continue
		}
		n, isNumber := number(m.Value)
		said := fmt.Sprintf(message, name)
		switch {
		case !isNumber, name == "temperature" && n == 1, name == "top_p" && n >= 0.95 && n <= 1:
			continue
		case name == "temperature":
			said += " other than 1"
		}
		out = append(out, refusal{rule: refusedSampling, what: name, message: said, at: m})
	}
	return out
}

// thinkingType is the type of thinking asked for, "" if none is.
func (a *requestFacts) thinkingType() string { return text(a.body.Get("thinking").Get("type")) }

func (a *requestFacts) thinking() []refusal {
	kind := a.thinkingType()
	if kind == "" {
		return nil
	}
	where := a.body.Get("thinking").Get("type")
	effort := text(a.body.Get("output_config").Get("effort"))
	switch m := a.model; {
	case m == nil:
	case m.Thinking != nil && !slices.Contains(m.Thinking, kind):
		return []refusal{{
			rule: refusedThinking, what: "thinking", at: where,
			message: fmt.Sprintf("%s refuses thinking of the type %s; it takes %s", a.modelName, kind, cmp.Or(diagnostic.Or(m.Thinking), "none")),
		}}
	case kind == "disabled" && m.RefusesDisabledAt(effort):
		return []refusal{{
			rule: refusedThinking, what: "thinking", at: where,
			message: fmt.Sprintf("%s refuses to think nothing at the effort %s; it does up to %s", a.modelName, effort, m.DisabledUpTo),
		}}
	}
	return a.budget(kind)
}

// minBudget is the least thinking.budget_tokens.
const minBudget = 1024

// budget holds a budget of thinking against the request's other fields.
func (a *requestFacts) budget(kind string) []refusal {
	at := a.body.Get("thinking").Get("budget_tokens")
	budget, ok := number(at)
	most, counted := number(a.body.Get("max_tokens"))
	r := refusal{rule: refusedThinking, what: "thinking", at: at}
	switch {
	case kind != "enabled" || !ok:
		return nil
	case budget < minBudget:
		r.message = fmt.Sprintf("budget_tokens is %s, and the API takes %d and more", at.Text, minBudget)
	case counted && most <= budget:
		r.message = fmt.Sprintf("budget_tokens is %s, and max_tokens, which it counts towards, is no more", at.Text)
	default:
		return nil
	}
	return []refusal{r}
}

// effort reports levels of effort that the model refuses, of the request and of
// its turns.
func (a *requestFacts) effort() []refusal {
	if a.model == nil || a.model.Effort == nil {
		return nil
	}
	var out []refusal
	for _, m := range append(a.members("output_config.effort"), a.members("messages.output_config.effort")...) {
		if m.Value.Kind != suite.String || slices.Contains(a.model.Effort, m.Value.Text) {
			continue
		}
		r := refusal{rule: refusedEffort, what: "effort", at: m}
		r.message = fmt.Sprintf("%s refuses the effort %s; it takes %s", a.modelName, m.Value.Text, diagnostic.Or(a.model.Effort))
		if len(a.model.Effort) == 0 {
			r.message = a.modelName + " refuses output_config.effort"
		}
		out = append(out, r)
	}
	return out
}

func (a *requestFacts) toolChoice() []refusal {
	choice, ok := a.body.Member("tool_choice")
	if !ok || a.body.Get("messages") == nil {
		return nil // or a judge's, whose tool comes later
	}
	kind := text(choice.Value.Get("type"))
	r := refusal{rule: refusedToolChoice, what: "tool_choice", at: choice}
	if own := choice.Value.Get("type"); own != nil {
		r.at = own
	}
	tools := toolsOf(a.of, a.body)
	forced := kind == "any" || kind == "tool"
	switch thinking := a.thinkingType(); {
	case len(tools) == 0 && !hasOtherTools(a.of, a.body):
		r.message = "the API refuses a tool_choice without tools"
	case forced && a.model != nil && refuses(a.model.ForcedToolChoice):
		r.message = fmt.Sprintf("%s refuses the tool_choice %s: it cannot be forced to use a tool", a.modelName, kind)
	case forced && thinking == "enabled":
		r.message = fmt.Sprintf("the API refuses the tool_choice %s with thinking of the type enabled", kind)
	case kind == "tool" && !hasTool(a.of, a.body, text(choice.Value.Get("name"))):
		r.message = fmt.Sprintf("the request has no tool %s, which tool_choice names", diagnostic.Quote(text(choice.Value.Get("name"))))
	default:
		return nil
	}
	return []refusal{r}
}

func (a *requestFacts) maxTokens() []refusal {
	m, ok := a.body.Member("max_tokens")
	most, isNumber := number(m.Value)
	if !ok || !isNumber || a.model == nil || a.model.MaxTokens == 0 || most <= a.model.MaxTokens {
		return nil
	}
	return []refusal{{
		rule: refusedMaxTokens, what: "max_tokens", at: m,
		message: fmt.Sprintf("%s takes a max_tokens up to %.0f", a.modelName, a.model.MaxTokens),
	}}
}

func (a *requestFacts) systemTurns() []refusal {
	if a.model == nil || !refuses(a.model.SystemTurns) {
		return nil
	}
	turns := a.turns()
	i := slices.IndexFunc(turns, func(v *suite.Value) bool { return text(v.Get("role")) == "system" })
	if i < 0 {
		return nil
	}
	return []refusal{{
		rule: refusedSystemTurn, what: "system turn", at: turns[i],
		message: a.modelName + " refuses a system turn among the messages",
		hint:    "write it as `system:`, or first in messages",
	}}
}

func (a *requestFacts) tools() []refusal {
	if a.model == nil {
		return nil
	}
	for _, tool := range toolsOf(a.of, a.body) {
		if kind := tool.Get("type"); slices.Contains(a.model.RefusedTools, text(kind)) {
			return []refusal{{
				rule: refusedTool, what: "tool", at: kind,
				message: fmt.Sprintf("%s refuses the tool %s", a.modelName, text(kind)),
				hint:    "computer_toolset_20260801 takes its place; Amazon Bedrock still takes the older one",
			}}
		}
	}
	return nil
}

func (a *requestFacts) byVersion() []refusal {
	var out []refusal
	for _, name := range a.version.RefusedFields {
		if m, ok := a.body.Member(name); ok {
			out = append(out, a.versionRefuses(name, name, m))
		}
	}
	if a.version.AssistantDocuments == nil && a.version.UserCitations == nil {
		return out
	}
	for _, turn := range a.turns() {
		content := turn.Get("content")
		if content == nil {
			continue
		}
		role := text(turn.Get("role"))
		for _, block := range content.Items {
			kind := text(block.Get("type"))
			switch {
			case role == "assistant" && kind == "document" && refuses(a.version.AssistantDocuments):
				out = append(out, a.versionRefuses("document", "a document in an assistant turn", block))
			case role == "user" && refuses(a.version.UserCitations):
				for _, at := range citationsIn(block) {
					out = append(out, a.versionRefuses("citations", "citations on text of a user turn", at))
				}
			}
		}
	}
	return out
}

// citationsIn are the citations on the text of a block, or on that in a search
// result.
func citationsIn(block *suite.Value) []suite.Member {
	blocks := []*suite.Value{block}
	if content := block.Get("content"); content != nil && text(block.Get("type")) == "search_result" {
		blocks = content.Items
	}
	var out []suite.Member
	for _, b := range blocks {
		if m, ok := b.Member("citations"); ok && text(b.Get("type")) == "text" && len(m.Value.Items) > 0 {
			out = append(out, m)
		}
	}
	return out
}

func (a *requestFacts) versionRefuses(what, message string, at place) refusal {
	return refusal{
		rule: refusedByVersion, what: what, at: at,
		message: fmt.Sprintf("version %s of the API refuses %s", a.versionName, message),
	}
}

// text is the text of a String, "" for any other value.
func text(v *suite.Value) string {
	if v == nil || v.Kind != suite.String {
		return ""
	}
	return v.Text
}

// number is the value of a Number.
func number(v *suite.Value) (float64, bool) {
	if v == nil || v.Kind != suite.Number {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	return n, err == nil
}
