package lint

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"sync"
)

//go:embed models.json
var factsFile []byte

// facts are what is known of the API and its models. What the file does not
// say is not known.
type facts struct {
	Models      []model
	Versions    map[string]version
	StopReasons values `json:"stop_reasons"`
	BlockTypes  values `json:"block_types"`
}

// values are all that a field of an answer can hold.
type values struct{ Values []string }

// model is what a family of models takes and refuses. A pointer or list that
// is nil stands for what is not known; an empty list is none.
type model struct {
	IDs []string
	// Prefill: whether the messages may end in an assistant turn.
	Prefill *bool
	// Sampling is which sampling parameters it takes: either temperature or
	// top_p, or only the default of one of them; "" where it is not known.
	Sampling string
	// Thinking are the types of thinking that it takes.
	Thinking []string
	// DisabledUpTo is the highest effort at which it takes the type disabled,
	// "" for all.
	DisabledUpTo string `json:"disabled_up_to"`
	// Effort are the levels of output_config.effort that it takes.
	Effort []string
	// ForcedToolChoice: whether it takes the tool_choice any and tool.
	ForcedToolChoice *bool `json:"forced_tool_choice"`
	// RefusedTools are types of tools of the API's own that it does not take.
	RefusedTools []string `json:"refused_tools"`
	// SystemTurns: whether a system turn may stand among the messages.
	SystemTurns *bool `json:"system_turns"`
	// MaxTokens is the largest max_tokens, 0 where it is not known.
	MaxTokens float64 `json:"max_tokens"`
}

// version is what a version of the API refuses of every model.
type version struct {
	RefusedFields      []string `json:"refused_fields"`
	AssistantDocuments *bool    `json:"assistant_documents"`
	UserCitations      *bool    `json:"user_citations"`
}

// known reads the facts. That they can be read is held by a test.
var known = sync.OnceValue(func() *facts {
	f := new(facts)
	if err := json.Unmarshal(factsFile, f); err != nil {
		panic(err)
	}
	return f
})

// dated is an id that names a snapshot by its date.
var dated = regexp.MustCompile(`^(.+)-20\d\d[01]\d[0-3]\d$`)

// modelOf finds what is known of a model by its id or, for one that ends in a
// date, by its family's; nil for any other.
func (f *facts) modelOf(id string) *model {
	id = family(id)
	for i := range f.Models {
		for _, own := range f.Models[i].IDs {
			if own == id {
				return &f.Models[i]
			}
		}
	}
	return nil
}

// family is an id without its date.
func family(id string) string {
	if m := dated.FindStringSubmatch(id); m != nil {
		return m[1]
	}
	return id
}

// refuses tells whether it is known that something is not taken.
func refuses(takes *bool) bool { return takes != nil && !*takes }
