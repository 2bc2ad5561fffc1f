package fakeapi

import (
	"slices"
	"strings"
)

// model is what the API knows of a model, and what the model refuses. Sources:
// the pages of the models, "Troubleshooting thinking", "Effort" and the
// migration guides of platform.claude.com as they stood in November 2026, and
// the refusals that users have reported where the pages are silent.
type model struct {
	id string
	// dated is the snapshot that the id is an alias of, "" if there is none.
	dated    string
	name     string
	line     string
	released string
	// maxTokens is the largest max_tokens, window the context, in tokens.
	maxTokens, window int
	// thinking are the types of thinking that it takes.
	thinking []string
	// effort are the levels of output_config.effort that it takes.
	effort   []string
	sampling sampling
	// The rest says what it takes: a final assistant turn, system turns among
	// the messages, tool_choice any and tool, thinking disabled at an effort
	// above high.
	prefill, systemTurns, forcedTools, disabledAtMax bool
	// refusedTool is a type of tool that it does not take, "" if there is none.
	refusedTool string
}

// sampling is which sampling parameters a model takes.
type sampling int

const (
	// either temperature or top_p, not both.
	samplingEither sampling = iota
	// samplingDefault is no value but the default.
	samplingDefault
)

// The lists that models share.
var (
	enabledOnly  = []string{"enabled", "disabled"}
	enabledToo   = []string{"adaptive", "enabled", "disabled"}
	adaptive     = []string{"adaptive", "disabled"}
	adaptiveOnly = []string{"adaptive"}
	betweenTools = []string{"adaptive", "between_tools"}

	effortToHigh = []string{"low", "medium", "high"}
	effortToMax  = []string{"low", "medium", "high", "max"}
	effortAll    = []string{"low", "medium", "high", "xhigh", "max"}
)

const (
	window200k = 200_000
	window1m   = 1_000_000
	output64k  = 64_000
	output128k = 128_000
)

// models are the models that this API knows. Any other is a 404.
var models = []model{
	newest("claude-fable-5-2", "Claude Fable 5.2", "fable", "", adaptiveOnly),
	newest("claude-fable-5-1", "Claude Fable 5.1", "fable", "", adaptiveOnly),
	newest("claude-fable-5", "Claude Fable 5", "fable", "", adaptiveOnly),
	newest("claude-opus-5-5", "Claude Opus 5.5", "opus", "2026-09-22", adaptiveOnly).without("computer_20251124"),
	newest("claude-sonnet-5-5", "Claude Sonnet 5.5", "sonnet", "2026-09-28", betweenTools).without("computer_20251124"),
	{
		id: "claude-haiku-5-5", name: "Claude Haiku 5.5", line: "haiku", released: "2026-10-07",
		maxTokens: output128k, window: window1m, thinking: adaptive, effort: effortAll,
		sampling: samplingDefault, systemTurns: true, forcedTools: true, refusedTool: "computer_20250124",
	},
	{
		id: "claude-opus-5", name: "Claude Opus 5", line: "opus", released: "2026-07-24",
		maxTokens: output128k, window: window1m, thinking: adaptive, effort: effortAll,
		sampling: samplingDefault, systemTurns: true, forcedTools: true,
	},
	{
		id: "claude-sonnet-5", name: "Claude Sonnet 5", line: "sonnet",
		maxTokens: output128k, window: window1m, thinking: adaptive, effort: effortAll,
		sampling: samplingDefault, forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-opus-4-8", name: "Claude Opus 4.8", line: "opus", released: "2026-05-28",
		maxTokens: output128k, window: window1m, thinking: adaptive, effort: effortAll,
		sampling: samplingDefault, systemTurns: true, forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-opus-4-7", name: "Claude Opus 4.7", line: "opus",
		maxTokens: output128k, window: window1m, thinking: adaptive, effort: effortAll,
		sampling: samplingDefault, forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-opus-4-6", name: "Claude Opus 4.6", line: "opus",
		maxTokens: output128k, window: window1m, thinking: enabledToo, effort: effortToMax,
		forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-sonnet-4-6", name: "Claude Sonnet 4.6", line: "sonnet",
		maxTokens: output128k, window: window1m, thinking: enabledToo, effort: effortToMax,
		forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-opus-4-5", dated: "claude-opus-4-5-20251101", name: "Claude Opus 4.5", line: "opus", released: "2025-11-01",
		maxTokens: output64k, window: window200k, thinking: enabledOnly, effort: effortToHigh,
		prefill: true, forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-sonnet-4-5", dated: "claude-sonnet-4-5-20250929", name: "Claude Sonnet 4.5", line: "sonnet", released: "2025-09-29",
		maxTokens: output64k, window: window200k, thinking: enabledOnly,
		prefill: true, forcedTools: true, disabledAtMax: true,
	},
	{
		id: "claude-haiku-4-5", dated: "claude-haiku-4-5-20251001", name: "Claude Haiku 4.5", line: "haiku", released: "2025-10-01",
		maxTokens: output64k, window: window200k, thinking: enabledOnly,
		prefill: true, forcedTools: true, disabledAtMax: true,
	},
}

// newest is a model of the kind that refuses most.
func newest(id, name, line, released string, thinking []string) model {
	return model{
		id: id, name: name, line: line, released: released,
		maxTokens: output128k, window: window1m, thinking: thinking, effort: effortAll,
		sampling: samplingDefault, systemTurns: true,
	}
}

// without is the model that refuses a type of tool.
func (m model) without(tool string) model {
	m.refusedTool = tool
	return m
}

// findModel finds a model by its id or the snapshot's.
func findModel(id string) (model, bool) {
	i := slices.IndexFunc(models, func(m model) bool { return m.id == id || m.dated == id && id != "" })
	if i < 0 {
		return model{}, false
	}
	return models[i], true
}

// quoted joins names for an error: 'a', 'b'.
func quoted(names []string) string { return "'" + strings.Join(names, "', '") + "'" }
