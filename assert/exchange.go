package assert

import (
	"encoding/json"
	"fmt"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
)

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

// turnNames read the names that speak of one exchange and of what was sent for
// it.
var turnNames = map[string]func(*Turn) (any, error){
	"request_id":        func(t *Turn) (any, error) { return t.Exchange.RequestID, nil },
	"latency":           (*Turn).latency,
	"ttft":              func(t *Turn) (any, error) { return optional(t.Exchange.TTFT), nil },
	"tokens_per_second": func(t *Turn) (any, error) { return optional(t.Exchange.TokensPerSecond()), nil },
	"attempts":          func(t *Turn) (any, error) { return len(t.Exchange.Attempts), nil },
	"error":             func(t *Turn) (any, error) { return exchangeError(t.Exchange.Error), nil },
	"cost":              (*Turn).cost,
	"request":           func(t *Turn) (any, error) { return exprlang.DecodeJSON(t.Request.String()) },

	"text":          ofAnswer(func(a *messages.Answer) (any, error) { return joinedText(a), nil }),
	"thinking":      ofAnswer(func(a *messages.Answer) (any, error) { return joinedThinking(a), nil }),
	"content":       ofAnswer(content),
	"tool_uses":     ofAnswer(func(a *messages.Answer) (any, error) { return toolUses(a) }),
	"json":          ofAnswer(answerJSON),
	"stop_reason":   ofAnswer(func(a *messages.Answer) (any, error) { return optional(a.StopReason), nil }),
	"stop_sequence": ofAnswer(func(a *messages.Answer) (any, error) { return optional(a.StopSequence), nil }),
	"stop_details":  ofAnswer(func(a *messages.Answer) (any, error) { return decodeOptional(a.StopDetails) }),
	"model":         ofAnswer(func(a *messages.Answer) (any, error) { return a.Model, nil }),
	"id":            ofAnswer(func(a *messages.Answer) (any, error) { return a.ID, nil }),
	"usage":         ofAnswer(func(a *messages.Answer) (any, error) { return usage(&a.Usage) }),
	"response":      ofAnswer(func(a *messages.Answer) (any, error) { return decodeOptional(a.Raw) }),
}

// latency is how long the answer took.
func (t *Turn) latency() (any, error) {
	if t.Exchange.Batch != "" {
		return nil, fmt.Errorf("the answer came in a batch, which does not say how long it took")
	}
	return t.Exchange.Latency, nil
}

// ofAnswer reads a name that is of an answer; it is an error where none
// came.
func ofAnswer(read func(*messages.Answer) (any, error)) func(*Turn) (any, error) {
	return func(t *Turn) (any, error) {
		if t.Exchange.Answer == nil {
			return nil, noAnswer(t.Exchange)
		}
		return read(t.Exchange.Answer)
	}
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
