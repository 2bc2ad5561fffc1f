package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Answer is an answer with the request that it was given to.
type Answer struct {
	// Request is the body that was sent. Where it ends in an assistant turn,
	// the answer goes on from that, and it is judged as a part of the answer.
	Request payload.JSON
	Message *messages.Answer
}

// turn is a turn of a request's messages.
type turn struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

// exchange is an answer taken apart: what was asked, and the content that was
// answered, its beginning in the request too.
type exchange struct {
	system json.RawMessage // nil without one
	turns  []turn
	answer []json.RawMessage // contents
}

func (a Answer) parts() (exchange, error) {
	var request struct {
		System   json.RawMessage `json:"system"`
		Messages []turn          `json:"messages"`
	}
	if err := exactjson.Unmarshal(a.Request.Text(), &request); err != nil {
		return exchange{}, fmt.Errorf("the request cannot be shown to a judge: %w", err)
	}
	out := exchange{system: request.System, turns: request.Messages}
	last := len(out.turns)
	for last > 0 && out.turns[last-1].Role == "assistant" {
		last--
	}
	for _, t := range out.turns[last:] {
		out.answer = append(out.answer, t.Content)
	}
	out.turns = out.turns[:last]
	var blocks []json.RawMessage
	for i := range a.Message.Content {
		blocks = append(blocks, a.Message.Content[i].Raw)
	}
	out.answer = append(out.answer, array(blocks))
	return out, nil
}

// conversation writes what led to an answer.
func (p *page) conversation(system json.RawMessage, turns []turn) {
	p.open("conversation")
	if len(system) > 0 && string(system) != "null" {
		p.open("system")
		p.blocks(system, "\n")
		p.close("system")
	}
	for _, t := range turns {
		p.open("turn", attribute{"role", t.Role})
		separator := "\n"
		if t.Role == "assistant" {
			separator = "" // an answer's texts are pieces of one
		}
		p.blocks(t.Content, separator)
		p.close("turn")
	}
	p.close("conversation")
}

// answer writes what is judged, under a name.
func (p *page) answer(name string, contents []json.RawMessage) {
	p.open(name)
	for _, c := range contents {
		p.blocks(c, "")
	}
	p.close(name)
}

// blocks writes content: a text, or a list of blocks. The separator is
// between texts that follow each other.
func (p *page) blocks(content json.RawMessage, separator string) {
	if bytes.HasPrefix(content, []byte{'"'}) {
		p.write(textOf(content))
		return
	}
	for i, raw := range itemsOf(content) {
		if i == 0 {
			p.block(raw, "")
			continue
		}
		p.block(raw, separator)
	}
}

// block writes one block, in the way of its type; a text that follows one
// behind the separator.
func (p *page) block(raw json.RawMessage, separator string) {
	b, err := exactjson.ParseObject(raw)
	if err != nil {
		return // the API takes none but objects
	}
	switch kind := textOf(b.Get("type")); kind {
	case "text":
		if p.parts[len(p.parts)-1].kind == material {
			p.write(separator)
		}
		p.write(textOf(b.Get("text")))
	case "image", "document":
		p.show(shown(b))
	case "thinking":
		if p.showThinking {
			p.tagged("thinking", textOf(b.Get("thinking")))
		}
	case "redacted_thinking":
	case "tool_use", "server_tool_use", "mcp_tool_use":
		p.tagged(kind, string(b.Get("input")), attribute{"name", textOf(b.Get("name"))})
	case "tool_result":
		p.open(kind, attribute{"is_error", failed(b)})
		p.blocks(b.Get("content"), "\n")
		p.close(kind)
	default:
		p.tagged("block", readable(raw))
	}
}

// failed is "true" for a tool's result that is an error.
func failed(b *exactjson.Object) string {
	if string(b.Get("is_error")) == "true" {
		return "true"
	}
	return ""
}

// shown is a block of media with no more than what it shows: a cache would be
// paid for, and the API gives no citations beside a format.
func shown(b *exactjson.Object) json.RawMessage {
	var out exactjson.Object
	for _, m := range b.Members() {
		switch m.Text() {
		case "type", "source", "title", "context":
			out.Put(m)
		}
	}
	return out.Append(nil)
}

// readable writes a block of another type as JSON, without what is encrypted
// in it and nobody can read.
func readable(raw json.RawMessage) string {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return string(raw)
	}
	strip(value)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(value) != nil {
		return string(raw)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func strip(value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if strings.HasPrefix(key, "encrypted_") || key == "cache_control" {
				delete(value, key)
				continue
			}
			strip(inner)
		}
	case []any:
		for _, inner := range value {
			strip(inner)
		}
	}
}
