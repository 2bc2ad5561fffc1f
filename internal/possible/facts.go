package possible

import "math"

// Range is what a number can be: Min ≤ n ≤ Max. A duration is nanoseconds.
type Range struct{ Min, Max float64 }

// NotNegative are the numbers from 0 on.
var NotNegative = Range{0, math.Inf(1)}

// Facts are what is known of names, members and functions beside their types.
type Facts struct {
	// Terms are the ranges of names and calls, by their text without spaces:
	// attempts, words(text).
	Terms map[string]Range
	// Calls are the ranges of functions' results.
	Calls map[string]Range
	// Members are the ranges of members of maps.
	Members map[Member]Range
	// Sure are members that are never missing and never nil.
	Sure map[Member]bool
	// Complete are names whose members, as far as their type knows them, are
	// never missing.
	Complete map[string]bool
	// Nil are names that can be nil although their type does not say so.
	Nil map[string]bool
	// Unsure are names that can have no value.
	Unsure map[string]bool
	// Empty are names that are lists without elements.
	Empty map[string]bool
	// Never are what a name or a member cannot be; of a name Of is "".
	Never map[Member][]any
	// Fixed are functions of one text that do not change what they gave:
	// f(f(x)) is f(x).
	Fixed map[string]func(string) string
}

// Member is a member of a map, by the exprlang.Shape of its type and name.
type Member struct{ Of, Name string }
