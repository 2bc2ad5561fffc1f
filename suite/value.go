package suite

import (
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// What is written in a suite, as package source reads it.
type (
	// Value is a JSON value as it was written.
	Value = source.Value
	// Member is one key and value of a Map.
	Member = source.Member
	// Kind is what a Value is, in JSON's terms.
	Kind = source.Kind
)

// EditOp is one thing to be done at a position of a suite's text.
type EditOp = source.EditOp

// What can be done.
const (
	RemoveMember = source.RemoveMember
	RemoveItem   = source.RemoveItem
	SetScalar    = source.SetScalar
	AddMember    = source.AddMember
	AddBeside    = source.AddBeside
	AppendText   = source.AppendText
	AddItem      = source.AddItem
	RenameKey    = source.RenameKey
)

// Edits gives the edits by which the text of a suite is changed so, and leaves the
// rest of it as it is. What cannot be edited is a problem at its place.
func Edits(name, text string, ops []EditOp) ([]diagnostic.Edit, diagnostic.List) {
	return source.Edits(name, text, ops)
}

// KindNames joins the names of kinds in words: "text or a list".
func KindNames(kinds []Kind) string { return source.KindNames(kinds) }

// ReadJSON reads a JSON text. The error is a diagnostic.List.
func ReadJSON(name, text string) (*Value, error) {
	docs, found := source.ParseJSON(source.NewData(name, "", text))
	if len(found) > 0 {
		return nil, found.Err()
	}
	if len(docs) != 1 {
		return nil, diagnostic.List{{Position: diagnostic.Position{File: name}, Message: "the file is empty, expected JSON"}}
	}
	return docs[0], nil
}

// The kinds of a Value.
const (
	Null   = source.Null
	Bool   = source.Bool
	Number = source.Number
	String = source.String
	List   = source.List
	Map    = source.Map
)
