// Package models holds what is known of the Messages API's models, in one
// table: what they take and refuse, how they read a prompt, what they cost.
// Each fact has its source beside it in models.yaml. What is not there is not
// known; the package never guesses.
package models

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed models.yaml
var modelsFile []byte

//go:embed api.yaml
var apiFile []byte

// Table is everything that is known. It must not be changed.
type Table struct {
	Models map[string]*Model `yaml:"models"`
	// Lifecycle is when models end, by their ids without the date; those that
	// have ended are not among Models.
	Lifecycle map[string]Lifecycle `yaml:"lifecycle"`
	// Tokenizers are how many times as many tokens they make of a text as the
	// oldest one, at most, by their names.
	Tokenizers map[string]float64 `yaml:"tokenizers"`
	// Prices is in the form of a file that --prices names.
	Prices   yaml.Node          `yaml:"prices"`
	Versions map[string]Version `yaml:"versions"`
	API      `yaml:",inline"`
}

// Model is what a model takes and refuses. A pointer or list that is nil is
// not known; an empty list is none.
type Model struct {
	// Name is the display name, Line the family, Released the day as
	// 2026-09-22 and Snapshot the dated id; "" where they are not known.
	Name, Line, Released, Snapshot string
	// Successor is the latest model of its family; "" for that itself.
	Successor string
	// Context and MaxTokens are the largest prompt and the largest
	// max_tokens, in tokens; 0 where they are not known.
	Context   float64
	MaxTokens float64 `yaml:"max_tokens"`
	// Tokenizer is how it reads text and images: older or newer.
	Tokenizer string
	// Capabilities are embedded so that a table's entry is one flat map.
	Capabilities `yaml:",inline"`
}

// Capabilities are the parts of a request that a model takes.
type Capabilities struct {
	// Prefill: whether the messages may end in an assistant turn.
	Prefill *bool
	// SystemTurns: whether the messages may hold a system turn.
	SystemTurns *bool `yaml:"system_turns"`
	// ForcedToolChoice: whether it takes the tool_choice any and tool.
	ForcedToolChoice *bool `yaml:"forced_tool_choice"`
	// Sampling is which sampling parameters it takes: either temperature or
	// top_p, or only the default of one of them; "" where it is not known.
	Sampling string
	// Thinking are the types of thinking that it takes.
	Thinking []string
	// DisabledUpTo is the highest effort at which it takes the type disabled,
	// "" for all.
	DisabledUpTo string `yaml:"disabled_up_to"`
	// Effort are the levels of output_config.effort that it takes.
	Effort []string
	// DefaultEffort is the level where a request asks for none.
	DefaultEffort string `yaml:"default_effort"`
	// RefusedTools are types of tools of the API's own that it does not take.
	RefusedTools []string `yaml:"refused_tools"`
	// Fast is what it does with the speed fast: free, or beta where a beta must
	// be asked for, ignored or refused; "" where it is not known.
	Fast string
	// BoundThinking is of whom it refuses a thinking block behind another
	// prompt than that which the block was made for: all accounts, or those
	// that are new; "" where it is not known.
	BoundThinking string `yaml:"bound_thinking"`
	// CacheFrom is how many tokens a prompt must have to be cached, 0 where it
	// is not known.
	CacheFrom float64 `yaml:"cache_from"`
}

// RefusesDisabledAt reports whether the model is known to refuse thinking of
// the type disabled at an effort, "" for its usual one.
func (m *Model) RefusesDisabledAt(effort string) bool {
	efforts := Known().Efforts
	return m.DisabledUpTo != "" && slices.Index(efforts, effort) > slices.Index(efforts, m.DisabledUpTo)
}

// Lifecycle is when a model ends, by days as 2026-11-30; "" where it is not
// known. Successor is the model that is recommended in its place.
type Lifecycle struct {
	Deprecated, Retires, Successor string
}

// Version is what a version of the API refuses of every model.
type Version struct {
	RefusedFields      []string `yaml:"refused_fields"`
	AssistantDocuments *bool    `yaml:"assistant_documents"`
	UserCitations      *bool    `yaml:"user_citations"`
}

// Known is the table, read once. A test reads it as strictly as it can be read.
var Known = sync.OnceValue(func() *Table {
	t := new(Table)
	for _, file := range [][]byte{modelsFile, apiFile} {
		if err := yaml.Unmarshal(file, t); err != nil {
			panic(err)
		}
	}
	return t
})

// IDs lists the models by their ids, sorted.
func (t *Table) IDs() []string { return slices.Sorted(maps.Keys(t.Models)) }

// Find gives what is known of a model by its id or that of a cloud or, for one
// that ends in a date, by its family's; nil for any other.
func (t *Table) Find(id string) *Model {
	if known := t.Models[id]; known != nil { // most are, and the forms of clouds take time
		return known
	}
	return t.Models[Family(OfAPI(id))].onCloud(id)
}

// EndOf gives when a model ends, by its id, or by one that names its latest
// snapshot or its long context; false where nothing is known of an end.
func (t *Table) EndOf(id string) (Lifecycle, bool) {
	for _, more := range []string{"-latest", "-0", "-100k"} {
		id = strings.TrimSuffix(id, more)
	}
	l, ok := t.Lifecycle[Family(id)]
	return l, ok
}

// SuccessorOf is the id of the model that is recommended in the place of another,
// by its id; "" where none is known.
func (t *Table) SuccessorOf(id string) string {
	if l, ok := t.EndOf(id); ok {
		return l.Successor
	}
	if m := t.Find(id); m != nil {
		return m.Successor
	}
	return ""
}

// dated is an id that names a snapshot by its date.
var dated = regexp.MustCompile(`^(.+)-20\d\d[01]\d[0-3]\d$`)

// Family is an id without its date.
func Family(id string) string {
	if m := dated.FindStringSubmatch(id); m != nil {
		return m[1]
	}
	return id
}
