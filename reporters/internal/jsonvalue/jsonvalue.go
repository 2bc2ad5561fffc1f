package jsonvalue

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/evalrun/evalrun/internal/safetext"
)

// Encode is json.Marshal without its escapes for HTML.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// WriteIndented writes v as indented JSON, every string safe to show.
func WriteIndented(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(safetext.JSON(text), '\n'))
	return err
}

// Raw is raw JSON of the record, which may be none: a text with it then.
func Raw(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || json.Valid(raw) {
		return raw
	}
	text, err := json.Marshal(string(raw))
	if err != nil {
		return nil
	}
	return text
}

// NotNil is the list, or an empty one that JSON writes as [].
func NotNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
