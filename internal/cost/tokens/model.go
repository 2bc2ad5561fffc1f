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

// addedFor is what the API adds to the prompt for a tool that the client runs;
// false for a type that the server runs, or may. A tool without a type is the
// client's own.
func addedFor(kind string) (Estimate, bool) {
	if kind == "" {
		return Estimate{}, true
	}
	adds := models.Known().Tools[models.ToolFamily(kind)].Adds
	if len(adds) != 3 {
		return Estimate{}, false
	}
	return Estimate{Low: adds[0], Likely: adds[1], High: adds[2]}, true
}
