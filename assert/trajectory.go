package assert

import (
	"errors"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// trajectoryFunctions compare the tools that a conversation used with those
// that were expected. They speak of tool_uses, which no call of them names.
var trajectoryFunctions = []function{
	{name: "calls", call: ofTools(callsInOrder), signatures: toolNames, over: "tool_uses"},
	{name: "calls_exactly", call: ofTools(callsExactly), signatures: toolNames, over: "tool_uses"},
	{name: "calls_any_order", call: ofTools(callsAnyOrder), signatures: toolNames, over: "tool_uses"},
	{name: "called", call: called, signatures: []any{
		new(func(tool string, input, times any) bool), new(func(tool string, input any) bool), new(func(tool string) bool),
	}, over: "tool_uses"},
	{name: "anything", call: anything, signatures: []any{new(func() matcher)}},
	{name: "containing", call: textArgs(1, containing), signatures: []any{new(func(part string) matcher)}},
	{name: "matching", call: textArgs(1, matching), signatures: []any{new(func(pattern string) matcher)}},
	{name: "between", call: between, signatures: []any{new(func(low, high any) matcher)}},
	{name: "one_of", call: oneOf, signatures: []any{new(func(first any, others ...any) matcher)}},
}

// toolNames are the signatures of a function of tools' names.
var toolNames = []any{new(func([]any) bool), new(func([]string) bool), new(func(first string, others ...string) bool)}

// namesTool reports whether an argument of a function is the name of a tool.
func namesTool(function string, argument int) bool {
	switch function {
	case "calls", "calls_exactly", "calls_any_order":
		return true
	case "called":
		return argument == 0
	}
	return false
}

// toolUse is a tool_use block of an answer.
type toolUse struct {
	name  string
	input any
}

// usesOf reads tool_uses. What is no tool use has no name.
func usesOf(value any) []toolUse {
	list, _ := value.([]any)
	uses := make([]toolUse, len(list))
	for i, v := range list {
		block, _ := v.(map[string]any)
		uses[i].name, _ = block["name"].(string)
		uses[i].input = block["input"]
	}
	return uses
}

// ofTools calls a comparison of the names of the tools that were used with
// those that are expected, which are the arguments, or a list. It gives the
// sentence that says how they differ, or "".
func ofTools(compare func(used, expected []string) string) func(...any) (any, error) {
	return func(args ...any) (any, error) {
		var used []string
		for _, use := range usesOf(args[0]) {
			used = append(used, use.name)
		}
		expected, err := namesOf(args[1:])
		if err != nil {
			return nil, err
		}
		difference := compare(used, expected)
		if difference == "" {
			return exprlang.Because{Value: true, Reasons: []string{"called: " + listed(used)}}, nil
		}
		return exprlang.Because{Value: false, Reasons: []string{
			difference, "expected: " + listed(expected), "called: " + listed(used),
		}}, nil
	}
}

// namesOf are the names of tools that a function is called with.
func namesOf(args []any) ([]string, error) {
	if len(args) == 1 {
		switch list := args[0].(type) {
		case []any:
			args = list
		case []string:
			return list, nil
		}
	}
	names := make([]string, len(args))
	for i, arg := range args {
		name, ok := arg.(string)
		if !ok {
			return nil, fmt.Errorf("the name of a tool is a text, found %s", exprlang.Render(arg, 40))
		}
		names[i] = name
	}
	return names, nil
}

// callsInOrder finds each expected tool after the one before it.
func callsInOrder(used, expected []string) string {
	next := 0
	for _, name := range used {
		if next < len(expected) && name == expected[next] {
			next++
		}
	}
	switch {
	case next == len(expected):
		return ""
	case next == 0:
		return fmt.Sprintf("%s was not called", quoted(expected[0]))
	}
	return fmt.Sprintf("%s was not called after %s", quoted(expected[next]), quoted(expected[next-1]))
}

// callsExactly finds the first call that is another than was expected.
func callsExactly(used, expected []string) string {
	for i := range max(len(used), len(expected)) {
		switch {
		case i >= len(used):
			return fmt.Sprintf("call %d is missing: %s", i+1, quoted(expected[i]))
		case i >= len(expected):
			return fmt.Sprintf("call %d is one more: %s", i+1, quoted(used[i]))
		case used[i] != expected[i]:
			return fmt.Sprintf("call %d is %s, expected %s", i+1, quoted(used[i]), quoted(expected[i]))
		}
	}
	return ""
}

// callsAnyOrder finds the first tool that was called less often than it is
// expected.
func callsAnyOrder(used, expected []string) string {
	times, wanted := map[string]int{}, map[string]int{}
	for _, name := range used {
		times[name]++
	}
	for _, name := range expected {
		wanted[name]++
	}
	for _, name := range expected {
		if times[name] < wanted[name] {
			return fmt.Sprintf("%s was called %s, expected %s", quoted(name), timesOf(times[name]), timesOf(wanted[name]))
		}
	}
	return ""
}

// called finds calls of a tool whose input is as expected, and holds how many
// there are against times, if that is given.
func called(args ...any) (any, error) {
	tool, ok := args[1].(string)
	if !ok {
		return nil, fmt.Errorf("the name of a tool is a text, found %s", exprlang.Render(args[1], 40))
	}
	search := inputSearch{tool: tool, expected: matcher{text: "anything()"}}
	if len(args) > 2 && args[2] != nil {
		search.expected = args[2]
	}
	switch search.expected.(type) {
	case map[string]any, matcher:
	default:
		return nil, fmt.Errorf("the input of a tool is a map, such as {city: \"Rome\"}, found %s", exprlang.Render(search.expected, 40))
	}
	if err := search.run(usesOf(args[0])); err != nil {
		return nil, err
	}
	if len(args) < 4 {
		return search.result(search.found > 0, "")
	}
	difference, err := search.compare.differ(args[3], search.found, "")
	if err != nil {
		return nil, err
	}
	calls := "calls"
	if search.found == 1 {
		calls = "call"
	}
	return search.result(difference == "", fmt.Sprintf("%d such %s of %s, expected %s", search.found, calls, quoted(tool), exprlang.Render(args[3], 40)))
}

// inputSearch looks for the calls of a tool whose input is as expected.
type inputSearch struct {
	tool     string
	expected any
	compare  comparison
	found    int
	calls    int // of the tool, with any input
	names    []string
	notes    []string // of each call of the tool
}

// run looks at every call. A call whose input differs from the expected one
// only in that a text is compared with a number is an error where no call is
// as expected: it would make "not called" true by mistake.
func (s *inputSearch) run(uses []toolUse) error {
	var unlike error
	for i, use := range uses {
		s.names = append(s.names, use.name)
		if use.name != s.tool {
			continue
		}
		s.calls++
		difference, err := s.compare.differ(s.expected, use.input, "")
		var mixed *unlikeError
		switch {
		case errors.As(err, &mixed):
			unlike, difference = err, err.Error()
		case err != nil:
			return err
		case difference == "":
			s.found++
			difference = "as expected"
		}
		s.notes = append(s.notes, fmt.Sprintf("call %d: %s", i+1, difference))
	}
	if s.found == 0 {
		return unlike
	}
	return nil
}

// result is true or false with what was found; problem leads where it is false.
func (s *inputSearch) result(value bool, problem string) (any, error) {
	var reasons []string
	if !value && problem != "" {
		reasons = append(reasons, problem)
	}
	if s.calls == 0 {
		reasons = append(reasons, fmt.Sprintf("%s was not called", quoted(s.tool)), "called: "+listed(s.names))
	}
	return exprlang.Because{Value: value, Reasons: append(reasons, s.notes...), Steps: s.compare.steps}, nil
}

// listed lists names of tools for a reason.
func listed(names []string) string {
	const shown = 20
	if len(names) == 0 {
		return "nothing"
	}
	text := strings.Join(names[:min(len(names), shown)], ", ")
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func quoted(name string) string { return exprlang.Render(name, 60) }

func timesOf(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
