package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/evalrun/evalrun/internal/rawjson"
)

// truncationCause describes what is missing of an answer though the connection ended in
// good order, as behind a proxy that lost its server; "" where nothing is.
func truncationCause(status int, body []byte) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0 && status == http.StatusOK:
		return "the answer is empty"
	case endsEarly(body):
		return fmt.Sprintf("the answer's JSON ends too early, after %d bytes", len(body))
	}
	return ""
}

// invalidJSONCause explains why an answer that should be JSON is not; "" where
// it is JSON, or need not be, or is only too deep.
func invalidJSONCause(body []byte, as bodyType) string {
	if !as.isJSON() || rawjson.Valid(body) {
		return ""
	}
	mistake := syntaxErrorOf(body)
	if mistake == nil || strings.HasSuffix(mistake.Error(), "exceeded max depth") {
		return ""
	}
	return fmt.Sprintf("the answer is not JSON: %v", mistake)
}

// syntaxErrorOf is why a text is not JSON.
func syntaxErrorOf(text []byte) error { return json.Unmarshal(text, new(json.RawMessage)) }

// endsEarly reports whether the body is a JSON object that was cut off.
func endsEarly(body []byte) bool {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return false
	}
	var whole json.RawMessage
	err := json.NewDecoder(bytes.NewReader(body)).Decode(&whole)
	return errors.Is(err, io.ErrUnexpectedEOF)
}
