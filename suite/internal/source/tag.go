package source

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// tag is what comes before a node as its tag, read from the source: the
// reader drops a lone exclamation mark without a trace, and with it the negation of
// an expression.
type tag struct {
	text         string // with its exclamation mark; "" where there is none
	line, column int
}

// tag marks the value that is tagged !raw and refuses every tag but that and
// !!str.
func (b *builder) tag(v *Value, t tag, kind yaml.Kind) {
	switch {
	case t.text == "":
	case t.text == "!raw":
		v.Raw = true
	case t.text == "!!str" && kind == yaml.ScalarNode:
	default:
		b.refuseTag(v, t)
	}
}

// refuseTag reports that a tag means nothing here.
func (b *builder) refuseTag(v *Value, t tag) {
	v.faulty = true
	message, hint := unknownTag(t.text)
	switch t.text {
	case "!raw":
		message, hint = "a key cannot be tagged !raw: keys hold no templates", "remove the tag"
	case "!!str":
		message, hint = "a list or a map cannot be tagged !!str", "remove the tag"
	}
	addProblem(&b.list, b.src.diag(t.line, t.column, utf8.RuneCountInString(t.text), message, hint))
}

// unknownTag is the error of a tag that no value takes.
func unknownTag(text string) (message, hint string) {
	return fmt.Sprintf("YAML takes %s for a tag; expected no tag, !raw or !!str", text),
		`quote the text if it is an expression or begins with "!", or write it under "assert: |"`
}

// tagLength is the length of the tag at the start of the text.
func tagLength(text string) int {
	if n := strings.IndexAny(text, " \t\r\n,[]{}"); n >= 0 {
		return n
	}
	return len(text)
}
