package models

import (
	"maps"
	"slices"
	"strings"
)

// API is what the Messages API takes and gives, beside its models.
type API struct {
	// SDK is the version of the official Go SDK that the table is as of.
	SDK string `yaml:"sdk"`
	// Members are the members of a request's body, CountedByAPI those that can be
	// counted before it is sent, TurnMembers those of a turn.
	Members      Members  `yaml:"members"`
	CountedByAPI []string `yaml:"counted_by_api"`
	TurnMembers  []string `yaml:"turn_members"`
	// BetaOnly is what needs one of some betas, by their names without the date.
	BetaOnly BetaOnly `yaml:"beta_only"`
	// InputBlocks are the types of the blocks of a request, BlockTypes those of
	// an answer, StopReasons all that an answer can have.
	InputBlocks []string `yaml:"input_blocks"`
	BlockTypes  []string `yaml:"block_types"`
	StopReasons []string `yaml:"stop_reasons"`
	// Tools are the API's own, by their type without its date.
	Tools map[string]Tool `yaml:"tools"`
	// Usage are the members of an answer's usage, UsageCounts those of its
	// objects, Iterations the types of its iterations.
	Usage       Usage               `yaml:"usage"`
	UsageCounts map[string][]string `yaml:"usage_counts"`
	Iterations  []string            `yaml:"iterations"`
	// Efforts are the levels of effort, least first.
	Efforts       []string `yaml:"efforts"`
	ThinkingTypes []string `yaml:"thinking_types"`
	// Values are those of members of a body of which all are known, by the path
	// of the member, which passes through lists.
	Values map[string][]string `yaml:"values"`
	// MaxFallbacks is how many models fallbacks may list.
	MaxFallbacks int `yaml:"max_fallbacks"`
	// Platforms are the clouds that serve the API, by the name that --platform
	// has for them, Features what they may lack, in words.
	Platforms map[string]Platform `yaml:"platforms"`
	Features  map[string]string   `yaml:"features"`
	// Betas are the names of betas, with what to do instead of asking for it.
	Betas map[string]string `yaml:"betas"`
}

// Platform is a cloud that serves the API, with the features that it lacks.
type Platform struct {
	Name  string
	Lacks []string
}

// BetaOnly is what needs one of some betas: members of a request's body, of a
// turn, of thinking and output_config, and types of blocks and tools.
type BetaOnly struct {
	Members, Turn, Thinking map[string][]string
	OutputConfig            map[string][]string `yaml:"output_config"`
	Blocks, Tools           map[string][]string
}

// Members are the members of a request's body by what they do to the cost of
// its answer: counted by their value, free, or unbounded, with what they add.
type Members struct {
	Counted, Free []string
	Unbounded     map[string]string
}

// Names lists all members.
func (m Members) Names() []string {
	return slices.Concat(m.Counted, m.Free, slices.Collect(maps.Keys(m.Unbounded)))
}

// Tool is a tool of the API's own.
type Tool struct {
	// Adds are the tokens that the API adds to the prompt for it: at least,
	// likely, at most; nil for a tool that runs on the server.
	Adds []float64
	// Versions are the dates behind its type; Bare says that it is known
	// without one too.
	Versions []string
	Bare     bool
}

// ToolFamily is the type of a tool of the API's own without its date.
func ToolFamily(kind string) string {
	at := len(kind) - len("_20260801")
	if at <= 0 || !strings.HasPrefix(kind[at:], "_20") || strings.Trim(kind[at+1:], "0123456789") != "" {
		return kind
	}
	return kind[:at]
}

// BetaFamily is the name of a beta without its date.
func BetaFamily(name string) string {
	const date = "-2026-09-04"
	at := len(name) - len(date)
	if at <= 0 || name[at] != '-' || strings.Trim(name[at:], "-0123456789") != "" {
		return name
	}
	return name[:at]
}

// Beta is the latest beta of a name without its date; "" where there is none.
func (a *API) Beta(family string) string {
	latest := ""
	for name := range a.Betas {
		if BetaFamily(name) == family {
			latest = max(latest, name)
		}
	}
	return latest
}

// Types are the tool's types, with their dates.
func (t Tool) Types(family string) []string {
	var out []string
	if t.Bare {
		out = append(out, family)
	}
	for _, v := range t.Versions {
		out = append(out, family+"_"+v)
	}
	return out
}

// Usage are the members of an answer's usage by what they do to its cost; Free
// are those that change nothing, with the reason.
type Usage struct {
	Priced, Factors []string
	Free            map[string]string
}

// Names lists all members.
func (u Usage) Names() []string {
	return slices.Concat(u.Priced, u.Factors, slices.Collect(maps.Keys(u.Free)))
}
