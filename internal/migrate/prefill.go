package migrate

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/suite"
)

// prefill removes the beginning of an answer that the model refuses to go on from,
// and asks for it in words, or by a schema where it opens JSON and that is known.
func (w *work) prefill(stage *suite.Value, i int) {
	unthought := w.budgeted() && !strings.HasSuffix(textOf(first(stage.Items[i].Get("content")).Get("type")), "thinking")
	if !refuses(w.new.Prefill) && !unthought {
		w.trim(stage.Items[i], fmt.Sprintf("/messages/%d", i))
		return
	}
	content := stage.Items[i].Get("content")
	begin := prefillText(content)
	reason := w.id + " refuses a prefill"
	if !refuses(w.new.Prefill) {
		reason = "with a budget of thinking a prefill must begin with the thinking"
	}
	w.take(stage, "/messages", i, reason, sourceUsers)
	trimmed := strings.TrimSpace(begin)
	opensJSON := strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[")
	switch {
	case trimmed == "", w.get("output_config", "format") != nil && opensJSON:
	case opensJSON && w.opts.Schema != nil:
		format := object("type", text("json_schema"), "schema", w.opts.Schema)
		const why = "a structured output in the place of a prefill that opens JSON"
		if config := w.get("output_config"); config != nil {
			w.put(config, "/output_config", "format", format, "", why, sourceFormat)
		} else {
			w.put(w.Body, "", "output_config", object("format", format), "messages", why, sourceFormat)
		}
	default:
		c := w.instruct(w.instruction(trimmed, opensJSON), "in the place of a prefill", sourceMigration)
		if content.Kind == suite.String && content.IsComputed() {
			c.From, c.Filled = content, trimmed
		}
	}
}

// first is the first block of a content; nil where it is text.
func first(content *suite.Value) *suite.Value {
	if blocks := items(content); len(blocks) > 0 {
		return blocks[0]
	}
	return nil
}

// trim takes white space off the end of a prefill, which the API refuses.
func (w *work) trim(turn *suite.Value, at string) {
	const reason = "a prefill must not end in white space"
	content := turn.Get("content")
	holder, key := turn, "content"
	if n := len(content.Items); n > 0 {
		holder, key, at = content.Items[n-1], "text", fmt.Sprintf("%s/content/%d", at, n-1)
	}
	was := textOf(holder.Get(key))
	if trimmed := strings.TrimRightFunc(was, unicode.IsSpace); trimmed != was && trimmed != "" {
		w.replace(holder, at, key, text(trimmed), reason, sourceUsers)
	}
}

// instruction asks for an answer that goes on from a beginning.
func (w *work) instruction(begin string, opensJSON bool) string {
	switch {
	case opensJSON && (w.opts.Repeats || len(begin) == 1):
		return "Answer with JSON alone, without a code fence or any other text. Begin with: " + begin
	case w.opts.Repeats:
		return "Begin your answer with exactly: " + begin
	}
	separator := " "
	if strings.Contains(begin, "\n") {
		separator = "\n"
	}
	return "Your answer continues this text. Write only what comes next, and do not repeat it:" + separator + begin
}

// prefillText is the text that an answer was to go on from.
func prefillText(content *suite.Value) string {
	if content.Kind == suite.String {
		return content.Text
	}
	var out strings.Builder
	for _, block := range content.Items {
		out.WriteString(textOf(block.Get("text")))
	}
	return out.String()
}
