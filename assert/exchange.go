package assert

import (
	"encoding/json"
	"fmt"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
)

// exchangeNames are the values of the names that speak of one exchange.
func exchangeNames(ex *messages.Exchange) map[string]any {
	values := map[string]any{
		"request_id": ex.RequestID,
		"latency":    ex.Latency,
		"ttft":       optional(ex.TTFT),
		"attempts":   len(ex.Attempts),
		"error":      exchangeError(ex.Error),
	}
	once(values, "tokens_per_second", func() (any, error) { return optional(ex.TokensPerSecond()), nil })
	for name, read := range answerNames {
		once(values, name, func() (any, error) {
			if ex.Answer == nil {
				return nil, noAnswer(ex)
			}
			return read(ex.Answer)
		})
	}
	return values
}

// noAnswer says why an exchange has no answer.
func noAnswer(ex *messages.Exchange) error {
	if ex.Error == nil {
		return fmt.Errorf("no answer came")
	}
	return fmt.Errorf("no answer came: %w", ex.Error)
}

// exchangeError is the value of error.
func exchangeError(e *messages.Error) any {
	if e == nil {
		return nil
	}
	return map[string]any{"status": e.Status, "type": e.Type, "message": e.Message}
}

// answerNames read the names that speak of an answer.
var answerNames = map[string]func(*messages.Answer) (any, error){
	"text":          func(a *messages.Answer) (any, error) { return joinedText(a), nil },
	"thinking":      func(a *messages.Answer) (any, error) { return joinedThinking(a), nil },
	"content":       content,
	"tool_uses":     func(a *messages.Answer) (any, error) { return toolUses(a) },
	"json":          answerJSON,
	"stop_reason":   func(a *messages.Answer) (any, error) { return optional(a.StopReason), nil },
	"stop_sequence": func(a *messages.Answer) (any, error) { return optional(a.StopSequence), nil },
	"stop_details":  func(a *messages.Answer) (any, error) { return decodeOptional(a.StopDetails) },
	"model":         func(a *messages.Answer) (any, error) { return a.Model, nil },
	"id":            func(a *messages.Answer) (any, error) { return a.ID, nil },
	"usage":         func(a *messages.Answer) (any, error) { return usage(&a.Usage) },
	"response":      func(a *messages.Answer) (any, error) { return decodeOptional(a.Raw) },
}

func joinedThinking(a *messages.Answer) string {
	return joined(a, "thinking", func(b *messages.Block) string { return b.Thinking })
}

// answerJSON is the answer's text as JSON.
func answerJSON(a *messages.Answer) (any, error) {
	text := joinedText(a)
	v, err := exprlang.DecodeJSON(text)
	if err != nil {
		return nil, fmt.Errorf("text is %w", err)
	}
	return v, nil
}

// decodeOptional decodes JSON that may be absent.
func decodeOptional(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return exprlang.DecodeJSON(string(raw))
}

// content is the list of an answer's blocks, each with the keys it was
// answered with.
func content(a *messages.Answer) (any, error) {
	return blocks(a, func(*messages.Block) bool { return true })
}

// toolUses are an answer's tool_use blocks.
func toolUses(a *messages.Answer) ([]any, error) {
	return blocks(a, func(b *messages.Block) bool { return b.Type == "tool_use" })
}

func blocks(a *messages.Answer, wanted func(*messages.Block) bool) ([]any, error) {
	list := []any{}
	for i := range a.Content {
		if !wanted(&a.Content[i]) {
			continue
		}
		block, err := exprlang.DecodeJSON(string(a.Content[i].Raw))
		if err != nil {
			return nil, fmt.Errorf("content block %d is %w", i, err)
		}
		list = append(list, block)
	}
	return list, nil
}
