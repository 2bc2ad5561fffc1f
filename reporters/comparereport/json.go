package comparereport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// JSON writes what a comparison found, a *compare.Comparison or a
// *compare.Set, with what it came to before it and every string safe to show.
func JSON(w io.Writer, found any, v verdict.Verdict) error {
	head, headErr := json.Marshal(struct {
		Outcome string `json:"outcome"`
		verdicttext.JSON
	}{v.Outcome(), verdicttext.NewJSON(v)})
	body, err := json.Marshal(found)
	if err := errors.Join(headErr, err); err != nil {
		return err
	}
	return ResultJSON(w, json.RawMessage(string(bytes.TrimSuffix(head, []byte("}")))+","+string(bytes.TrimPrefix(body, []byte("{")))))
}

// ResultJSON writes what was found as indented JSON, every string safe to show.
func ResultJSON(w io.Writer, found any) error {
	return jsonvalue.WriteIndented(w, found)
}
