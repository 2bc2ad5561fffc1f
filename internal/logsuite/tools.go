package logsuite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
)

// tools writes what each use of a tool was answered, by its input, and how many
// requests that may take.
func (w *writer) tools(node *suitefile.Node, c *traffic.Conversation) error {
	all, said := suitefile.Map(), 0
	recorded := map[string]*suitefile.Node{}
	for _, step := range c.Steps[1:] {
		if len(step.Said) > 0 {
			said++
		}
		for _, r := range step.Results {
			call, err := w.call(r, step.Exchange)
			if err != nil {
				return fmt.Errorf("the result of %s: %w", suitefile.Line(r.Tool), err)
			}
			if recorded[r.Tool] == nil {
				recorded[r.Tool] = suitefile.List()
				of := suitefile.Map()
				suitefile.Set(of, "recorded", recorded[r.Tool])
				suitefile.Set(all, r.Tool, of)
			}
			recorded[r.Tool].Content = append(recorded[r.Tool].Content, call)
		}
	}
	if suitefile.Len(all) == 0 {
		for _, name := range w.uncalled(c) {
			of := suitefile.Map()
			suitefile.Set(of, "recorded", suitefile.List())
			suitefile.Set(all, name, of)
		}
	}
	if suitefile.Len(all) > 0 {
		suitefile.Set(node, "tool_results", all)
	}
	const defaultTurns = 10 // that a conversation may take beside those that are said
	if len(c.Steps) > said+defaultTurns {
		suitefile.Set(node, "max_turns", suitefile.Plain(fmt.Sprint(len(c.Steps))))
	}
	return nil
}

// uncalled are the application's tools that a conversation could have used and did
// not: a model that uses one is off the recording. There are none where the log
// has a use of one of them that is not answered: that is how a conversation ends.
func (w *writer) uncalled(c *traffic.Conversation) []string {
	list, err := exactjson.ParseArray(c.First().Field("tools"))
	if err != nil {
		return nil
	}
	var names []string
	for _, raw := range list {
		tool, err := exactjson.ParseObject(raw)
		if err != nil {
			return nil
		}
		kind, _ := exactjson.Text(tool.Get("type"))
		name, _ := exactjson.Text(tool.Get("name"))
		switch {
		case w.ending[name]:
			return nil
		case name != "" && !slices.Contains(names, name) && (kind == "" || isClientTool.MatchString(kind)):
			names = append(names, name)
		}
	}
	return names
}

// isClientTool matches the types of tools that the application runs itself.
var isClientTool = regexp.MustCompile(`^(custom$|bash_|text_editor_|computer_|memory_)`)

// endingTools are the tools whose use ends a conversation, since nothing answers it.
func endingTools(list []*traffic.Conversation) map[string]bool {
	out := map[string]bool{}
	for _, c := range list {
		for _, b := range c.Last().Answer.Own() {
			if b.Type == "tool_use" {
				out[b.Name] = true
			}
		}
	}
	return out
}

// call writes one use of a tool with its result.
func (w *writer) call(r traffic.Result, e *traffic.Exchange) (*suitefile.Node, error) {
	input := r.Input
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	asked, err := suitefile.JSON(input)
	if err != nil {
		return nil, err
	}
	result, err := w.result(r, e)
	if err != nil {
		return nil, err
	}
	call := suitefile.Map()
	suitefile.Set(call, "input", asked)
	suitefile.Set(call, "result", result)
	return call, nil
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
