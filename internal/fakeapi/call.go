package fakeapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// Call is one request as it arrived. Nothing changes it after the script and
// the faults have seen it.
type Call struct {
	// Seq numbers the calls of a Server from 1, in the order they arrived.
	Seq int
	// Attempt numbers the calls with this very body from 1.
	Attempt int
	Method  string
	Path    string
	Header  http.Header
	// Body is what was sent, byte for byte.
	Body []byte
	// Request is the decoded body: objects are map[string]any, numbers
	// json.Number. It is nil until the body is known to be an object.
	Request map[string]any

	hash      [sha256.Size]byte
	malformed *apiError // why Request is nil
}

// LastUserText is the text of the last user turn: its string, or its text
// blocks joined by line breaks. It is "" if there is none.
func (c *Call) LastUserText() string {
	turns := list(c.Request["messages"])
	for i := len(turns) - 1; i >= 0; i-- {
		if turn := object(turns[i]); turn["role"] == "user" {
			return textOf(turn["content"])
		}
	}
	return ""
}

// streams reports whether the call asks for a stream.
func (c *Call) streams() bool { return c.Request["stream"] == true }

// textOf is the text of a content: a string, or a list of blocks.
func textOf(content any) string {
	if s, ok := content.(string); ok {
		return s
	}
	var texts []string
	for _, block := range list(content) {
		if b := object(block); b["type"] == "text" {
			texts = append(texts, str(b["text"]))
		}
	}
	return strings.Join(texts, "\n")
}

// object, list and str read a decoded value whose kind is not known: the
// zero value is one of another kind.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

// number reads a decoded number, and reports whether it is one.
func number(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// hashBody notes the body's hash.
func (c *Call) hashBody() { c.hash = sha256.Sum256(c.Body) }

// decode reads the body into Request, or says in malformed why it cannot.
func (c *Call) decode() {
	if c.malformed = checkEncoding(c.Body); c.malformed != nil {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(c.Body))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		c.malformed = invalid("The request body is not valid JSON: %v", err)
		return
	}
	if _, err := decoder.Token(); err != io.EOF {
		c.malformed = invalid("The request body is not valid JSON: extra data after the first value")
		return
	}
	request, ok := v.(map[string]any)
	if !ok {
		c.malformed = invalid("Input should be a valid dictionary")
		return
	}
	c.Request = request
}
