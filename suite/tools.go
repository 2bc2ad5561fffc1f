package suite

// Tools are the tools that a request defines: those of its member tools, and
// those that turns define from where they are on (tool_addition with a
// tool_definition). later are turns that follow in its conversation.
func Tools(body *Value, later ...*Value) []*Value {
	var out []*Value
	if tools := body.Get("tools"); tools != nil {
		out = append(out, tools.Items...)
	}
	for _, turns := range append([]*Value{body.Get("messages")}, later...) {
		if turns == nil {
			continue
		}
		for _, turn := range turns.Items {
			out = append(out, added(turn.Get("content"))...)
		}
	}
	return out
}

// added are the tools that a turn's content defines.
func added(content *Value) (out []*Value) {
	if content == nil {
		return nil
	}
	for _, block := range content.Items {
		if tool := block.Get("tool").Get("definition"); tool != nil {
			out = append(out, tool)
		}
	}
	return out
}
