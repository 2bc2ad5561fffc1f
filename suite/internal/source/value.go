package source

import (
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/wording"
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
// their spelling, and every value its position.
type Value struct {
	Kind Kind
	// Text is a String's text, a Number's spelling, a Bool's true or false.
	Text    string
	Items   []*Value // of a List
	Members []Member // of a Map, keys unique
	// Raw is set where the value was tagged !raw: its braces are text.
	Raw bool
	// Line and Column are where the value starts, from 1; 0 where it was not
	// written but computed. source is the file it is in.
	Line, Column int
	file         *File
	style        style // how a String was written, to find positions in it
	// Blob is the data of a file that a String stands for. Its Text is empty
	// then: the data is shared and never copied.
	Blob *payload.Blob
	// faulty is set where a diagnostic on this value was given already, so that
	// what it holds is not what was meant. Nothing more need be reported of it.
	faulty bool
	// computed is set where a template yielded the value: it is not templated
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
	i := slices.IndexFunc(v.Members, func(m Member) bool { return m.Key == key })
	if i < 0 {
		return Member{}, false
	}
	return v.Members[i], true
}

// Describe is what the value is, for messages that expected another.
func (v *Value) Describe() string {
	switch v.Kind {
	case String:
		return "the text " + diagnostic.Quote(v.Text)
	case Number:
		return "the number " + wording.Ends(v.Text, 30)
	case Bool:
		return v.Text
	default:
		return v.Kind.String()
	}
}

// KindNames joins the names of kinds: "text or a list".
func KindNames(kinds []Kind) string {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return diagnostic.Or(names)
}

// Empty is an empty value of the kind at the same position.
func (v *Value) Empty(k Kind) *Value {
	return &Value{Kind: k, Line: v.Line, Column: v.Column, file: v.file}
}

// Rel is the path of the file that the value was written in, relative to the
// root; "" where it was not written in a file.
func (v *Value) Rel() string {
	if v.file == nil {
		return ""
	}
	return v.file.Rel
}

// IsData reports whether the value comes from a data file, a row or the
// command line; such values are never templated.
func (v *Value) IsData() bool { return v.computed || v.file == nil || v.file.Data }

// IsComputed reports whether a template yielded the value, or MarkData marked
// it.
func (v *Value) IsComputed() bool { return v.computed }

// MarkData marks a value that is written in a suite, and all below it, as data.
func (v *Value) MarkData() {
	v.computed = true
	for _, item := range v.Items {
		item.MarkData()
	}
	for _, m := range v.Members {
		m.Value.MarkData()
	}
}

// ComputedAt is a copy of the value at the position of the template that
// yielded it: it is neither templated again nor trusted to name a file.
func (v *Value) ComputedAt(template *Value) *Value {
	out := *v
	out.Line, out.Column, out.file = template.Line, template.Column, template.file
	out.computed = true
	return &out
}
