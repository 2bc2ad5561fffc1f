package exprlang

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// JSONError is what is wrong with a text that is not JSON.
type JSONError struct {
	Message string
	// Offset is where it is wrong, in bytes: the length of the text where it
	// ends too early.
	Offset int
	// CutOff says that it ends too early.
	CutOff bool
}

func (e *JSONError) Error() string { return "not JSON: " + e.Message }

// newJSONError says what encoding/json found in a text.
func newJSONError(text string, err error) *JSONError {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &JSONError{"it ends too early", len(text), true}
	case errors.Is(err, io.EOF):
		return &JSONError{"it is empty", len(text), true}
	case !errors.As(err, &syntax):
		return &JSONError{err.Error(), 0, false}
	}
	at := max(min(int(syntax.Offset)-1, len(text)), 0)
	message := err.Error()
	// What encoding/json shows of a character is its first byte.
	if r, size := utf8.DecodeRuneInString(text[at:]); size > 1 {
		if _, rest, ok := strings.Cut(message, "' "); ok {
			message = fmt.Sprintf("invalid character %s %s", characterName(r), rest)
		}
	}
	return &JSONError{message, at, false}
}

// characterName names a character that may be invisible.
func characterName(r rune) string {
	switch r {
	case '\uFEFF':
		return "U+FEFF (a byte order mark)"
	case '\u00A0':
		return "U+00A0 (a no-break space)"
	}
	return fmt.Sprintf("%q", r)
}

// JSONEnd is where the JSON value ends that a text begins with, in bytes. The
// error is a *JSONError.
func JSONEnd(text string) (int, error) {
	d := json.NewDecoder(strings.NewReader(text))
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return 0, newJSONError(text, err)
	}
	return int(d.InputOffset()), nil
}
