package tokens

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/models"
)

// family is how a model reads its prompt.
type family struct {
	// bytesPerToken is how many bytes of text make a token, roughly.
	bytesPerToken float64
	image         imageLimits
	// tools is the instruction that the API adds where there are tools: 496
	// or 497 tokens up to 4.6, 588 or 589 where one is forced, and 290 to 804
	// on 4.7 and later, by the page "Tool use" of the API's documentation.
	tools Estimate
}

// older are the Claude models up to 4.6, and stand for all other models.
// newer are 4.7 and later: their tokenizer makes about 30 % more tokens of the
// same text (documented), and they see images at a higher resolution.
var (
	older = family{
		bytesPerToken: 3.3,
		image:         imageLimits{side: 1568, tokens: 1568},
		tools:         Estimate{Low: 313, Likely: 497, High: 589},
	}
	newer = family{
		bytesPerToken: 2.6,
		image:         imageLimits{side: 2576, tokens: 4784},
		tools:         Estimate{Low: 290, Likely: 400, High: 804},
	}
)

// olderClaude are how the names of Claude models up to 4.6 begin that are not
// in the table of models, but for what newerClaude lists.
var (
	olderClaude = []string{"claude-instant", "claude-2", "claude-3", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4"}
	newerClaude = []string{"claude-opus-4-7", "claude-opus-4-8", "claude-opus-4-9"}
)

// familyOf finds a model's family by its id, also by those of other platforms
// (us.anthropic.claude-…, anthropic/claude-opus-4.6).
func familyOf(model string) *family {
	at := strings.Index(model, "claude-")
	if at < 0 {
		return &older
	}
	id := strings.ReplaceAll(model[at:], ".", "-")
	if known := models.Known().Find(id); known != nil {
		if known.Tokenizer == "newer" {
			return &newer
		}
		return &older
	}
	if beginsWithOne(id, olderClaude) && !beginsWithOne(id, newerClaude) {
		return &older
	}
	return &newer
}

func beginsWithOne(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// clientTool is how the types of a tool begin that the API defines and the
// client runs, and what the API adds to the prompt for it, by its
// documentation; nothing is known of the memory tool.
type clientTool struct {
	prefix string
	adds   Estimate
}

// clientTools are all of them, longer prefixes first. All other types run on
// the server, as often as the model likes.
var clientTools = []clientTool{
	{"custom", Estimate{}},
	{"bash_", Estimate{Low: 244, Likely: 285, High: 400}},
	{"text_editor_", Estimate{Low: 600, Likely: 700, High: 900}},
	{"computer_toolset_", Estimate{Low: 4000, Likely: 4520, High: 6000}},
	{"computer_", Estimate{Low: 735, Likely: 1220, High: 1600}},
	{"browser_toolset_", Estimate{Low: 6000, Likely: 6610, High: 8500}},
	{"memory_", Estimate{Low: 0, Likely: 500, High: 2500}},
}

// clientToolOf gives the tool of a type that the client runs; false where the
// server does. A tool without a type is the client's.
func clientToolOf(kind string) (clientTool, bool) {
	for _, t := range clientTools {
		if kind == "" || strings.HasPrefix(kind, t.prefix) {
			return t, true
		}
	}
	return clientTool{}, false
}
