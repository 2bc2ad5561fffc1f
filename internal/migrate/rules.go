package migrate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// thinks are the types of thinking by which the model thinks.
var thinks = []string{"adaptive", "enabled", "between_tools"}

// thinking gives the request a type of thinking that the model takes.
func (w *work) thinking() {
	held := w.get("thinking")
	kind := textOf(held.Get("type"))
	effort := textOf(w.get("output_config", "effort"))
	switch takes := w.new.Thinking; {
	case kind == "", takes == nil:
	case slices.Contains(takes, kind):
		if kind == "disabled" && w.new.RefusesDisabledAt(effort) {
			w.setEffort(w.new.DisabledUpTo, "thinking", fmt.Sprintf("%s thinks above the effort %s", w.id, w.new.DisabledUpTo), sourceThinking)
		}
	case kind == "disabled":
		w.remove(w.Body, "", "thinking", w.id+" always thinks", sourceThinking)
		if effort == "" && slices.Contains(w.new.Effort, "low") {
			w.setEffort("low", "messages", "the effort low thinks least", sourceEffort)
		}
	case slices.Contains(takes, "adaptive"):
		w.replace(held, "/thinking", "type", text("adaptive"), fmt.Sprintf("%s refuses the type %s", w.id, kind), sourceThinking)
		budget, _ := numberOf(held.Get("budget_tokens"))
		if held.Get("budget_tokens") != nil {
			w.remove(held, "/thinking", "budget_tokens", "adaptive thinking has no budget", sourceThinking)
		}
		if level := effortOf(budget); kind == "enabled" && effort == "" && slices.Contains(w.new.Effort, level) {
			w.setEffort(level, "thinking", fmt.Sprintf("the effort %s in the place of a budget of %.0f tokens", level, budget), sourceMigration)
		}
	case slices.Contains(takes, "enabled"):
		w.budget(held, kind, effort)
	default:
		w.remove(w.Body, "", "thinking", fmt.Sprintf("%s refuses the type %s", w.id, kind), sourceThinking)
	}
}

// effortOf is the effort in the place of a budget of thinking.
func effortOf(budget float64) string {
	switch {
	case budget <= 4096:
		return "low"
	case budget <= 16384:
		return "medium"
	}
	return "high"
}

// budgets are those in the place of an effort.
var budgets = map[string]float64{"low": 2048, "medium": 8192}

// budget has a model think that takes a budget alone.
func (w *work) budget(held *suite.Value, kind, effort string) {
	most, ok := numberOf(w.get("max_tokens"))
	budget := budgets[effort]
	if budget == 0 {
		budget = 16384
	}
	if ok {
		budget = min(budget, most-1)
	}
	if budget < 1024 {
		w.remove(w.Body, "", "thinking", w.id+" thinks with 1,024 tokens and more, and max_tokens is fewer", sourceThinking)
		return
	}
	w.replace(held, "/thinking", "type", text("enabled"), fmt.Sprintf("%s refuses the type %s", w.id, kind), sourceThinking)
	w.put(held, "/thinking", "budget_tokens", whole(budget), "", w.id+" thinks with a budget", sourceThinking)
}

// effort gives the request, and its turns, a level that the model takes.
func (w *work) effort() {
	if w.new.Effort == nil {
		return
	}
	config := w.get("output_config")
	if level := textOf(config.Get("effort")); level != "" && !slices.Contains(w.new.Effort, level) {
		w.level(config, "/output_config", level)
		if len(config.Members) == 0 {
			w.remove(w.Body, "", "output_config", "nothing is left of it", sourceEffort)
		}
	}
	for in, stage := range w.stages() {
		for i, turn := range items(stage) {
			if level := textOf(turn.Get("output_config").Get("effort")); level != "" && !slices.Contains(w.new.Effort, level) {
				w.in = in
				w.level(turn.Get("output_config"), fmt.Sprintf("/messages/%d/output_config", i), level)
			}
		}
	}
	w.in = 0
}

// level replaces an effort by the highest one below it that the model takes.
func (w *work) level(config *suite.Value, at, level string) {
	if len(w.new.Effort) == 0 {
		w.remove(config, at, "effort", w.id+" refuses an effort", sourceEffort)
		return
	}
	nearest := w.new.Effort[0]
	for _, own := range w.new.Effort {
		if slices.Index(w.known.Efforts, own) <= slices.Index(w.known.Efforts, level) {
			nearest = own
		}
	}
	w.replace(config, at, "effort", text(nearest), fmt.Sprintf("%s refuses the effort %s", w.id, level), sourceEffort)
}

// sampling drops the sampling parameters that the model refuses.
func (w *work) sampling() {
	thinking := slices.Contains(thinks, textOf(w.get("thinking").Get("type")))
	for _, name := range []string{"temperature", "top_p", "top_k"} {
		n, ok := numberOf(w.get(name))
		switch {
		case w.get(name) == nil:
		case ok && n == 1 && name != "top_k" && !(w.new.Sampling == "default" && w.get(name).IsComputed()): // else another row's is not 1
		case w.new.Sampling == "default":
			w.remove(w.Body, "", name, w.id+" refuses sampling parameters", sourceMigration)
		case thinking && (name != "top_p" || n < 0.95):
			w.remove(w.Body, "", name, "thinking goes with no "+name, sourceThinking)
		}
	}
	if w.get("temperature") != nil && w.get("top_p") != nil && w.new.Sampling != "" {
		w.remove(w.Body, "", "top_p", w.id+" refuses temperature and top_p together", sourceUsers)
	}
}

// systemTurns makes system turns among the messages turns of the user.
func (w *work) systemTurns() {
	if !refuses(w.new.SystemTurns) {
		return
	}
	reason := w.id + " refuses system turns among the messages"
	for in, stage := range w.stages() {
		w.in = in
		for i := 0; i < len(items(stage)); i++ {
			turn := stage.Items[i]
			at := fmt.Sprintf("/messages/%d", i)
			switch {
			case textOf(turn.Get("role")) != "system":
			case turn.Get("content") == nil:
				w.take(stage, "/messages", i, reason, sourceMigration)
				i--
			default:
				c := w.replace(turn, at, "role", text("user"), reason, sourceMigration)
				c.Old, c.Meaning = turn, true
				for _, name := range []string{"clear_at", "output_config"} {
					if turn.Get(name) != nil {
						w.remove(turn, at, name, "a turn of the user has no "+name, sourceSDK)
					}
				}
			}
		}
	}
	w.in = 0
}

// toolset takes the place of the older tools for a computer.
const toolset = "computer_toolset_20260801"

// tools gives the model versions of the API's tools that it takes.
func (w *work) tools() {
	tools := w.get("tools")
	for i, tool := range items(tools) {
		kind := textOf(tool.Get("type"))
		if !slices.Contains(w.new.RefusedTools, kind) {
			continue
		}
		at := fmt.Sprintf("/tools/%d", i)
		family := models.ToolFamily(kind)
		newest := ""
		for _, version := range w.known.Tools[family].Versions {
			if name := family + "_" + version; !slices.Contains(w.new.RefusedTools, name) && name > kind {
				newest = name
			}
		}
		reason := fmt.Sprintf("%s refuses %s", w.id, kind)
		if newest != "" {
			w.replace(tool, at, "type", text(newest), reason, sourceMigration)
			continue
		}
		w.replace(tool, at, "type", text(toolset), reason, sourceMigration).Meaning = true
		for _, m := range slices.Clone(tool.Members) {
			if m.Key != "type" && m.Key != "cache_control" {
				w.remove(tool, at, m.Key, toolset+" has no "+m.Key, sourceSDK)
			}
		}
	}
}

// speed drops the speed fast where the model has none, or asks for its beta.
func (w *work) speed() {
	if textOf(w.get("speed")) != "fast" {
		return
	}
	switch w.new.Fast {
	case "refused":
		w.remove(w.Body, "", "speed", w.id+" has no fast mode", sourceFast)
	case "beta":
		w.needBeta("fast-mode", w.id+" has its fast mode with a beta")
	}
}

// fallbacks gives models that have ended their successors.
func (w *work) fallbacks() {
	defer w.safely()()
	for i, f := range items(w.get("fallbacks")) {
		id := textOf(f.Get("model"))
		l, ends := w.known.EndOf(id)
		if ends && w.ended(l) {
			w.replace(f, fmt.Sprintf("/fallbacks/%d", i), "model", text(l.Successor), id+" ended on "+l.Retires, sourceModels)
		}
	}
}

// rooms are the tokens that thinking is given at an effort, where it was not
// part of max_tokens before.
var rooms = map[string]float64{"low": 1024, "medium": 4096, "high": 8192, "xhigh": 16384, "max": 32768}

// maxTokens leaves room for what the tokenizer makes more of the same answer, and
// for thinking that the older model did not do, up to what the model takes.
func (w *work) maxTokens() {
	most, ok := numberOf(w.get("max_tokens"))
	if !ok {
		return
	}
	want := most
	var reasons []string
	if w.old != nil {
		if more := w.known.Tokenizers[w.new.Tokenizer] / w.known.Tokenizers[w.old.Tokenizer]; more > 1 {
			want = math.Ceil(most * more)
			reasons = append(reasons, fmt.Sprintf("its tokenizer makes up to %.2f times as many tokens of a text", more))
		}
		always := func(m *models.Model) bool { return m.Thinking != nil && !slices.Contains(m.Thinking, "disabled") }
		if always(w.new) && !always(w.old) && !w.thoughtBefore() {
			effort := textOf(w.get("output_config", "effort"))
			if effort == "" {
				effort = w.new.DefaultEffort
			}
			want += rooms[effort]
			reasons = append(reasons, fmt.Sprintf("it always thinks, which max_tokens counts: %.0f for the effort %s", rooms[effort], effort))
		}
	}
	if budget, _ := numberOf(w.get("thinking").Get("budget_tokens")); w.budgeted() && want <= budget {
		want += budget
		reasons = append(reasons, fmt.Sprintf("it counts the budget of thinking, %.0f", budget))
	}
	if w.new.MaxTokens != 0 && want > w.new.MaxTokens {
		want = max(min(most, w.new.MaxTokens), w.new.MaxTokens)
		if most > want {
			reasons = []string{fmt.Sprintf("%s takes a max_tokens up to %.0f", w.id, w.new.MaxTokens)}
		}
	}
	if want != most {
		w.replace(w.Body, "", "max_tokens", whole(want), strings.Join(reasons, "; "), sourceMigration)
	}
}

// budgeted reports whether the request has the new model think with a budget.
func (w *work) budgeted() bool { return textOf(w.get("thinking").Get("type")) == "enabled" }

// thoughtBefore reports whether the request had the older model think.
func (w *work) thoughtBefore() bool {
	return slices.Contains(thinks, textOf(w.get("thinking").Get("type")))
}

// boundThinking takes thinking of another model out of written turns.
func (w *work) boundThinking() {
	if w.new.BoundThinking == "" {
		return
	}
	for in, stage := range w.stages() {
		w.in = in
		for i := 0; i < len(items(stage)); i++ {
			content := stage.Items[i].Get("content")
			for j := 0; j < len(items(content)); j++ {
				if kind := textOf(content.Items[j].Get("type")); kind != "thinking" && kind != "redacted_thinking" {
					continue
				}
				reason := w.id + " takes back its own thinking alone"
				if len(content.Items) == 1 {
					w.take(stage, "/messages", i, reason, sourceMigration)
					i--
					break
				}
				w.take(content, fmt.Sprintf("/messages/%d/content", i), j, reason, sourceMigration)
				j--
			}
		}
	}
	w.in = 0
}

// items are the items of a list, none where there is no list.
func items(v *suite.Value) []*suite.Value {
	if v == nil {
		return nil
	}
	return v.Items
}
