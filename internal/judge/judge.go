package judge

import (
	"encoding/json"
	"fmt"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Settings are how a judge is asked.
type Settings struct {
	// Body is a request's body as a JSON object, but for what is judged: its
	// model, max_tokens and whatever else is wanted, and no messages.
	Body payload.JSON
	// Tool holds the verdict to its form by a tool that must be used, instead
	// of output_config.format.
	Tool bool
	// ShowThinking shows the judge the thinking blocks too.
	ShowThinking bool
}

// Rubric is the body of the request that asks for the verdict on an answer. It
// is the same for the same answer, rubric and settings, byte for byte.
func (s Settings) Rubric(rubric string, answer Answer) (payload.JSON, error) {
	x, err := answer.parts()
	if err != nil {
		return payload.JSON{}, err
	}
	p := page{showThinking: s.ShowThinking}
	p.tagged("rubric", rubric)
	p.conversation(x.system, x.turns)
	p.answer("answer", x.answer)
	p.say(rubricRequest)
	return s.body(rubricForm, p.content(), answer)
}

// body completes the settings' fields. The content is of the answers that are
// shown.
func (s Settings) body(f verdictForm, content json.RawMessage, shown ...Answer) (payload.JSON, error) {
	fields, err := exactjson.ParseObject(s.Body.Text())
	if err != nil {
		return payload.JSON{}, fmt.Errorf("the judge's fields: %w", err)
	}
	fields.Set("system", system(f.instructions, fields.Get("system")))
	turn := object(member{"role", exactjson.Quote("user")}, member{"content", content})
	fields.Set("messages", array([]json.RawMessage{turn}))
	if s.Tool {
		forceTool(fields, f)
		return s.with(fields.Append(nil), shown), nil
	}
	config, err := outputConfig(fields.Get("output_config"), f)
	if err != nil {
		return payload.JSON{}, err
	}
	fields.Set("output_config", config)
	return s.with(fields.Append(nil), shown), nil
}

// with is a body that may show what the settings and the answers' requests do.
func (s Settings) with(body json.RawMessage, shown []Answer) payload.JSON {
	var requests []payload.JSON
	for _, a := range shown {
		requests = append(requests, a.Request)
	}
	return s.Body.With(body, requests...)
}

// system puts our instructions before those of the suite.
func system(instructions string, theirs json.RawMessage) json.RawMessage {
	if items := itemsOf(theirs); items != nil {
		return array(append([]json.RawMessage{textBlock(instructions)}, items...))
	}
	if text := textOf(theirs); text != "" {
		return exactjson.Quote(instructions + "\n\n" + text)
	}
	return exactjson.Quote(instructions)
}

// outputConfig adds the format of the verdict.
func outputConfig(theirs json.RawMessage, f verdictForm) (json.RawMessage, error) {
	config := new(exactjson.Object)
	if len(theirs) > 0 {
		var err error
		if config, err = exactjson.ParseObject(theirs); err != nil {
			return nil, fmt.Errorf("the judge's output_config: %w", err)
		}
	}
	config.Set("format", object(member{"type", exactjson.Quote("json_schema")}, member{"schema", f.schema}))
	return config.Append(nil), nil
}

// forceTool adds the tool that takes the verdict, and that it must be used.
func forceTool(fields *exactjson.Object, f verdictForm) {
	tool := object(
		member{"name", exactjson.Quote(verdictTool)},
		member{"description", exactjson.Quote("Takes the verdict.")},
		member{"input_schema", f.schema},
	)
	fields.Set("tools", array([]json.RawMessage{tool}))
	fields.Set("tool_choice", object(member{"type", exactjson.Quote("tool")}, member{"name", exactjson.Quote(verdictTool)}))
}
