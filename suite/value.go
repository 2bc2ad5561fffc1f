package suite

import (
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Kind is what a Value is, in JSON's terms.
type Kind uint8

// The kinds of a Value.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// String names the kind as error messages do.
func (k Kind) String() string {
	return [...]string{"null", "true or false", "a number", "text", "a list", "a map"}[k]
}

// Value is a JSON value as it was written: maps keep their order, numbers
// their spelling, and every value its place.
type Value struct {
	Kind Kind
	// Text is a String's text, a Number's spelling, a Bool's true or false.
	Text    string
	Items   []*Value // of a List
	Members []Member // of a Map, keys unique
	// Raw says that the value was tagged !raw: its braces are text.
	Raw bool
	// Line and Column are where the value starts, from 1; 0 where it was not
	// written but computed. source is the file it is in.
	Line, Column int
	file         *File
	style        style // how a String was written, to find places in it
	// Blob is the data of a file that a String stands for. Its Text is empty
	// then: the data is shared and never copied.
	Blob *payload.Blob
	// faulty says that a diagnostic on this value was given already, and that
	// what it holds is not what was meant. Nothing more need be said of it.
	faulty bool
	// computed says that a template yielded the value: it is not templated
	// again, and it may not name a file.
	computed bool
}

// Member is one key and value of a Map. Line and Column are the key's.
type Member struct {
	Key          string
	Value        *Value
	Line, Column int
}

// Get gives the value of a key of a Map, or nil.
func (v *Value) Get(key string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return nil
}

// Position is where the value starts.
func (v *Value) Position() diagnostic.Position {
	p := diagnostic.Position{Line: v.Line, Column: v.Column}
	if v.file != nil {
		p.File = v.file.Name
	}
	return p
}

// Member is the member of a Map with this key.
func (v *Value) Member(key string) (m Member, ok bool) {
	if v == nil {
		return Member{}, false
	}
	i := member(v.Members, key)
	if i < 0 {
		return Member{}, false
	}
	return v.Members[i], true
}
