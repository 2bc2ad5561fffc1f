package fakeapi

import (
	"net/http"
	"strings"
)

// Script makes the answer to a call that passed every check. It is called
// from many goroutines at once.
type Script func(*Call) Answer

// Answer is what a script says; the server makes a whole message of it. The
// zero Answer is a message without content.
type Answer struct {
	// Text becomes one text block, if Content is nil and Text is not "".
	Text string
	// Content is the list of blocks, as JSON has them.
	Content []map[string]any
	// StopReason, if set, is taken as it is, with StopSequence and
	// StopDetails. If it is "", the request's max_tokens and stop_sequences
	// cut the text, and the reason follows from that and from the blocks.
	StopReason   string
	StopSequence string
	StopDetails  map[string]any
	// Usage overrides fields of the usage object; nil leaves a field out.
	Usage map[string]any
	// Container is the container that the answer names, nil for none.
	Container map[string]any
	// Model overrides the model that the message names, ID its id.
	Model string
	ID    string
	// Status, if not 0 or 200, makes the answer an error with this type and
	// message. ErrorType "" is the API's type for the status.
	Status       int
	ErrorType    string
	ErrorMessage string
	// Header replaces headers of the answer; an empty list takes one away.
	Header http.Header
	// Raw, if not nil, is the whole body, sent with Status as it is.
	Raw []byte
}

// Default answers the guide's published requests with the guide's answers and
// everything else with content made by rule: the same for the same request,
// naming itself as made. A forced tool is used with an input that fits its
// schema, an output format is met, thinking comes first where it is enabled. A
// judge looks for the words that its rubric has in quotation marks.
func Default(c *Call) Answer {
	if answer, ok := guideAnswer(c); ok {
		return answer
	}
	if asked, ok := JudgedBy(c); ok {
		return decision(c, asked)
	}
	var content []map[string]any
	if thinks(c) {
		content = append(content, thinkingBlock(c))
	}
	if tool := chosenTool(c); tool != nil {
		return Answer{Content: append(content, toolUseBlock(c, tool))}
	}
	return Answer{Content: append(content, textBlock(madeText(c)))}
}

// Replies answers by the text of the last user turn, and with Default where
// it has no entry.
func Replies(answers map[string]Answer) Script {
	return func(c *Call) Answer {
		if answer, ok := answers[c.LastUserText()]; ok {
			return answer
		}
		return Default(c)
	}
}

// Turns answers a conversation by the text of its first user turn: the first
// request with the first answer, one that has an assistant turn with the second,
// and so on, those behind the last with the last. It answers with Default where
// it has no entry.
func Turns(answers map[string][]Answer) Script {
	return func(c *Call) Answer {
		turns := list(c.Request["messages"])
		if len(turns) == 0 || len(answers[textOf(object(turns[0])["content"])]) == 0 {
			return Default(c)
		}
		script, said := answers[textOf(object(turns[0])["content"])], 0
		for _, turn := range turns {
			if object(turn)["role"] == "assistant" {
				said++
			}
		}
		return script[min(said, len(script)-1)]
	}
}

// madeText is the text that Default makes.
func madeText(c *Call) string {
	if schema, ok := outputSchema(c); ok {
		return sampleJSON(schema)
	}
	asked := strings.TrimSpace(c.LastUserText())
	if asked == "" {
		return "A made answer."
	}
	return "A made answer to: " + asked
}

func textBlock(text string) map[string]any {
	return map[string]any{"type": "text", "text": text}
}

// thinks reports whether the request enables thinking by name. Adaptive thinking
// does not think about what this server is asked.
func thinks(c *Call) bool {
	return object(c.Request["thinking"])["type"] == "enabled"
}

func thinkingBlock(c *Call) map[string]any {
	thought := "A made thought about: " + strings.TrimSpace(c.LastUserText())
	if object(c.Request["thinking"])["display"] == "omitted" {
		thought = ""
	}
	return map[string]any{
		"type":      "thinking",
		"thinking":  thought,
		"signature": "Er" + c.identifier("signature") + "==",
	}
}

// chosenTool is the custom tool that tool_choice forces, nil if none.
func chosenTool(c *Call) map[string]any {
	choice := object(c.Request["tool_choice"])
	for _, t := range list(c.Request["tools"]) {
		tool := object(t)
		_, custom := tool["input_schema"]
		if custom && (choice["type"] == "any" || choice["type"] == "tool" && tool["name"] == choice["name"]) {
			return tool
		}
	}
	return nil
}

func toolUseBlock(c *Call, tool map[string]any) map[string]any {
	return map[string]any{
		"type":  "tool_use",
		"id":    "toolu_" + c.identifier("tool"),
		"name":  tool["name"],
		"input": object(sample(object(tool["input_schema"]))),
	}
}

// outputSchema is the schema of output_config.format.
func outputSchema(c *Call) (map[string]any, bool) {
	format := object(object(c.Request["output_config"])["format"])
	schema, ok := format["schema"].(map[string]any)
	return schema, ok
}
