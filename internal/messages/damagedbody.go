package messages

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// truncationCause describes what is missing of an answer though the connection
// ended in good order, as behind a proxy that lost its server; "" where nothing
// is.
func truncationCause(status int, body []byte, syntax *exactjson.SyntaxError) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0 && status == http.StatusOK:
		return "the answer is empty"
	case endsEarly(body, syntax):
		return fmt.Sprintf("the answer's JSON ends too early, after %d bytes", len(body))
	}
	return ""
}

// invalidJSONCause explains why an answer that should be JSON is not; "" where
// it is JSON, or need not be, or is only too deep.
func invalidJSONCause(as bodyType, syntax *exactjson.SyntaxError) string {
	if !as.isJSON() || syntax == nil || syntax.TooDeep {
		return ""
	}
	return fmt.Sprintf("the answer is not JSON: %v", syntax)
}

// endsEarly reports whether a body is a JSON object that was cut off.
func endsEarly(body []byte, syntax *exactjson.SyntaxError) bool {
	return kindOf(body) == '{' && syntax != nil && syntax.CutOff
}
