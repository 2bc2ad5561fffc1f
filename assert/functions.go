package assert

import (
	"github.com/evalrun/evalrun/internal/exprlang"
)

// A function of expressions: what it is called with is checked against its
// signatures when an expression is compiled, and by textArgs where a type is
// known only in a run.
type function struct {
	name       string
	call       func(args ...any) (any, error)
	signatures []any
	// cost is its work in steps, for functions whose work is the product of
	// their arguments' lengths.
	cost func(args []any) int
}

// functions are what expressions have beside expr-lang's own. matches_schema
// is the one that needs a scope.
var functions = []function{
	{name: "is_json", call: onText(func(s string) any { return isJSON(s) }), signatures: []any{new(func(string) bool)}},
	{name: "extract_json", call: textArgs(1, extract), signatures: []any{new(func(string) any)}},
	{name: "words", call: onText(func(s string) any { return words(s) }), signatures: []any{new(func(string) int)}},
	{name: "lines", call: onText(func(s string) any { return lines(s) }), signatures: []any{new(func(string) []string)}},
	{name: "normalize", call: onText(func(s string) any { return normalize(s) }), signatures: []any{new(func(string) string)}},
	{name: "similarity", call: onTexts(similarity), signatures: twoTexts, cost: similarityCost},
	{name: "token_f1", call: onTexts(tokenF1), signatures: twoTexts},
	{name: "rouge_l", call: onTexts(rougeL), signatures: twoTexts, cost: rougeCost},
	{name: "bleu", call: callBLEU, signatures: []any{
		new(func(string, string) float64), new(func(string, []any) float64), new(func(string, []string) float64),
	}, cost: bleuCost},
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
