package suite

import "github.com/evalrun/evalrun/suite/internal/source"

// What is written in a suite, as package source reads it.
type (
	// Value is a JSON value as it was written.
	Value = source.Value
	// Member is one key and value of a Map.
	Member = source.Member
	// Kind is what a Value is, in JSON's terms.
	Kind = source.Kind
)

// The kinds of a Value.
const (
	Null   = source.Null
	Bool   = source.Bool
	Number = source.Number
	String = source.String
	List   = source.List
	Map    = source.Map
)
