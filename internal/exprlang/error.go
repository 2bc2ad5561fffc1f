package exprlang

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/file"
)

// Error is what is wrong with an expression, when it is compiled or when it
// runs. Offset and Length are bytes of the source.
type Error struct {
	Offset, Length int
	Message        string
	Hint           string // how to mend it, "" where that is not known
}

func (e *Error) Error() string { return e.Message }

// AsError gives any error as one of the expression language.
func AsError(err error) *Error {
	if e := new(Error); errors.As(err, &e) {
		return e
	}
	return &Error{Message: err.Error()}
}

// Sentence is the message with its hint, for where there is one line alone.
func (e *Error) Sentence() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// span is a piece of the source, in bytes.
type span struct{ from, to int }

// spanOf converts a location of expr-lang, which counts runes, to bytes.
func spanOf(source string, loc file.Location) span {
	s := span{len(source), len(source)}
	runes := 0
	for i := range source {
		if runes == loc.From {
			s.from = i
		}
		if runes == loc.To {
			s.to = i
			break
		}
		runes++
	}
	return span{s.from, max(s.from, s.to)}
}

// newError makes an Error at a location of expr-lang.
func newError(source string, loc file.Location, message, hint string) *Error {
	at := spanOf(source, loc)
	message = strings.Map(printable, strings.ReplaceAll(message, "\n", " "))
	return &Error{Offset: at.from, Length: at.to - at.from, Message: message, Hint: hint}
}

// sentence is an error of our own functions: its text needs no translation.
type sentence struct{ message, hint string }

func (s *sentence) Error() string { return s.message }

// runError turns an error of a run into ours.
func runError(source string, err error) *Error {
	var loc file.Location
	message := err.Error()
	var fe *file.Error
	if errors.As(err, &fe) {
		loc, message = fe.Location, fe.Message
	}
	var s *sentence
	if errors.As(err, &s) {
		return newError(source, loc, s.message, s.hint)
	}
	return newError(source, loc, translateRun(message), "")
}
