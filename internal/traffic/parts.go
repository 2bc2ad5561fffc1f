package traffic

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// readTurns gives the messages of a request, what they say as system, and whether
// they use tools.
func readTurns(turns []*exactjson.Object) (messages json.RawMessage, system []json.RawMessage, tools bool, err error) {
	var out []json.RawMessage
	var results []json.RawMessage // of the tools, which one turn of the user answers
	flush := func() {
		if len(results) > 0 {
			out = append(out, turnOf("user", results))
			results = nil
		}
	}
	for i, turn := range turns {
		role, _ := exactjson.Text(turn.Get("role"))
		blocks, uses, err := readParts(turn)
		switch {
		case err != nil:
			return nil, nil, false, fmt.Errorf("gen_ai.input.messages[%d]: %w", i, err)
		case role == "system" && len(out) == 0 && len(results) == 0:
			system = append(system, blocks...)
		case role == "tool":
			results = append(results, blocks...)
		case role == "user" || role == "assistant":
			flush()
			out = append(out, turnOf(role, blocks))
		default:
			return nil, nil, false, fmt.Errorf("gen_ai.input.messages[%d] has the role %s, which the Messages API has not here", i, diagnostic.Quote(role))
		}
		tools = tools || uses
	}
	flush()
	return listOf(out), system, tools, nil
}

func turnOf(role string, blocks []json.RawMessage) json.RawMessage {
	out := new(exactjson.Object)
	out.Set("role", exactjson.Quote(role))
	out.Set("content", saying(blocks))
	return out.Append(nil)
}

// saying is a text where the blocks are no more than that, as people write it.
func saying(blocks []json.RawMessage) json.RawMessage {
	if len(blocks) == 1 {
		if o, err := exactjson.ParseObject(blocks[0]); err == nil && string(o.Get("type")) == `"text"` {
			return o.Get("text")
		}
	}
	return listOf(blocks)
}

func listOf(items []json.RawMessage) json.RawMessage {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = string(item)
	}
	return json.RawMessage("[" + strings.Join(parts, ",") + "]")
}

// usesTools reports whether some part of messages is a use of a tool or its result.
func usesTools(turns []*exactjson.Object) bool {
	return slices.ContainsFunc(turns, func(turn *exactjson.Object) bool {
		_, uses, err := readParts(turn)
		return err == nil && uses
	})
}

// readParts gives the blocks of a message, and whether a tool is used in it.
func readParts(turn *exactjson.Object) (blocks []json.RawMessage, tools bool, err error) {
	parts, err := exactjson.ParseArray(turn.Get("parts"))
	if err != nil {
		return nil, false, fmt.Errorf("it has no list of parts")
	}
	for i, raw := range parts {
		part, err := exactjson.ParseObject(raw)
		if err != nil {
			return nil, false, fmt.Errorf("parts[%d]: %w", i, err)
		}
		block, err := partBlock(part)
		if err != nil {
			return nil, false, fmt.Errorf("parts[%d]: %w", i, err)
		}
		kind, _ := exactjson.Text(part.Get("type"))
		tools = tools || strings.HasPrefix(kind, "tool_call")
		blocks = append(blocks, block)
	}
	return blocks, tools, nil
}

// partBlock is the block of the Messages API that says what a part does.
func partBlock(part *exactjson.Object) (json.RawMessage, error) {
	kind, _ := exactjson.Text(part.Get("type"))
	switch kind {
	case "text":
		return block("text", member{"text", part.Get("content")})
	case "tool_call":
		input := unwrapped(part.Get("arguments"))
		if !present(input) {
			input = json.RawMessage("{}")
		}
		return block("tool_use", member{"id", part.Get("id")}, member{"name", part.Get("name")}, member{"input", input})
	case "tool_call_response":
		return resultBlock(part)
	case "blob", "uri", "file":
		return mediaBlock(kind, part)
	case "reasoning":
		return nil, &hintedError{"the part is thinking, whose signature a span does not have", complete}
	}
	return nil, &hintedError{"the part is of the type " + diagnostic.Quote(kind) + ", which is no block of the Messages API for sure", complete}
}

// member is a member of a block.
type member struct {
	name  string
	value json.RawMessage
}

// block is a block with members, each of which it must have.
func block(kind string, members ...member) (json.RawMessage, error) {
	out := new(exactjson.Object)
	out.Set("type", exactjson.Quote(kind))
	for _, m := range members {
		if !present(m.value) {
			return nil, fmt.Errorf("the %s has no %s", kind, m.name)
		}
		out.Set(m.name, m.value)
	}
	return out.Append(nil), nil
}

// resultBlock is what a tool was answered. Only a text says for sure what the
// application sent.
func resultBlock(part *exactjson.Object) (json.RawMessage, error) {
	content := part.Get("response")
	if content == nil {
		content = part.Get("result")
	}
	if _, ok := exactjson.Text(content); !ok {
		return nil, &hintedError{"the result of the tool is no text, so that it is not known what was sent", complete}
	}
	return block("tool_result", member{"tool_use_id", part.Get("id")}, member{"content", content})
}

// mediaBlock is an image or a document.
func mediaBlock(kind string, part *exactjson.Object) (json.RawMessage, error) {
	modality, _ := exactjson.Text(part.Get("modality"))
	if modality != "image" && modality != "document" {
		return nil, fmt.Errorf("the part is of the modality %s, expected an image or a document", diagnostic.Quote(modality))
	}
	var source json.RawMessage
	var err error
	switch kind {
	case "blob":
		source, err = block("base64", member{"media_type", part.Get("mime_type")}, member{"data", part.Get("content")})
	case "uri":
		source, err = block("url", member{"url", part.Get("uri")})
	case "file":
		source, err = block("file", member{"file_id", part.Get("file_id")})
	}
	if err != nil {
		return nil, err
	}
	return block(modality, member{"source", source})
}
