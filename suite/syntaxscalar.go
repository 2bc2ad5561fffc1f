package suite

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// plain takes a plain scalar, or a key.
func (c *checker) plain(column int) {
	begin := c.pos
	end := begin + plainLength(c.restOfLine(begin))
	c.pos = end
	if c.pos < len(c.text) && c.text[c.pos] == ':' {
		c.key(column, begin, strings.TrimRight(c.text[begin:end], " \t"))
		return
	}
	ofKey := c.after == ':'
	if !c.value(column, begin, false) {
		return
	}
	for c.continues() {
		next := c.pos
		c.pos += plainLength(c.restOfLine(next))
		if c.pos < len(c.text) && c.text[c.pos] == ':' {
			c.keyInText(begin, next, ofKey)
			return
		}
	}
}

// plainLength is the length of the plain text at a line's start: up to a
// colon or after a blank a number sign, where they end it.
func plainLength(line string) int {
	for i := range len(line) {
		switch {
		case line[i] == ':' && isBlank(line, i+1):
			return i
		case line[i] == '#' && i > 0 && isBlank(line, i-1):
			return i
		}
	}
	return len(line)
}

// continues moves to the next line of a plain scalar, and says whether there
// is one.
func (c *checker) continues() bool {
	_, breaks, length := space(c.rest())
	next := c.pos + length
	if breaks == 0 || next == len(c.text) {
		return false
	}
	_, column := c.lineOf(next)
	indentation := c.text[next-column : next]
	if tab := strings.IndexByte(indentation, '\t'); tab >= 0 && tab <= c.top().column {
		c.tab(next-column+tab, indentHint)
		return false
	}
	if column <= c.top().column || c.text[next] == '#' || column == 0 && isMarker(c.text[next:]) {
		return false
	}
	c.pos = next
	return true
}

// keyInText says that a line which goes on with a text looks like a key.
func (c *checker) keyInText(begin, next int, ofKey bool) {
	line, _ := c.lineOf(begin)
	_, column := c.lineOf(next)
	switch {
	case c.inExpression() && !namePattern.MatchString(strings.TrimSpace(c.text[next:c.pos])):
		c.problem(c.pos, 1, cutMessage(":"), cutHint)
		return
	case !ofKey:
		c.missingColon(begin)
		return
	}
	c.problem(next, c.pos-next, fmt.Sprintf("found a key inside the text that begins on line %d", line),
		fmt.Sprintf("indent it by %d instead of %d, or quote the text", c.top().column, column))
}

// quoted takes a scalar in quotes and says whether it is closed.
func (c *checker) quoted(quote byte) bool {
	begin := c.pos
	for c.pos++; c.pos < len(c.text); c.pos++ {
		switch ch := c.text[c.pos]; {
		case ch == quote && quote == '\'' && strings.HasPrefix(c.rest(), "''"):
			c.pos++
		case ch == quote:
			c.pos++
			return true
		case ch == '\\' && quote == '"':
			c.escape()
		case ch == '\n' && isMarker(c.text[c.pos+1:]):
			c.unclosed(begin)
			return false
		}
	}
	c.unclosed(begin)
	return false
}

func (c *checker) unclosed(begin int) {
	message := fmt.Sprintf("this %c is not closed", c.text[begin])
	c.problem(begin, 1, message, fmt.Sprintf("write %s where the %s ends", closings[c.text[begin]], enclosed[c.text[begin]]))
}

// escape moves over an escape, up to its last character.
func (c *checker) escape() {
	rest := c.rest()
	if len(rest) < 2 {
		return
	}
	if n := breakLength(rest[1:]); n > 0 {
		c.pos += n
		return
	}
	if _, ok := escapes[rest[1]]; ok {
		c.pos++
		return
	}
	r, length := numericEscape(rest)
	if low, lowLength := numericEscape(rest[length:]); utf16.DecodeRune(r, low) != '\uFFFD' {
		c.pos += length + lowLength - 1
		return
	}
	if length > 0 && !utf16.IsSurrogate(r) && r <= 0x10FFFF {
		c.pos += length - 1
		return
	}
	hint := `write \\ for a backslash, or use single quotes`
	if rest[1] == 'u' {
		hint = `\u takes four hexadecimal digits, and half of a surrogate pair its other half`
	}
	text := c.escapeText()
	addProblem(&c.list, c.src.diagAt(c.pos, len(text), fmt.Sprintf("found %s in double quotes, which is no escape", text), hint))
	c.pos++
}

// escapeText is what stands where an escape does: a backslash and a character,
// with the digits that belong to it.
func (c *checker) escapeText() string {
	rest := c.restOfLine(c.pos)
	end := 2
	for limit := 2 + escapeDigits[rest[1]]; end < min(limit, len(rest)) && strings.IndexByte("0123456789abcdefABCDEF", rest[end]) >= 0; {
		end++
	}
	for end < len(rest) && rest[end]&0xC0 == 0x80 {
		end++
	}
	return rest[:end]
}

// headerPattern is the line on which a block scalar begins.
var headerPattern = regexp.MustCompile(`^[|>]([+-]?[1-9]?|[1-9][+-])[ \t]*(?:#.*)?$`)

// blockScalar takes a literal or folded scalar.
func (c *checker) blockScalar(column int) {
	begin := c.pos
	header := c.restOfLine(begin)
	m := headerPattern.FindStringSubmatch(header)
	if m == nil {
		c.cut(begin, 1, fmt.Sprintf("found more behind the sign %q, expected its text on the lines below", header[:1]),
			"begin the text on the next line, or quote it")
		return
	}
	// Below a key the reader takes a block scalar in any column.
	if !c.value(column, begin, c.expect) {
		return
	}
	c.pos += len(header)
	c.pos += breakLength(c.rest())
	c.blockIndent = c.blockIndentation(m[1])
	for c.pos < len(c.text) && !c.done {
		line := c.restOfLine(c.pos)
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces < c.blockIndent && strings.HasPrefix(line[spaces:], "\t") {
			c.tab(c.pos+spaces, indentHint)
			return
		}
		if spaces < c.blockIndent && spaces < len(line) {
			break
		}
		c.pos += len(line)
		c.pos += breakLength(c.rest())
	}
	if c.text[c.pos-1] == '\n' || c.text[c.pos-1] == '\r' {
		c.pos-- // back to the line break, behind which a line begins
	}
}

// blockIndentation is how far the lines of a block scalar are indented: as the
// header says, or like its first line.
func (c *checker) blockIndentation(signs string) int {
	parent := max(c.top().column, 0)
	if digit := strings.Trim(signs, "+-"); digit != "" {
		return parent + int(digit[0]-'0')
	}
	deepest := max(c.top().column+1, 1)
	for at := c.pos; at < len(c.text); {
		line := c.restOfLine(at)
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		deepest = max(deepest, spaces)
		if spaces < len(line) && line[spaces] == '\t' {
			c.tab(at+spaces, `indent with spaces only; if the text begins with a tab, give its indentation: "|2"`)
			break
		}
		if spaces < len(line) {
			break
		}
		at += len(line)
		at += breakLength(c.text[at:])
	}
	return deepest
}

// properties moves over the anchor and the tag before a value, and says
// whether the value can follow.
func (c *checker) properties() bool {
	for c.pos < len(c.text) {
		switch c.text[c.pos] {
		case '&':
			name := anchorName(c.text[c.pos+1:])
			if !c.named(name) {
				return false
			}
			c.anchors[name] = true
			c.pos += 1 + len(name)
		case '!':
			tag := c.text[c.pos : c.pos+tagLength(c.rest())]
			if tag != "!raw" && tag != "!!str" {
				message, hint := unknownTag(tag)
				c.slip(c.pos, len(tag), message, hint)
				return false
			}
			c.pos += len(tag)
		default:
			return true
		}
		c.pos += len(c.rest()) - len(strings.TrimLeft(c.rest(), " \t"))
	}
	return true
}

// alias takes an alias and says whether its anchor is known.
func (c *checker) alias() bool {
	begin := c.pos
	name := anchorName(c.text[begin+1:])
	if !c.named(name) {
		return false
	}
	c.pos += 1 + len(name)
	if c.anchors[name] {
		return true
	}
	hint := "quote the text if it is no alias"
	if near := diagnostic.Nearest(name, slices.Sorted(maps.Keys(c.anchors))); near != "" {
		hint = fmt.Sprintf("did you mean *%s?", near)
	}
	c.slip(begin, 1+len(name), fmt.Sprintf("the alias *%s has no anchor &%s before it", name, name), hint)
	return false
}

// named says whether the sign of an anchor or an alias has a name that ends
// where one can.
func (c *checker) named(name string) bool {
	end := c.pos + 1 + len(name)
	if name != "" && (isBlank(c.text, end) || strings.IndexByte("?:,]}%@`", c.text[end]) >= 0) {
		return true
	}
	c.badStart()
	return false
}

// anchorName is the name at the start of the text, as the reader has it.
func anchorName(text string) string {
	end := 0
	for end < len(text) && (text[end] == '_' || text[end] == '-' || text[end] >= '0' && text[end] <= '9' ||
		text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z') {
		end++
	}
	return text[:end]
}
