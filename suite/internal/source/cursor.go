package source

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// cursor is a position in the source that moves forward from node to node, so
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
