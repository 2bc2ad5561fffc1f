package fakeapi

import (
	"slices"
	"strings"
	"unicode"
)

// checkConversation checks the order of the turns.
func checkConversation(request map[string]any, m model) *apiError {
	turns := list(request["messages"])
	threaded := object(request["thread"])["type"] == "continue"
	switch {
	case len(turns) == 0 && threaded:
		return nil
	case len(turns) == 0:
		return invalid("messages: at least one message is required")
	}
	if object(turns[0])["role"] == "assistant" {
		return invalid(`messages: first message must use the "user" role`)
	}
	for i := range turns {
		for _, check := range []func([]any, int, model) *apiError{checkSystemTurn, checkText, checkRoleBlocks, checkFallback} {
			if err := check(turns, i, m); err != nil {
				return err
			}
		}
	}
	if !threaded { // the uses that the first results answer are the thread's
		if err := checkToolTurns(turns); err != nil {
			return err
		}
	}
	if err := checkContainer(request, turns); err != nil {
		return err
	}
	if err := checkTextBlocks("system", list(request["system"])); err != nil {
		return err
	}
	return checkEnd(request, m)
}

func roleOf(turns []any, i int) string {
	if i < 0 || i >= len(turns) {
		return ""
	}
	return str(object(turns[i])["role"])
}

func blocksOf(turns []any, i int) []any {
	if i < 0 || i >= len(turns) {
		return nil
	}
	return list(object(turns[i])["content"])
}

// checkSystemTurn checks a system turn in place: not first, after a user turn
// or a server tool's use, before an assistant turn or last, text only.
func checkSystemTurn(turns []any, i int, m model) *apiError {
	if roleOf(turns, i) != "system" {
		return nil
	}
	next := roleOf(turns, i+1)
	switch {
	case !takes(m.SystemTurns):
		return invalid("messages.%d: role 'system' is not supported on this model", i)
	case i == 0:
		return invalid("messages.0: role 'system' cannot be the first message; use the top-level `system` parameter")
	case roleOf(turns, i-1) != "user" && !endsInServerTool(blocksOf(turns, i-1)):
		return invalid("messages.%d: role 'system' must follow a user message", i)
	case next != "" && next != "assistant":
		return invalid("messages.%d: role 'system' must be the last message or be followed by an assistant message", i)
	}
	for j, b := range blocksOf(turns, i) {
		if kind := object(b)["type"]; kind != "text" && kind != "tool_addition" && kind != "tool_removal" {
			return invalid("messages.%d.content.%d: role 'system' only supports text blocks, got '%v'", i, j, kind)
		}
	}
	return nil
}

func endsInServerTool(blocks []any) bool {
	return len(blocks) > 0 && strings.HasPrefix(str(object(blocks[len(blocks)-1])["type"]), "server_tool")
}

func endsInCompaction(blocks []any) bool {
	return len(blocks) > 0 && object(blocks[len(blocks)-1])["type"] == "compaction"
}

// checkText refuses content without content. Only the last assistant turn may
// be empty.
func checkText(turns []any, i int, _ model) *apiError {
	last := i == len(turns)-1 && roleOf(turns, i) == "assistant"
	content := object(turns[i])["content"]
	s, isString := content.(string)
	blocks := list(content)
	switch {
	case s == "" && len(blocks) == 0 && !last && object(turns[i])["output_config"] == nil:
		return invalid("messages.%d: all messages must have non-empty content except for the optional final assistant message", i)
	case isString && s != "" && strings.TrimSpace(s) == "" && !last:
		return invalid("messages: text content blocks must contain non-whitespace text")
	}
	return checkTextBlocks("messages", blocks)
}

// checkTextBlocks refuses empty text blocks, inside tool results too.
func checkTextBlocks(where string, blocks []any) *apiError {
	for _, b := range blocks {
		block := object(b)
		text, isText := block["text"].(string)
		switch {
		case block["type"] == "tool_result":
			if err := checkTextBlocks(where, list(block["content"])); err != nil {
				return err
			}
		case block["type"] != "text" || !isText:
		case text == "":
			return invalid("%s: text content blocks must be non-empty", where)
		case strings.TrimSpace(text) == "":
			return invalid("%s: text content blocks must contain non-whitespace text", where)
		}
	}
	return nil
}

// assistantOnly and userOnly are the blocks that only one role may use.
var (
	assistantOnly = []string{"thinking", "redacted_thinking", "tool_use", "server_tool_use", "mcp_tool_use", "compaction"}
	userOnly      = []string{"tool_result", "image", "search_result", "container_upload"}
	systemOnly    = []string{"tool_addition", "tool_removal"}
)

// checkRoleBlocks refuses blocks in the other role's turn.
func checkRoleBlocks(turns []any, i int, _ model) *apiError {
	role := roleOf(turns, i)
	for _, b := range blocksOf(turns, i) {
		kind := str(object(b)["type"])
		if role == "user" && slices.Contains(assistantOnly, kind) || role == "assistant" && slices.Contains(userOnly, kind) {
			other := map[string]string{"user": "assistant", "assistant": "user"}[role]
			return invalid("messages.%d: `%s` blocks can only be specified in `%s` messages", i, kind, other)
		}
		if role != "system" && slices.Contains(systemOnly, kind) {
			return invalid("messages.%d: `%s` blocks can only be specified in `system` messages", i, kind)
		}
	}
	return nil
}

// checkFallback refuses what a model left behind that declined.
func checkFallback(turns []any, i int, _ model) *apiError {
	blocks := blocksOf(turns, i)
	for seam := len(blocks) - 1; seam >= 0; seam-- {
		if object(blocks[seam])["type"] != "fallback" {
			continue
		}
		for j, b := range blocks[:seam] {
			if kind := object(b)["type"]; kind == "thinking" || kind == "redacted_thinking" || kind == "tool_use" {
				return invalid("messages.%d.content.%d: `%s` blocks before a `fallback` block cannot be sent back", i, j, kind)
			}
		}
		return nil
	}
	return nil
}

// checkContainer refuses results for code that waits for them in a container
// which the request does not name.
func checkContainer(request map[string]any, turns []any) *apiError {
	container := request["container"]
	if str(container) != "" || str(object(container)["id"]) != "" {
		return nil
	}
	for i := range turns {
		for _, b := range blocksOf(turns, i) {
			if block := object(b); block["type"] == "tool_use" && strings.HasPrefix(str(object(block["caller"])["type"]), "code_execution_") {
				return invalid("container_id is required when there are pending tool uses generated by code execution with tools.")
			}
		}
	}
	return nil
}

// run is a row of turns of one role, which the API reads as one turn.
type run struct {
	role string
	at   int // the index of the first turn
	// blocks are all of its turns' blocks; a string is a text block.
	blocks []any
}

func runsOf(turns []any) []run {
	var runs []run
	for i := range turns {
		role := roleOf(turns, i)
		if len(runs) == 0 || runs[len(runs)-1].role != role {
			runs = append(runs, run{role: role, at: i})
		}
		last := &runs[len(runs)-1]
		if s, ok := object(turns[i])["content"].(string); ok {
			last.blocks = append(last.blocks, textBlock(s))
		}
		last.blocks = append(last.blocks, blocksOf(turns, i)...)
	}
	return runs
}

// checkToolTurns checks that every tool_use is answered by the next turn, and
// that every tool_result answers one of the turn before.
func checkToolTurns(turns []any) *apiError {
	var before run
	for _, r := range append(runsOf(turns), run{at: len(turns)}) {
		if err := checkToolUses(before, r); err != nil {
			return err
		}
		if err := checkToolResults(before, r); err != nil {
			return err
		}
		before = r
	}
	return nil
}

// ids collects a field of the blocks of one type.
func ids(blocks []any, kind, name string) []string {
	var found []string
	for _, b := range blocks {
		if block := object(b); block["type"] == kind {
			found = append(found, str(block[name]))
		}
	}
	return found
}

// checkToolUses checks the uses of one turn against the results that open the
// next.
func checkToolUses(turn, next run) *apiError {
	uses := ids(turn.blocks, "tool_use", "id")
	opening := next.blocks
	if end := slices.IndexFunc(opening, func(b any) bool { return object(b)["type"] != "tool_result" }); end >= 0 {
		opening = opening[:end]
	}
	results := ids(opening, "tool_result", "tool_use_id")
	for n, id := range uses {
		if slices.Contains(uses[:n], id) {
			return invalid("messages.%d: `tool_use` ids must be unique", turn.at)
		}
		if !slices.Contains(results, id) {
			return invalid("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. "+
				"Each `tool_use` block must have a corresponding `tool_result` block in the next message.", turn.at, id)
		}
	}
	return nil
}

// checkToolResults checks the results of one turn against the uses of the
// turn before.
func checkToolResults(before, turn run) *apiError {
	uses := ids(before.blocks, "tool_use", "id")
	var seen []string
	for j, b := range turn.blocks {
		block := object(b)
		if block["type"] != "tool_result" {
			continue
		}
		id := str(block["tool_use_id"])
		if !slices.Contains(uses, id) {
			return invalid("messages.%d.content.%d: unexpected `tool_use_id` found in `tool_result` blocks: %s. "+
				"Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", turn.at, j, id)
		}
		if slices.Contains(seen, id) {
			return invalid("messages.%d.content.%d: each tool_use must have a single result. "+
				"Found multiple `tool_result` blocks with id: %s", turn.at, j, id)
		}
		seen = append(seen, id)
	}
	return nil
}

// noPrefill is what a model says that does not go on from an assistant turn.
const noPrefill = "This model does not support assistant message prefill. The conversation must end with a user message."

// checkEnd checks the last turn, if it is a prefill.
func checkEnd(request map[string]any, m model) *apiError {
	turns := list(request["messages"])
	last := len(turns) - 1
	content := object(turns[last])["content"]
	if roleOf(turns, last) != "assistant" || endsInServerTool(list(content)) || endsInCompaction(list(content)) {
		return nil
	}
	text := finalText(content)
	switch kind := firstType(content); {
	case !takes(m.Prefill):
		return invalid(noPrefill)
	case thinkingType(request) == "enabled" && kind != "thinking" && kind != "redacted_thinking":
		return invalid("messages.%d.content.0.type: Expected `thinking` or `redacted_thinking`, but found `%s`. "+
			"When `thinking` is enabled, a final `assistant` message must start with a thinking block.", last, kind)
	case text != strings.TrimRightFunc(text, unicode.IsSpace):
		return invalid("messages: final assistant content cannot end with trailing whitespace")
	}
	return nil
}

// firstType is the type of a content's first block; a string is a text block.
func firstType(content any) string {
	if blocks := list(content); len(blocks) > 0 {
		return str(object(blocks[0])["type"])
	}
	return "text"
}

// finalText is the text that a content ends in, "" if it ends in another
// block.
func finalText(content any) string {
	if s, ok := content.(string); ok {
		return s
	}
	blocks := list(content)
	if len(blocks) == 0 {
		return ""
	}
	return str(object(blocks[len(blocks)-1])["text"])
}
