package assert

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/possible"
)

// Verdict is what an assertion can be, whatever the answer.
type Verdict = possible.Verdict

// The outcomes of a Verdict: the assertion cannot pass, and cannot fail.
const (
	Never  = possible.Never
	Always = possible.Always
)

// Verdict says whether the assertion can fail and whether it can pass, where
// there is an answer.
func (a *Assertion) Verdict() Verdict { return possible.Of(a.program, known()) }

// Bounds are what a request says of every answer to it.
type Bounds struct {
	// MaxTokens is the most that an answer can have, 0 where that is not known.
	MaxTokens int
	// NoTools and NoStopSequences say that the request has none.
	NoTools, NoStopSequences bool
}

// wordsPerToken bounds how many words a token holds. Most tokenizers part a
// text at its words first; one that does not puts up to four into a token
// (A. Liu et al., "SuperBPE: Space Travel for Language Models", 2025).
const wordsPerToken = 4

// VerdictWithin is the Verdict over answers within bounds.
func (a *Assertion) VerdictWithin(b Bounds) Verdict {
	facts := *known()
	if b.MaxTokens > 0 {
		tokens := possible.Range{Max: float64(b.MaxTokens)}
		facts.Members = maps.Clone(facts.Members)
		facts.Members[memberOf(usageType, "output_tokens")] = tokens
		facts.Members[memberOf(thinkingType, "thinking_tokens")] = tokens
		facts.Terms = maps.Clone(facts.Terms)
		facts.Terms["words(text)"] = possible.Range{Max: wordsPerToken * tokens.Max}
	}
	var never []any
	if b.NoTools {
		never = append(never, "tool_use")
		facts.Empty = map[string]bool{"tool_uses": true}
	}
	if b.NoStopSequences {
		never = append(never, "stop_sequence")
	}
	facts.Never = map[possible.Member][]any{{Name: "stop_reason"}: never, memberOf(exchangeType, "stop_reason"): never}
	return possible.Of(a.program, &facts)
}

// Within are the bounds that the assertion asks about: others do not change
// its Verdict.
func (a *Assertion) Within(b Bounds) Bounds {
	source := a.program.Source()
	mentions := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(source, w) })
	}
	if !mentions("output_tokens", "thinking_tokens", "words") {
		b.MaxTokens = 0
	}
	b.NoTools = b.NoTools && mentions("tool_use")
	b.NoStopSequences = b.NoStopSequences && mentions("stop_sequence")
	return b
}

// thinkingType is what usage says of the tokens that were thought.
var thinkingType = usageType["output_tokens_details"].(exprlang.Map)

func memberOf(of exprlang.Type, name string) possible.Member {
	return possible.Member{Of: exprlang.Shape(of), Name: name}
}

// known are the facts of names and functions that no type says: counts and
// durations are not negative, shares are between 0 and 1.
var known = sync.OnceValue(func() *possible.Facts {
	share := possible.Range{Max: 1}
	f := &possible.Facts{
		Terms: map[string]possible.Range{
			"latency": possible.NotNegative, "ttft": possible.NotNegative, "cost": possible.NotNegative,
			"attempts": possible.NotNegative, "sample": possible.NotNegative,
		},
		Calls: map[string]possible.Range{
			"similarity": share, "token_f1": share, "rouge_l": share, "bleu": share, "words": possible.NotNegative,
		},
		Members:  map[possible.Member]possible.Range{},
		Sure:     map[possible.Member]bool{},
		Complete: map[string]bool{"vars": true, "variant": true},
		Nil:      map[string]bool{"error": true, "ttft": true},
		Unsure:   map[string]bool{"json": true, "cost": true},
		Fixed:    map[string]func(string) string{"normalize": normalize},
	}
	countTokens(f)
	for _, name := range []string{"latency", "ttft", "cost", "attempts"} {
		f.Members[memberOf(exchangeType, name)] = possible.NotNegative
	}
	for _, name := range []string{"text", "thinking", "content", "tool_uses", "stop_reason", "model", "usage"} {
		f.Sure[memberOf(exchangeType, name)] = true
	}
	return f
})

// countTokens adds what is known of usage: no count is negative, and what has
// a default is there.
func countTokens(f *possible.Facts) {
	for name := range usageType {
		f.Members[memberOf(usageType, name)] = possible.NotNegative
	}
	for name := range usageDefaults {
		f.Sure[memberOf(usageType, name)] = usageDefaults[name] != nil
	}
	for group, parts := range usageGroups {
		f.Sure[memberOf(usageType, group)] = true
		for _, part := range parts {
			of := usageType[group]
			f.Members[memberOf(of, part)], f.Sure[memberOf(of, part)] = possible.NotNegative, true
		}
	}
}
