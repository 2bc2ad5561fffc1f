package recordtext

import (
	"encoding/json"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// Answer is what reports show of a response. Its strings are as the model or
// the server wrote them, not yet safe to show.
type Answer struct {
	Model, StopReason string
	// Text is the text blocks' text, joined.
	Text string
	// Calls are the tool_use blocks, each as name and JSON input.
	Calls []string
}

// ReadAnswer reads a response. Of one that is not as the API has it, it gives
// what there is.
func ReadAnswer(e *record.Exchange) Answer {
	var response struct {
		Model      string            `json:"model"`
		StopReason string            `json:"stop_reason"`
		Content    []json.RawMessage `json:"content"`
	}
	if len(e.Response) == 0 {
		return Answer{}
	}
	if err := exactjson.Unmarshal(e.Response, &response); err != nil && response.Content == nil {
		return Answer{Text: string(e.Response), Model: response.Model, StopReason: response.StopReason}
	}
	a := Answer{Model: response.Model, StopReason: response.StopReason}
	for _, raw := range response.Content {
		var block struct {
			Type  string          `json:"type"`
			Text  string          `json:"text"`
			Name  string          `json:"name"`
			Input json.RawMessage `json:"input"`
		}
		if exactjson.Unmarshal(raw, &block) != nil {
			continue
		}
		switch block.Type {
		case "text":
			a.Text += block.Text
		case "tool_use":
			a.Calls = append(a.Calls, strings.TrimSpace(block.Name+" "+string(block.Input)))
		}
	}
	return a
}

// Whole is the text and the calls, as running text.
func (a Answer) Whole() string {
	lines := layout.NonEmpty(a.Text)
	for _, call := range a.Calls {
		lines = append(lines, "tool_use "+call)
	}
	return strings.Join(lines, "\n")
}
