package fakeapi

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math"
	"strings"
)

// message is an answer as the API writes it.
type message struct {
	ID           string           `json:"id"`
	Type         string           `json:"type"`
	Role         string           `json:"role"`
	Model        string           `json:"model"`
	Content      []map[string]any `json:"content"`
	StopReason   *string          `json:"stop_reason"`
	StopSequence *string          `json:"stop_sequence"`
	StopDetails  map[string]any   `json:"stop_details"`
	Container    any              `json:"container"`
	Usage        map[string]any   `json:"usage"`
}

// newMessage makes a whole message of a script's answer.
func newMessage(c *Call, a Answer) *message {
	content := contentOf(a)
	if a.StopReason == "" {
		content, a.StopReason, a.StopSequence = cut(c, content)
	}
	m := &message{
		ID: a.ID, Type: "message", Role: "assistant", Model: a.Model,
		Content: content, StopReason: &a.StopReason, StopDetails: a.StopDetails,
		Usage: usage(c, content),
	}
	if a.Container != nil {
		m.Container = a.Container
	}
	if m.ID == "" {
		m.ID = "msg_" + c.identifier("message")
	}
	if m.Model == "" {
		m.Model = str(c.Request["model"])
	}
	if a.StopSequence != "" {
		m.StopSequence = &a.StopSequence
	}
	for name, value := range a.Usage {
		if m.Usage[name] = value; value == nil {
			delete(m.Usage, name)
		}
	}
	return m
}

// contentOf is the answer's blocks, never nil.
func contentOf(a Answer) []map[string]any {
	if a.Content == nil && a.Text != "" {
		return []map[string]any{textBlock(a.Text)}
	}
	return append([]map[string]any{}, a.Content...)
}

// identifier is the tail of an id: the same for the same body and attempt.
func (c *Call) identifier(of string) string {
	h := sha256.New()
	h.Write(c.hash[:])
	h.Write(binary.BigEndian.AppendUint64([]byte(of), uint64(c.Attempt)))
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// cut applies stop_sequences and max_tokens to the blocks, and says why the
// answer stopped.
func cut(c *Call, content []map[string]any) (kept []map[string]any, reason, sequence string) {
	left := c.maxTokens()
	for i, block := range content {
		if block["type"] != "text" {
			if left -= blockTokens(block); left < 0 {
				return content[:i], "max_tokens", ""
			}
			continue
		}
		text := str(block["text"])
		upTo, sequence := cutAtSequence(text, list(c.Request["stop_sequences"]))
		short, used := cutTokens(upTo, left)
		left -= used
		switch {
		case len(short) < len(upTo):
			return replaceText(content[:i+1], short), "max_tokens", ""
		case sequence != "":
			return replaceText(content[:i+1], short), "stop_sequence", sequence
		}
	}
	return content, naturalStop(content), ""
}

// naturalStop is why an answer stops that nothing cut.
func naturalStop(content []map[string]any) string {
	if n := len(content); n > 0 && content[n-1]["type"] == "tool_use" {
		return "tool_use"
	}
	return "end_turn"
}

// replaceText puts text into the last block, which goes if nothing is left.
func replaceText(content []map[string]any, text string) []map[string]any {
	last := len(content) - 1
	if text == "" {
		return content[:last]
	}
	block := maps.Clone(content[last])
	block["text"] = text
	return append(content[:last:last], block)
}

// cutAtSequence ends text before the first stop sequence in it.
func cutAtSequence(text string, sequences []any) (short, found string) {
	short = text
	for _, s := range sequences {
		if before, _, ok := strings.Cut(short, str(s)); ok && s != "" {
			short, found = before, str(s)
		}
	}
	return short, found
}

// maxTokens is the request's max_tokens. Only a request that nobody checked
// can be without.
func (c *Call) maxTokens() int {
	most, ok := number(c.Request["max_tokens"])
	if !ok {
		return math.MaxInt32
	}
	return int(min(most, math.MaxInt32))
}

// usage counts tokens, crudely and always the same.
func usage(c *Call, content []map[string]any) map[string]any {
	out, thought := 0, 0
	for _, block := range content {
		n := blockTokens(block)
		out += n
		if block["type"] == "thinking" {
			thought += n
		}
	}
	return map[string]any{
		"input_tokens":                inputTokens(c),
		"output_tokens":               out,
		"cache_creation_input_tokens": 0,
		"cache_read_input_tokens":     0,
		"cache_creation":              map[string]any{"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
		"output_tokens_details":       map[string]any{"thinking_tokens": thought},
		"server_tool_use":             nil,
		"service_tier":                "standard",
		"inference_geo":               "global",
	}
}
