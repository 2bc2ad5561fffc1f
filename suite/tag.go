package suite

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

// refuseTag says that a tag means nothing here.
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

// unknownTag is what is said of a tag that no value takes.
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

// cursor is a place in the source that moves forward from node to node, so
// that finding every place of a file takes linear time, long lines or not.
type cursor struct {
	src          *File
	offset       int
	line, column int
}

// seek moves to a line and column.
func (c *cursor) seek(line, column int) {
	if line != c.line || column < c.column {
		line = min(max(line, 1), len(c.src.starts))
		*c = cursor{src: c.src, offset: c.src.starts[line-1], line: line, column: 1}
	}
	for c.line == line && c.column < column && c.offset < len(c.src.text) {
		c.next()
	}
}

// next moves over one character.
func (c *cursor) next() {
	_, size := utf8.DecodeRuneInString(c.src.text[c.offset:])
	c.offset += size
	c.column++
	if c.line < len(c.src.starts) && c.offset == c.src.starts[c.line] {
		c.line++
		c.column = 1
	}
}

// rest is the source from the cursor on.
func (c *cursor) rest() string { return c.src.text[c.offset:] }

// inTemplate reports whether the cursor is at the second brace of a {{.
func (c *cursor) inTemplate() bool {
	return strings.HasPrefix(c.rest(), "{") && strings.HasSuffix(c.src.text[:c.offset], "{")
}

// properties moves over the tag and the anchor before a node's content, and
// gives the tag. A node that is nothing but properties begins at them.
func (c *cursor) properties(n *yaml.Node) tag {
	var found tag
	empty := n.Kind == yaml.ScalarNode && n.Style&^yaml.TaggedStyle == 0 && n.Value == ""
	begin := *c
	for range 2 {
		switch rest := c.rest(); {
		case strings.HasPrefix(rest, "!"):
			found.line, found.column = c.line, c.column
			found.text = rest[:tagLength(rest)]
			c.seek(c.line, c.column+utf8.RuneCountInString(found.text))
		case n.Anchor != "" && strings.HasPrefix(rest, "&"+n.Anchor):
			c.seek(c.line, c.column+1+utf8.RuneCountInString(n.Anchor))
		}
		c.space()
	}
	if empty {
		*c = begin
	}
	return found
}

// space moves over blanks, line breaks and comments.
func (c *cursor) space() {
	for c.offset < len(c.src.text) {
		switch c.src.text[c.offset] {
		case ' ', '\t', '\r', '\n':
			c.next()
		case '#':
			for c.offset < len(c.src.text) && c.src.text[c.offset] != '\n' && c.src.text[c.offset] != '\r' {
				c.next()
			}
		default:
			return
		}
	}
}
