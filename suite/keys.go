package suite

import (
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// defaultsFile is the file at the root whose keys are the defaults of every
// suite below it.
const defaultsFile = "evalrun.yaml"

// key is one key of the format. The loader checks by it, and the JSON Schema
// is made of it.
type key struct {
	name string
	// kinds are those its value may have, besides null, which takes an
	// inherited value away.
	kinds []Kind
	// at is where a key of evalrun's own may be. A request field may be
	// at every level.
	at []level
	// notNull refuses null as well.
	notNull bool
	// doc, example and shape are for the schema: what the key means, a value,
	// and the definition in the schema of what kinds do not say; "" where
	// they say all.
	doc     string
	example any
	shape   string
}

// level is what a map of keys belongs to: it decides which keys it may hold.
type level int

const (
	defaultsLevel level = iota
	suiteLevel
	caseLevel
	overrideLevel // a label of the matrix, or --set
	judgeLevel
)

// String names the level in messages.
func (l level) String() string {
	return [...]string{defaultsFile, "a suite", "a case", "a label of the matrix", "a judge"}[l]
}

// The levels that keys share.
var (
	varsLevels    = []level{defaultsLevel, suiteLevel, caseLevel, overrideLevel}
	fileLevels    = []level{defaultsLevel, suiteLevel}
	layerLevels   = []level{defaultsLevel, suiteLevel, caseLevel}
	namedLevels   = []level{suiteLevel, caseLevel}
	requestLevels = append(slices.Clip(varsLevels), judgeLevel)
	timeoutLevels = append(slices.Clip(layerLevels), judgeLevel)
	versionLevels = append(slices.Clip(fileLevels), judgeLevel)
	judgeLevels   = []level{judgeLevel}
)

// ownTable lists the keys that are evalrun's own.
var ownTable = []key{
	{name: "name", kinds: []Kind{String, Number}, at: namedLevels, shape: "name",
		doc: "What reports call it. A suite's name is unique in a run (without one it is the file's path), a case's in its suite; with a data set it holds a variable that differs from row to row: `capital of {{ country }}`."},
	{name: "description", kinds: []Kind{String}, at: layerLevels,
		doc: "What it is for; nothing reads it."},
	{name: "tags", kinds: []Kind{List}, at: layerLevels, shape: "texts", example: []any{"smoke"},
		doc: "Words to choose cases by, with --tag, and to group them in reports; may hold variables, such as `{{ label }}`. A case has those of its suite as well."},
	{name: "extra_body", kinds: []Kind{Map}, at: requestLevels, notNull: true, shape: "extra_body",
		doc: "Fields of the request body that evalrun does not know, sent as written and not checked."},
	{name: "betas", kinds: []Kind{List}, at: requestLevels, shape: "texts",
		doc: "Names for the anthropic-beta header."},
	{name: "vars", kinds: []Kind{Map}, at: varsLevels, example: map[string]any{"question": "What is the capital of France?"},
		doc: "Variables for templates and assertions; inner ones win: suite, case, row of the data set, variant, --var."},
	{name: "assert", kinds: []Kind{String, List, Map, Bool}, at: layerLevels, notNull: true, shape: "assert",
		doc: "What must hold of the answer: an expression, a block with one a line, or a list. A case is asked for its suite's as well."},
	{name: "min_score", kinds: []Kind{Number}, at: layerLevels, shape: "share", example: 0.8,
		doc: "The weighted share of the assertions that must pass; without it all must."},
	{name: "metrics", kinds: []Kind{Map}, at: layerLevels, shape: "metrics",
		doc: "Named numbers that are measured and compared, and fail nothing."},
	{name: "judge", kinds: []Kind{Map}, at: layerLevels, shape: "judge", example: map[string]any{"model": "claude-opus-4-6", "max_tokens": 1024},
		doc: "The model that judges rubrics, with its request fields; an inner one replaces them field by field."},
	{name: "tool_results", kinds: []Kind{Map}, at: layerLevels, shape: "tool_results", example: map[string]any{"get_weather": "18 degrees"},
		doc: "What each tool answers, so that the conversation goes on: text, {content: …}, {expr: …} over input, {error: …}, or a list of these, one a call."},
	{name: "tools_from", kinds: []Kind{String, List}, at: layerLevels, shape: "tools_from", example: "weather",
		doc: "A command of the file that --tools names, or a list of them: its tools become the request's, and are really run."},
	{name: "max_turns", kinds: []Kind{Number}, at: layerLevels, shape: "turns", example: 5,
		doc: "How many requests a conversation may take; 10 if it is not said, and one more for each sampled turn."},
	{name: "repeat", kinds: []Kind{Number, Map}, at: layerLevels, shape: "repeat", example: 10,
		doc: "How often the case is asked: 10 asks ten times and needs all, {times: 10, need: 9} needs nine."},
	{name: "timeout", kinds: []Kind{String, Number}, at: timeoutLevels, shape: "duration", example: "30s",
		doc: "The bound of one attempt."},
	{name: "anthropic_version", kinds: []Kind{String}, at: versionLevels, example: "2023-06-01",
		doc: "The anthropic-version header."},
	{name: "matrix", kinds: []Kind{Map}, at: fileLevels, shape: "matrix",
		doc: "Prompts and models side by side: every case runs in every cell, and each cell is a column of the table."},
	{name: "gates", kinds: []Kind{List}, at: fileLevels, shape: "gates",
		doc: "Conditions over the whole suite that decide whether it passes."},
	{name: "owner", kinds: []Kind{String}, at: fileLevels, notNull: true, example: "@search-team",
		doc: "Who answers for the suite; reports of several suites show it."},
	{name: "cases", kinds: []Kind{List}, at: []level{suiteLevel}, notNull: true, shape: "cases",
		doc: "The cases. What a case says replaces what its suite says, field by field."},
	{name: "dataset", kinds: []Kind{String, List}, at: []level{caseLevel}, shape: "dataset", example: "capitals.csv",
		doc: "One case a row; its columns are variables: a .csv, .jsonl, .json or .yaml file, a glob, or a list of maps."},
	{name: "types", kinds: []Kind{Map}, at: []level{caseLevel}, shape: "column_types", example: map[string]any{"price": "number"},
		doc: "The types of columns of a CSV data set: number, boolean or text, which all others are. An empty cell of a number or boolean is null."},
	{name: "cluster", kinds: []Kind{String, Number}, at: []level{caseLevel}, example: "{{ document }}",
		doc: "Cases of one cluster are dependent, and intervals allow for it."},
	{name: "inherit_assert", kinds: []Kind{Bool}, at: []level{caseLevel},
		doc: "false leaves the suite's assertions out."},
	{name: "skip", kinds: []Kind{String}, at: []level{caseLevel}, shape: "reason",
		doc: "Why the case is not asked."},
	{name: "known_failure", kinds: []Kind{Map}, at: []level{caseLevel}, shape: "known_failure", example: map[string]any{"reason": "issue 12", "until": "2027-01-31"},
		doc: "The case is known to fail: until that day its failing is reported and does not fail the run."},
	{name: "run", kinds: []Kind{Map}, at: []level{defaultsLevel}, shape: "run", example: map[string]any{"max_cost": 2, "outputs": []any{"junit=results.xml"}},
		doc: "What a run would else be given by flags, which win."},
	{name: "mode", kinds: []Kind{String}, at: judgeLevels, shape: "judge_mode", example: "tool",
		doc: "How the judge is held to the form of a verdict: format, by structured output, or tool, by a tool that it must use, for models and servers without structured output."},
	{name: "show_thinking", kinds: []Kind{Bool}, at: judgeLevels,
		doc: "true shows the judge the thinking in the conversation and the answer too."},
}

// ownKeys are evalrun's own keys by name.
var ownKeys = byName(ownTable)

// byName indexes a table.
func byName(table []key) map[string]*key {
	out := make(map[string]*key, len(table))
	for i := range table {
		out[table[i].name] = &table[i]
	}
	return out
}

// sortedNames lists the names of keys.
func sortedNames(keys map[string]*key) []string { return slices.Sorted(maps.Keys(keys)) }

// namesOf lists the names of a table, in its order.
func namesOf(table []key) []string {
	names := make([]string, len(table))
	for i, k := range table {
		names[i] = k.name
	}
	return names
}

// keys lists evalrun's own keys at this level.
func (l level) keys() []string {
	var names []string
	for _, k := range ownTable {
		if slices.Contains(k.at, l) {
			names = append(names, k.name)
		}
	}
	return names
}

// takes reports whether the key is one of the level's own or a request field.
func (l level) takes(name string) bool {
	own := ownKeys[name]
	return l.takesField(name) || own != nil && slices.Contains(own.at, l) || l.ignores(name)
}

// takesField reports whether the key is a request field of the level's. What a
// judge is sent is made of what it judges.
func (l level) takesField(name string) bool {
	return requestFields[name] != nil && (l != judgeLevel || name != "messages")
}

// ignores reports whether the key is a place for anchors.
func (l level) ignores(name string) bool {
	return l < caseLevel && strings.HasPrefix(name, "x-")
}

// keysElsewhere are keys that other tools have for what is written otherwise
// here.
var keysElsewhere = map[string]string{
	"prompts":     "one prompt is `system` or `messages`; several are an axis: `matrix: {prompt: {short: {system: …}, long: {system: …}}}`",
	"prompt":      "a prompt is `system` or `messages: [{user: …}]`",
	"input":       "what is asked is `messages: [{user: …}]`",
	"providers":   "`model` names the model; several are an axis: `matrix: {model: [a, b]}`",
	"provider":    "`model` names the model",
	"models":      "`model` names the model; several are an axis: `matrix: {model: [a, b]}`",
	"tests":       "`cases` holds the cases",
	"defaultTest": "what all cases share is a key of the suite itself",
	"expected":    "an assertion says what is expected: `assert: text == vars.expected`, with `vars: {expected: …}`",
	"ideal":       "an assertion says what is expected: `assert: text == vars.ideal`, with `vars: {ideal: …}`",
	"threshold":   "a case's is `min_score`, a suite's a gate: `gates: [cases.pass_rate >= 0.9]`",
	"description": "`name` names a suite or a case; a comment says more",
}

// unknownKey explains what is wrong with a key that the level does not take, and
// which key was probably meant.
func unknownKey(name string, l level) (message, near, hint string) {
	message = "unknown key " + diagnostic.Quote(name) + " in " + l.String()
	for _, other := range []level{suiteLevel, caseLevel, defaultsLevel, judgeLevel} {
		if other.takes(name) && !other.ignores(name) {
			return diagnostic.Quote(name) + " is not allowed in " + l.String() + ", only in " + other.String(), "", ""
		}
	}
	if hint := keysElsewhere[name]; hint != "" && l != judgeLevel {
		return message, "", hint
	}
	if near := diagnostic.Nearest(name, slices.Concat(l.keys(), fieldNames())); near != "" {
		return message + "; did you mean " + diagnostic.Quote(near) + "?", near, ""
	}
	return message, "", "a field of the API that evalrun does not know goes under extra_body"
}
