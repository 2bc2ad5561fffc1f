package assert

import (
	"slices"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// A function of expressions: what it is called with is checked against its
// signatures when an expression is compiled, and by textArgs where a type is
// known only in a run.
type function struct {
	name       string
	call       func(args ...any) (any, error)
	signatures []any
	// cost is its work in steps, for functions that do more than to look at
	// their arguments once.
	cost func(args []any) int
	// over is the name whose value it takes before its arguments.
	over string
}

// functions are what expressions have beside expr-lang's own. matches_schema
// is the one that needs a scope.
var functions = slices.Concat(textFunctions, trajectoryFunctions)

// textFunctions measure and compare texts.
var textFunctions = []function{
	{name: "is_json", call: onText(func(s string) any { return isJSON(s) }), signatures: []any{new(func(string) bool)}, cost: bytesOf(32)},
	{name: "extract_json", call: textArgs(1, extract), signatures: []any{new(func(string) any)}},
	{name: "words", call: onText(func(s string) any { return words(s) }), signatures: []any{new(func(string) int)}, cost: bytesOf(64)},
	{name: "lines", call: onText(func(s string) any { return lines(s) }), signatures: []any{new(func(string) []string)}, cost: bytesOf(64)},
	{name: "normalize", call: onText(func(s string) any { return normalize(s) }), signatures: []any{new(func(string) string)}, cost: bytesOf(32)},
	{name: "similarity", call: onTexts(similarity), signatures: twoTexts, cost: similarityCost},
	{name: "token_f1", call: onTexts(tokenF1), signatures: twoTexts},
	{name: "rouge_l", call: onTexts(rougeL), signatures: twoTexts, cost: rougeCost},
	{name: "bleu", call: callBLEU, signatures: []any{
		new(func(string, string) float64), new(func(string, []any) float64), new(func(string, []string) float64),
	}, cost: bleuCost},
}

// bytesOf is the cost of a function that takes so many bytes of a text a step.
func bytesOf(perStep int) func(args []any) int {
	return func(args []any) int {
		text, _ := args[0].(string)
		return len(text) / perStep
	}
}

// twoTexts is the signature of a score of a text against a reference.
var twoTexts = []any{new(func(text, reference string) float64)}

// addFunctions adds the functions to an Env.
func addFunctions(env *exprlang.Env, schemas *schemas) {
	for _, f := range functions {
		env.Func(f.name, f.call, f.signatures...)
		if f.cost != nil {
			env.Cost(f.name, f.cost)
		}
		if f.over != "" {
			env.Over(f.name, f.over)
		}
	}
	env.Func(schemaFunction, schemas.match, new(func(value any, schema any) bool))
}

func onText(f func(string) any) func(...any) (any, error) {
	return textArgs(1, func(s []string) (any, error) { return f(s[0]), nil })
}

func onTexts(f func(a, b string) float64) func(...any) (any, error) {
	return textArgs(2, func(s []string) (any, error) { return f(s[0], s[1]), nil })
}

// textArgs calls a function of n texts. Whatever else it is given in a run is
// an error that says so.
func textArgs(n int, f func([]string) (any, error)) func(...any) (any, error) {
	return func(args ...any) (any, error) {
		texts := make([]string, n)
		for i := range texts {
			s, ok := args[i].(string)
			if !ok {
				return nil, errNotText(i, args[i])
			}
			texts[i] = s
		}
		return f(texts)
	}
}
