package compare

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// answerText is what the model answered last in a sample, after the calls of
// tools that it made before: two answers are the same only if these are.
func (s *Side) answerText(id record.ID, sample int) (string, error) {
	var before []string
	var last json.RawMessage
	for e, err := range s.file.Exchanges(id, sample) {
		if err != nil {
			return "", err
		}
		if !e.IsAnswer() || e.Error != nil {
			continue
		}
		before = append(before, contentParts(last, true)...)
		last = e.Response
	}
	return wording.Start(strings.Join(append(before, contentParts(last, false)...), "\n"), maxAnswer), nil
}

// contentParts are an answer's blocks as text, or its calls of tools alone:
// text as it is, a call as its name and input, and another block as its JSON.
func contentParts(response json.RawMessage, callsAlone bool) []string {
	var answer struct {
		Content []json.RawMessage `json:"content"`
	}
	if len(response) == 0 || exactjson.Unmarshal(response, &answer) != nil {
		return nil
	}
	var parts []string
	for _, raw := range answer.Content {
		var block struct {
			Type  string          `json:"type"`
			Text  string          `json:"text"`
			Name  string          `json:"name"`
			Input json.RawMessage `json:"input"`
		}
		known := exactjson.Unmarshal(raw, &block) == nil
		switch {
		case known && strings.HasSuffix(block.Type, "tool_use"):
			parts = append(parts, strings.TrimSpace(block.Type+" "+block.Name+" "+canonical(block.Input)))
		case callsAlone:
		case known && block.Type == "text":
			parts = append(parts, block.Text)
		default:
			var compact bytes.Buffer
			if json.Compact(&compact, raw) == nil {
				parts = append(parts, compact.String())
			}
		}
	}
	return parts
}

// canonical writes JSON so that equal values are equal texts: members sorted by
// name, numbers as they are spelled.
func canonical(raw json.RawMessage) string {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return string(raw)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return string(raw)
	}
	return strings.TrimSpace(out.String())
}
