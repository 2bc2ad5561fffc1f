package fakeapi

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
)

// deltaTokens is how many tokens of text one delta carries.
const deltaTokens = 4

// stream sends the message as server-sent events, or what the fault makes of
// them.
func (r *reply) stream(m *message, fault Fault) {
	events, err := eventsOf(m)
	if err != nil {
		r.refuse(scriptError(err))
		return
	}
	write := streamForms[fault]
	whole := write != nil
	if !whole {
		events, write = streamFaults[fault](r, events), plain
	}
	r.tally.status(http.StatusOK)
	h := r.w.Header()
	h.Set("content-type", "text/event-stream; charset=utf-8")
	h.Set("cache-control", "no-cache")
	if fault == StreamGzip {
		h.Set("content-encoding", "gzip")
	}
	r.w.WriteHeader(http.StatusOK)
	parts := write(events)
	for i, part := range parts {
		if r.ctx.Err() != nil {
			return
		}
		if whole && i == len(parts)-1 {
			r.tally.answered()
		}
		io.WriteString(r.w, part)
		http.NewResponseController(r.w).Flush()
	}
	if fault == TornBody {
		panic(http.ErrAbortHandler)
	}
}

type event struct {
	name string
	data []byte
}

// events collects the events of one message; the first error stays.
type events struct {
	list []event
	err  error
}

func (e *events) add(name string, fields map[string]any) {
	fields["type"] = name
	data, err := json.Marshal(fields)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.list = append(e.list, event{name, data})
}

// eventsOf are the events that make up the message.
func eventsOf(m *message) ([]event, error) {
	var e events
	start := *m
	start.Content, start.StopReason, start.StopSequence, start.StopDetails = []map[string]any{}, nil, nil, nil
	start.Container = nil
	start.Usage = maps.Clone(m.Usage)
	if _, ok := start.Usage["output_tokens"]; ok {
		start.Usage["output_tokens"] = 1
	}
	e.add("message_start", map[string]any{"message": &start})
	for i, block := range m.Content {
		e.block(i, block)
		if i == 0 {
			e.add("ping", map[string]any{})
		}
	}
	e.add("message_delta", map[string]any{
		"delta": map[string]any{"stop_reason": m.StopReason, "stop_sequence": m.StopSequence, "stop_details": m.StopDetails, "container": m.Container},
		"usage": m.Usage,
	})
	e.add("message_stop", map[string]any{})
	return e.list, e.err
}

// block sends one block: its start without what the deltas bring, the deltas,
// its stop. A block without deltas of its own is whole in its start.
func (e *events) block(i int, block map[string]any) {
	start, deltas := e.deltas(block)
	e.add("content_block_start", map[string]any{"index": i, "content_block": start})
	for _, delta := range deltas {
		e.add("content_block_delta", map[string]any{"index": i, "delta": delta})
	}
	e.add("content_block_stop", map[string]any{"index": i})
}

// deltas splits a block into its start and its deltas.
func (e *events) deltas(block map[string]any) (start map[string]any, deltas []map[string]any) {
	start = maps.Clone(block)
	switch block["type"] {
	case "text":
		start["text"] = ""
		deltas = pieces("text_delta", "text", str(block["text"]))
	case "thinking":
		start["thinking"], start["signature"] = "", ""
		deltas = pieces("thinking_delta", "thinking", str(block["thinking"]))
		deltas = append(deltas, map[string]any{"type": "signature_delta", "signature": block["signature"]})
	case "tool_use", "server_tool_use":
		start["input"] = map[string]any{}
		input, err := json.Marshal(block["input"])
		if err != nil && e.err == nil {
			e.err = err
		}
		deltas = []map[string]any{{"type": "input_json_delta", "partial_json": ""}}
		deltas = append(deltas, pieces("input_json_delta", "partial_json", string(input))...)
	}
	return start, deltas
}

// pieces cuts text into deltas of a few tokens.
func pieces(kind, name, text string) []map[string]any {
	var deltas []map[string]any
	for text != "" {
		piece, _ := cutTokens(text, deltaTokens)
		deltas = append(deltas, map[string]any{"type": kind, name: piece})
		text = text[len(piece):]
	}
	return deltas
}
