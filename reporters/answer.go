package reporters

import (
	"encoding/json"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/record"
)

// answer is what reports show of a response. Its strings are as the model or
// the server wrote them, not yet safe to show.
type answer struct {
	model, stopReason string
	// text is the text blocks' text, joined.
	text string
	// calls are the tool_use blocks, each as name and JSON input.
	calls []string
}

// readAnswer reads a response. Of one that is not as the API has it, it gives
// what there is.
func readAnswer(e *record.Exchange) answer {
	var response struct {
		Model      string            `json:"model"`
		StopReason string            `json:"stop_reason"`
		Content    []json.RawMessage `json:"content"`
	}
	if len(e.Response) == 0 {
		return answer{}
	}
	if err := exactjson.Unmarshal(e.Response, &response); err != nil && response.Content == nil {
		return answer{text: string(e.Response), model: response.Model, stopReason: response.StopReason}
	}
	a := answer{model: response.Model, stopReason: response.StopReason}
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
			a.text += block.Text
		case "tool_use":
			a.calls = append(a.calls, strings.TrimSpace(block.Name+" "+string(block.Input)))
		}
	}
	return a
}

// whole is the text and the calls, as running text.
func (a answer) whole() string {
	lines := nonEmpty(a.text)
	for _, call := range a.calls {
		lines = append(lines, "tool_use "+call)
	}
	return strings.Join(lines, "\n")
}
