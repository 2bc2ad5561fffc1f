package source

import (
	"errors"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/safetext"
)

// The error of a text that holds a key.
const (
	KeyMessage = "found what looks like an API key; what suites hold is sent, recorded and shown"
	KeyHint    = "take it out, and revoke it if others can read the file; evalrun reads its own key from ANTHROPIC_API_KEY"
)

// HoldsKey reports whether a text holds what looks like an API key.
func HoldsKey(text string) bool { return safetext.FindKey(text) >= 0 }

// RefuseKey is the error of a text that holds a key, in a file that another one
// names.
func RefuseKey(text string) error {
	if !HoldsKey(text) {
		return nil
	}
	return errors.New("it holds what looks like an API key; what suites read is sent, recorded and shown")
}

// key is what is wrong with a text that holds a key. It does not show the line.
func (s *File) key() *diagnostic.Diagnostic {
	at := safetext.FindKey(s.text)
	if at < 0 {
		return nil
	}
	return &diagnostic.Diagnostic{Position: s.position(at), Message: KeyMessage, Hint: KeyHint}
}
