package reporters

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/evalrun/evalrun/internal/results/verdict"
)

// ComparisonJSON writes what a comparison found, a *compare.Comparison or a
// *compare.Set, with what it came to before it and every string safe to show.
func ComparisonJSON(w io.Writer, found any, v verdict.Verdict) error {
	head, headErr := json.Marshal(struct {
		Outcome string `json:"outcome"`
		jsonVerdict
	}{v.Outcome(), newJSONVerdict(v)})
	body, err := json.Marshal(found)
	if err := errors.Join(headErr, err); err != nil {
		return err
	}
	return FoundJSON(w, json.RawMessage(string(bytes.TrimSuffix(head, []byte("}")))+","+string(bytes.TrimPrefix(body, []byte("{")))))
}

// FoundJSON writes what was found as indented JSON, every string safe to show.
func FoundJSON(w io.Writer, found any) error {
	return writeIndented(w, found)
}
