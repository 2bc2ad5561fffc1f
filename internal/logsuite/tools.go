package logsuite

import (
	"encoding/json"
	"fmt"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
)

// tools writes what each use of a tool is answered, and how many requests that
// may take.
func (w *writer) tools(node *suitefile.Node, c *traffic.Conversation) error {
	results := map[string]*suitefile.Node{}
	var order []string
	said := 0
	for _, step := range c.Steps[1:] {
		if len(step.Said) > 0 {
			said++
		}
		for _, r := range step.Results {
			form, err := w.result(r, step.Exchange)
			if err != nil {
				return fmt.Errorf("the result of %s: %w", suitefile.Line(r.Tool), err)
			}
			if results[r.Tool] == nil {
				results[r.Tool] = suitefile.List()
				order = append(order, r.Tool)
			}
			results[r.Tool].Content = append(results[r.Tool].Content, form)
		}
	}
	if len(order) > 0 {
		all := suitefile.Map()
		for _, tool := range order {
			list := results[tool]
			if suitefile.Len(list) == 1 {
				list = list.Content[0]
			}
			suitefile.Set(all, tool, list)
		}
		suitefile.Set(node, "tool_results", all)
	}
	const defaultTurns = 10 // that a conversation may take beside those that are said
	if len(c.Steps) > said+defaultTurns {
		suitefile.Set(node, "max_turns", suitefile.Plain(fmt.Sprint(len(c.Steps))))
	}
	return nil
}

// result writes what one use is answered.
func (w *writer) result(r traffic.Result, e *traffic.Exchange) (*suitefile.Node, error) {
	content := r.Content
	if content == nil {
		content = json.RawMessage(`""`)
	}
	node, err := w.content(content, e, true)
	if err != nil {
		return nil, err
	}
	form := suitefile.Map()
	_, isText := exactjson.Text(content)
	switch {
	case r.Failed:
		suitefile.Set(form, "error", node)
	case isText:
		return node, nil
	default:
		suitefile.Set(form, "content", node)
	}
	return form, nil
}
