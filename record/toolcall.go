package record

import (
	"cmp"
	"encoding/json"
	"slices"
)

// ToolCall is a call of a tool that was really run, with what it answered.
type ToolCall struct {
	Kind string `json:"kind"` // "tool"
	ID
	Sample int `json:"sample"`
	// Turn is the exchange whose answer called the tool, from 1, and Call the
	// number of the call among all of that answer, from 1.
	Turn int `json:"turn"`
	Call int `json:"call"`
	// From is the name of the command in the file of tools.
	From  string          `json:"from"`
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"` // as canonical JSON
	// Content is what went back to the model: a text, or a list of blocks.
	Content json.RawMessage `json:"content"`
	IsError bool            `json:"is_error,omitzero"`
	MS      float64         `json:"ms"`
	// Redacted says that Writer.Redact has changed it, so that nothing can be
	// answered by it.
	Redacted bool `json:"redacted,omitzero"`
}

// ToolSet are the tools that a run took from a command.
type ToolSet struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of Definitions as JSON
	// Definitions are as requests have them.
	Definitions []json.RawMessage `json:"definitions"`
}

func (c ToolCall) appendTo(dst []byte) ([]byte, error) {
	c.Kind = kindTool
	return appendLine(dst, &c)
}

// toolEntry is the position of a tool line.
type toolEntry struct {
	offset int64
	length uint32
	owner  uint32 // index of the case
	sample uint32
}

func (x *index) addTool(h *head, at lineRef) error {
	if h.bad != nil {
		return h.bad
	}
	if owner, ok := x.owner(h); ok {
		x.tools = append(x.tools, toolEntry{at.offset, at.length, owner, uint32(h.sample)})
	}
	return nil
}

// sortTools orders the calls by case, sample and time.
func (x *index) sortTools() {
	slices.SortFunc(x.tools, func(a, b toolEntry) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.sample, b.sample), cmp.Compare(a.offset, b.offset))
	})
}

// toolsOf gives the calls of one sample of a case, or of all where sample is 0.
func (x *index) toolsOf(owner, sample uint32) []toolEntry {
	last := sample
	if sample == 0 {
		last = noSample
	}
	compare := func(e toolEntry, sample uint32) int {
		return cmp.Or(cmp.Compare(e.owner, owner), cmp.Compare(e.sample, sample))
	}
	from, _ := slices.BinarySearchFunc(x.tools, sample, compare)
	to := from
	for to < len(x.tools) && compare(x.tools[to], last) <= 0 {
		to++
	}
	return x.tools[from:to]
}

// ToolCalls gives the calls of tools that were recorded of a sample, in the order
// of the conversation, without those that Redact has changed. Of two in one
// place the last counts.
func (a *Answers) ToolCalls(id ID, sample int) ([]*ToolCall, error) {
	owner, ok, err := a.owner(id)
	if !ok || err != nil || sample < 1 || sample > maxSample {
		return nil, err
	}
	var calls []*ToolCall
	for _, entry := range slices.Backward(a.file.index.toolsOf(owner, uint32(sample))) {
		c := new(ToolCall)
		if err := a.file.decode(lineRef{entry.offset, entry.length}, c); err != nil {
			return nil, err
		}
		calls = append(calls, c)
	}
	place := func(a, b *ToolCall) int { return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.Call, b.Call)) }
	slices.SortStableFunc(calls, place)
	calls = slices.CompactFunc(calls, func(a, b *ToolCall) bool { return place(a, b) == 0 })
	return slices.DeleteFunc(calls, func(c *ToolCall) bool { return c.Redacted }), nil
}
