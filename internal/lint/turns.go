package lint

import (
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/suite"
)

// stages are the lists of turns that are written before each request of the
// conversation. A judge's has none.
func (a *requestFacts) stages() []*suite.Value {
	turns := a.body.Get("messages")
	if turns == nil {
		return nil
	}
	out := []*suite.Value{turns}
	for _, s := range a.of.Conversation.Next {
		out = append(out, s.Written)
	}
	return out
}

// turns are all turns that are written.
func (a *requestFacts) turns() []*suite.Value {
	var out []*suite.Value
	for _, stage := range a.stages() {
		out = append(out, stage.Items...)
	}
	return out
}

// prefills are the prefills of the requests.
func (a *requestFacts) prefills() []*suite.Value {
	var out []*suite.Value
	for _, stage := range a.stages() {
		if last := lastTurn(stage); last != nil {
			out = append(out, last)
		}
	}
	return out
}

// lastTurn is the last of turns if that is a prefill, else nil. A turn that
// ends in a server tool's use goes on by itself.
func lastTurn(turns *suite.Value) *suite.Value {
	if len(turns.Items) == 0 {
		return nil
	}
	last := turns.Items[len(turns.Items)-1]
	if text(last.Get("role")) != "assistant" {
		return nil
	}
	if end := lastBlock(last.Get("content")); strings.HasPrefix(text(end.Get("type")), "server_tool") {
		return nil
	}
	return last
}

// lastBlock is the last block of a content, nil where it is text.
func lastBlock(content *suite.Value) *suite.Value {
	if content == nil || len(content.Items) == 0 {
		return nil
	}
	return content.Items[len(content.Items)-1]
}

// firstBlock is the first block of a content, nil where it is text.
func firstBlock(content *suite.Value) *suite.Value {
	if content == nil || len(content.Items) == 0 {
		return nil
	}
	return content.Items[0]
}

func (a *requestFacts) prefill() []refusal {
	turns := a.prefills()
	if len(turns) == 0 {
		return nil
	}
	if a.model != nil && refuses(a.model.Prefill) {
		return []refusal{{
			rule: refusedPrefill, what: "prefill", at: prefillText(turns[0]),
			message: a.modelName + " refuses a prefill: the conversation must end with a user turn",
		}}
	}
	for _, turn := range turns {
		if a.thinkingType() == "enabled" && !strings.HasSuffix(text(firstBlock(turn.Get("content")).Get("type")), "thinking") {
			return []refusal{{
				rule: refusedThinking, what: "prefill with thinking", at: prefillText(turn),
				message: "thinking cannot be had with a prefill, unless that begins with the thinking",
			}}
		}
		if endsInSpace(turn) {
			return []refusal{{
				rule: prefillSpace, what: "white space behind a prefill", at: prefillText(turn),
				message: "the prefill ends in white space, which the API refuses",
				hint:    "end it with its last word; the answer begins with the space",
			}}
		}
	}
	return nil
}

// endsInSpace reports whether the text of a prefill does.
func endsInSpace(turn *suite.Value) bool {
	end := turn.Get("content")
	if block := lastBlock(end); block != nil {
		end = block.Get("text")
	}
	s := text(end)
	return s != strings.TrimRightFunc(s, unicode.IsSpace)
}

// prefillText is the position of the text of a prefill.
func prefillText(turn *suite.Value) place {
	content := turn.Get("content")
	if content == nil {
		return turn
	}
	if block := lastBlock(content); block != nil {
		if own := block.Get("text"); own != nil {
			return own
		}
		return block
	}
	return content
}
