package assert

import (
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// addFunctions adds the functions that expressions have beside expr-lang's
// own.
func addFunctions(env *exprlang.Env, scope *Scope) {
	env.Func("is_json", func(args ...any) (any, error) {
		_, err := exprlang.DecodeJSON(args[0].(string))
		return err == nil, nil
	}, new(func(string) bool))
	env.Func("words", func(args ...any) (any, error) {
		return len(strings.Fields(args[0].(string))), nil
	}, new(func(string) int))
	env.Func("lines", func(args ...any) (any, error) {
		return lines(args[0].(string)), nil
	}, new(func(string) []string))
}

// lines are a text's lines without their ends. A last line end does not begin
// another line, and an empty text has none.
func lines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}
