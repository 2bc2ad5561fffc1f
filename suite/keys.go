package suite

import (
	"slices"
	"strings"
)

// defaultsFile is the file at the root whose keys are the defaults of every
// suite below it.
const defaultsFile = "evalrun.yaml"

// requestFields are the top-level fields of a Messages API request that this
// version knows, each with the kinds of value that the API takes. A field
// that is not here goes under extra_body, where nothing is checked.
var requestFields = map[string][]Kind{
	"model":              {String},
	"max_tokens":         {Number},
	"messages":           {List},
	"system":             {String, List},
	"stop_sequences":     {List},
	"stream":             {Bool},
	"metadata":           {Map},
	"temperature":        {Number},
	"top_p":              {Number},
	"top_k":              {Number},
	"thinking":           {Map},
	"output_config":      {Map},
	"tools":              {List},
	"tool_choice":        {Map},
	"cache_control":      {Map},
	"service_tier":       {String},
	"speed":              {String},
	"inference_geo":      {String},
	"container":          {String, Map},
	"diagnostics":        {Map},
	"context_management": {Map},
	"mcp_servers":        {List},
	"fallbacks":          {List},
}

// requiredFields are the fields without which the API takes no request.
var requiredFields = []string{"model", "max_tokens", "messages"}

// The keys that are evalrun's own, by where they may stand.
var (
	sharedKeys = []string{
		"description", "tags", "extra_body", "betas", "vars", "assert",
		"min_score", "metrics", "judge", "tool_results", "max_turns",
		"repeat", "timeout",
	}
	fileOnlyKeys  = []string{"anthropic_version", "matrix", "gates"}
	suiteOnlyKeys = []string{"name", "cases"}
	caseOnlyKeys  = []string{"name", "dataset", "cluster", "inherit_assert", "skip"}
	overrideKeys  = []string{"vars", "extra_body", "betas"}
)

// notYet are keys of the format that this version does not do. They are
// refused rather than ignored: a suite that relies on one would pass for the
// wrong reason.
var notYet = []string{
	"min_score", "metrics", "judge", "tool_results", "max_turns",
	"gates",
}

// level is where a map of keys stands: it decides which keys it may hold.
type level int

const (
	defaultsLevel level = iota
	suiteLevel
	caseLevel
	overrideLevel // a label of the matrix, or --set
)

// String names the level in messages.
func (l level) String() string {
	return [...]string{defaultsFile, "a suite", "a case", "a label of the matrix"}[l]
}

// keys lists evalrun's own keys at this level.
func (l level) keys() []string {
	switch l {
	case defaultsLevel:
		return slices.Concat(sharedKeys, fileOnlyKeys)
	case suiteLevel:
		return slices.Concat(sharedKeys, fileOnlyKeys, suiteOnlyKeys)
	case overrideLevel:
		return overrideKeys
	default:
		return slices.Concat(sharedKeys, caseOnlyKeys)
	}
}

// takes tells whether the key is one of the level's own or a request field.
func (l level) takes(key string) bool {
	return requestFields[key] != nil || slices.Contains(l.keys(), key) || l.ignores(key)
}

// ignores tells whether the key is a place for anchors.
func (l level) ignores(key string) bool {
	return l < caseLevel && strings.HasPrefix(key, "x-")
}

// unknownKey says what is wrong with a key that the level does not take, and
// which key was probably meant.
func unknownKey(key string, l level) (message, near, hint string) {
	message = "unknown key " + quote(key) + " in " + l.String()
	for _, other := range []level{suiteLevel, caseLevel, defaultsLevel} {
		if other.takes(key) && !other.ignores(key) {
			return quote(key) + " may not stand in " + l.String() + ", only in " + other.String(), "", ""
		}
	}
	if near := nearest(key, slices.Concat(l.keys(), fieldNames())); near != "" {
		return message + "; did you mean " + quote(near) + "?", near, ""
	}
	return message, "", "a field of the API that evalrun does not know goes under extra_body"
}

// fieldNames lists the request fields, sorted.
func fieldNames() []string {
	names := make([]string, 0, len(requestFields))
	for name := range requestFields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
