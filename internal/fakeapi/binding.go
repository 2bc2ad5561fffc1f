package fakeapi

import (
	"crypto/sha256"
	"encoding/json"
)

// prompt is what is before a thinking block, with its model.
type prompt [sha256.Size]byte

// promptOf is a request up to a turn.
func promptOf(request map[string]any, turns []any) prompt {
	text, err := json.Marshal([]any{request["model"], request["system"], request["tools"], turns})
	if err != nil {
		panic(err) // it was read from JSON
	}
	return sha256.Sum256(text)
}

// remember keeps the prompt behind which a message thinks.
func (s *Server) remember(c *Call, m *message) {
	for _, block := range m.Content {
		signature, ok := block["signature"].(string)
		if block["type"] != "thinking" || !ok {
			continue
		}
		s.mu.Lock()
		if s.thoughts == nil {
			s.thoughts = map[string]prompt{}
		}
		s.thoughts[signature] = promptOf(c.Request, list(c.Request["messages"]))
		s.mu.Unlock()
	}
}

// checkBinding refuses thinking that was answered behind another prompt, on
// models that take it behind its own alone. Of thinking that this server did
// not answer it says nothing.
func (s *Server) checkBinding(c *Call) *apiError {
	m, ok := findModel(str(c.Request["model"]))
	binding := object(object(c.Request["thinking"])["block_binding"])
	if !ok || m.BoundThinking != "all" || binding["prefix_mismatch_behavior"] == "drop_block" || c.Request["thread"] != nil {
		return nil
	}
	turns := list(c.Request["messages"])
	for i := range turns {
		for j, b := range blocksOf(turns, i) {
			s.mu.Lock()
			own, known := s.thoughts[str(object(b)["signature"])]
			s.mu.Unlock()
			if known && own != promptOf(c.Request, turns[:i]) {
				return invalid("messages.%d.content.%d: the thinking block was created in another conversation, or the messages before it have changed since", i, j)
			}
		}
	}
	return nil
}
