package tokens

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Open is a part of a request that nothing bounds the cost of.
type Open struct {
	// Name is the member of the body, the type of the tool or the kind of
	// source, as NewEstimator takes it.
	Name string
	// Why says in a sentence what has no bound.
	Why string
}

// memberClass is what a member of a request's body does to the cost of its answer.
type memberClass uint8

const (
	// unbounded: the body does not tell how much it costs. So is every member
	// that is not in the table.
	unbounded memberClass = iota
	// counted: what it costs is reckoned from its value.
	counted
	// free: it costs nothing, or nothing beyond max_tokens of output.
	free
)

// memberClasses are the members of a request's body that are known. Those of
// betas are in the official SDK's BetaMessageNewParams.
var memberClasses = map[string]memberClass{
	"model": counted, "max_tokens": counted, "messages": counted, "system": counted, "tools": counted,
	"output_config": counted, "output_format": counted, "thinking": counted, "cache_control": counted,
	"inference_geo": counted, "speed": counted, "service_tier": counted,

	"tool_choice": free, "stream": free, "metadata": free, "stop_sequences": free, "temperature": free,
	"top_p": free, "top_k": free, "diagnostics": free, "fallback_credit_token": free,
	"anthropic_version": free, "anthropic_beta": free, // of other platforms

	"container": unbounded, "thread": unbounded, "compaction": unbounded, "context_management": unbounded,
	"mcp_servers": unbounded, "fallbacks": unbounded, "billing_policy": unbounded,
}

// whyUnbounded says of members what they add.
var whyUnbounded = map[string]string{
	"container":          "the container's skills are read too",
	"thread":             "the server adds what was said before",
	"compaction":         "the server samples a summary",
	"context_management": "the server may sample a summary",
	"mcp_servers":        "what MCP servers answer is read too",
	"fallbacks":          "another model may answer",
	"billing_policy":     "its prices are not known",
}

// IsCounted reports whether a member of the body is counted by its value, so
// that it cannot be assumed to be free.
func IsCounted(member string) bool { return memberClasses[member] == counted }

// What the API adds to a prompt at most, in tokens. Its documentation tells of
// the instruction for tools and of what its own tools take; the others are
// several times what was seen.
const (
	mostPerRequest = 32
	mostForThought = 100
	mostForFormat  = 2000
)

// open notes that a part has no bound, unless it is assumed to be free.
func (w *walk) open(o Open) {
	known := slices.ContainsFunc(w.opened, func(other Open) bool { return other.Name == o.Name })
	if !known && !w.estimator.assumes(o.Name) {
		w.opened = append(w.opened, o)
	}
}

// mostOf is how many tokens a JSON value has at most that is a part of the
// prompt: every token is at least one byte of it, as the JSON spells it or as
// a tokenizer normalises it.
func mostOf(value []byte) float64 {
	const longest = 33 // bytes of a character that is normalised
	most := len(value) + longest*bytes.Count(value, []byte(`\u`))
	if !utf8.Valid(value) {
		most += 2 * len(value) // each wrong byte becomes U+FFFD
	}
	return float64(most + grown(value))
}

// grown is by how many bytes a text may grow when it is brought into the form
// NFKC, in which ligatures and fractions come apart: the sum over its
// characters, each by itself. To normalise the whole text would take seconds
// of one that is made for that.
func grown(text []byte) int {
	text = text[norm.NFKC.QuickSpan(text):]
	if len(text) == 0 {
		return 0
	}
	more := 0
	known := map[rune]int{}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r >= utf8.RuneSelf {
			growth, ok := known[r]
			if !ok {
				growth = max(0, len(norm.NFKC.Bytes(text[:size]))-size)
				known[r] = growth
			}
			more += growth
		}
		text = text[size:]
	}
	return more
}

// mostOfJSON is mostOf for JSON that the API spells anew for the model: with
// spaces between its parts, and characters beyond ASCII perhaps escaped.
func mostOfJSON(value []byte) float64 {
	beyond := 0
	for _, b := range value {
		if b >= utf8.RuneSelf {
			beyond++
		}
	}
	return 2*mostOf(value) + float64(beyond)
}
