package lint

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// boundBlocks gathers thinking blocks that are written, each by its position:
// variants and rows can send one behind several prompts.
type boundBlocks struct {
	byPlace map[diagnostic.Position]*boundBlock
	order   []*boundBlock
}

// boundBlock is a thinking block. prompts are what is before it, with the model
// that it is sent to. model is one that takes it behind its own prompt alone, and
// whose are the accounts of which that is so.
type boundBlock struct {
	at           *suite.Value
	prompts      map[[sha256.Size]byte]bool
	model, whose string
	first        *suite.Case
}

// add takes the first thinking block of a request.
func (b *boundBlocks) add(a *requestFacts) {
	turns := a.turns()
	i := slices.IndexFunc(turns, func(turn *suite.Value) bool { return thinkingIn(turn) != nil })
	if i < 0 || text(a.body.Get("thinking").Get("block_binding").Get("prefix_mismatch_behavior")) == "drop_block" {
		return
	}
	h := sha256.New()
	for _, name := range []string{"model", "system", "tools"} {
		writeValue(h, a.body.Get(name))
	}
	for _, turn := range turns[:i] {
		writeValue(h, turn)
	}
	b.take(a, thinkingIn(turns[i]), [sha256.Size]byte(h.Sum(nil)))
}

// thinkingIn is the first thinking block of a turn, nil where there is none.
func thinkingIn(turn *suite.Value) *suite.Value {
	content := turn.Get("content")
	if content == nil {
		return nil
	}
	for _, block := range content.Items {
		if kind := text(block.Get("type")); kind == "thinking" || kind == "redacted_thinking" {
			return block
		}
	}
	return nil
}

func (b *boundBlocks) take(a *requestFacts, block *suite.Value, prompt [sha256.Size]byte) {
	where := block.Diagnostic("", "").Position
	found := b.byPlace[where]
	if found == nil {
		if len(b.order) == maxFindings {
			return
		}
		found = &boundBlock{at: block, prompts: map[[sha256.Size]byte]bool{}, first: a.of}
		if b.byPlace == nil {
			b.byPlace = map[diagnostic.Position]*boundBlock{}
		}
		b.byPlace[where] = found
		b.order = append(b.order, found)
	}
	if len(found.prompts) < 2 {
		found.prompts[prompt] = true
	}
	if a.model != nil && a.model.BoundThinking != "" && found.whose != "all" {
		found.model, found.whose = a.modelName, a.model.BoundThinking
	}
}

// report adds the blocks that are sent behind several prompts.
func (b *boundBlocks) report(found *collector) {
	for _, block := range b.order {
		if len(block.prompts) < 2 || block.model == "" {
			continue
		}
		message := fmt.Sprintf("the thinking was made for one model and one prompt, and is sent with several: %s refuses it with another", block.model)
		if block.whose == "new" {
			message += " to accounts since 31 August 2026"
		}
		found.add(boundThinking, at(block.at, block.first, message,
			"write `thinking: {block_binding: {prefix_mismatch_behavior: drop_block}}` to leave it out there, which needs a beta"), nil)
	}
}

// writeValue writes all of a value, so that values that differ are written
// differently.
func writeValue(w io.Writer, v *suite.Value) {
	if v == nil {
		fmt.Fprint(w, "-")
		return
	}
	fmt.Fprintf(w, "%d %q %d %d ", v.Kind, v.Text, len(v.Items), len(v.Members))
	for _, item := range v.Items {
		writeValue(w, item)
	}
	for _, m := range v.Members {
		fmt.Fprintf(w, "%q", m.Key)
		writeValue(w, m.Value)
	}
}
