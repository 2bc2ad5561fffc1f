package suite

import (
	"fmt"
	"regexp"
	"strings"
)

// indent takes the indentation of a line: levels that are indented further end
// there, and the line must be on a level or be the value that one waits for.
func (c *checker) indent(column int) bool {
	popped := -1
	for c.top().column > column {
		popped = c.top().column
		c.levels = c.levels[:len(c.levels)-1]
		c.expect = false
	}
	top := c.top()
	if top.column == column || c.expect {
		c.blockIndent = 0
		return true
	}
	width := len(c.restOfLine(c.pos))
	switch {
	case c.blockIndent > column:
		c.problem(c.pos, width, fmt.Sprintf("this line is indented by %d, but the text that it continues by %d", column, c.blockIndent),
			"indent all lines of the text alike")
	case popped >= 0:
		c.problem(c.pos, width, fmt.Sprintf("this line is indented by %d, which no line above it is", column),
			fmt.Sprintf("indent it by %s", c.possibleIndents(popped)))
	case len(c.levels) == 0:
		c.problem(c.pos, width, "found more after the end of the document's value", `begin another document with "---"`)
	default:
		c.problem(c.pos, width, fmt.Sprintf("this line is indented by %d, further than what it follows on line %d", column, top.line),
			fmt.Sprintf("indent it by %d", top.column))
	}
	return false
}

// possibleIndents lists the indentations of the levels, and of the one that
// ended.
func (c *checker) possibleIndents(popped int) string {
	if len(c.levels) == 0 {
		return fmt.Sprint(popped)
	}
	return fmt.Sprintf("%d or %d", c.top().column, popped)
}

// open puts the walk on the level of a key or an entry at a column, and says
// whether it can stand there.
func (c *checker) open(column int, kind byte) bool {
	if top := c.top(); top.column < column {
		c.levels = append(c.levels, nesting{column: column, kind: kind})
	} else if kind == '-' && top.kind == ':' && c.expect {
		// The list of a key may be indented like the key.
		c.levels = append(c.levels, nesting{column: column, kind: kind})
	} else if kind == ':' && top.kind == '-' && len(c.levels) > 1 && c.levels[len(c.levels)-2].column == column {
		c.levels = c.levels[:len(c.levels)-1]
	}
	if c.top().kind != kind {
		return false
	}
	c.top().line, _ = c.lineOf(c.pos)
	return true
}

// entry takes the dash of a list.
func (c *checker) entry(column int) {
	switch {
	case c.after == ':':
		c.problem(c.pos, 1, "found a list on the line of its key", "begin the list on the next line, or write it as [a, b]")
		return
	case !c.open(column, '-'):
		c.problem(c.pos, 1, "found a list's dash among the keys of a map, expected a key", "indent the list below the key that it belongs to")
		return
	}
	c.pos++
	c.expect, c.after = true, '-'
}

// complexKey takes a question mark before a key, or the colon after such a
// key.
func (c *checker) complexKey(column int) {
	sign := c.text[c.pos]
	switch {
	case c.after == ':' || !c.open(column, ':'):
		c.cut(c.pos, 1, fmt.Sprintf("found %q, expected a value", string(sign)), "quote the text")
		return
	case sign == ':' && !c.top().complex:
		c.problem(c.pos, 1, "found no key before the colon", `write the key, or "" for an empty one`)
		return
	}
	c.top().complex = sign == '?'
	c.pos++
	c.expect, c.after = true, sign
}

// key takes a key that begins at an offset, in the column of its anchor or
// tag; the walk stands at its colon.
func (c *checker) key(column, begin int, text string) {
	switch {
	case c.after == ':':
		at := c.pos
		if c.inExpression() && !namePattern.MatchString(c.top().key) {
			at = c.top().colon // which cut the expression before this one did
		}
		c.cut(at, 1, "found a second colon in one line, expected text", "quote the text that holds it")
		return
	case !c.open(column, ':'):
		c.problem(begin, len(text), "found a key among the entries of a list, expected a dash", "indent it below the entry, or begin it with a dash")
		return
	}
	top := c.top()
	top.key, top.colon, top.complex = strings.Trim(text, `"'`), c.pos, false
	c.pos++
	c.expect, c.after = true, ':'
}

// node takes a value, or a key with its colon.
func (c *checker) node(column int) {
	if !c.properties() || breakLength(c.rest()) > 0 || c.pos == len(c.text) || c.text[c.pos] == '#' {
		return
	}
	begin := c.pos
	ok := true
	switch c.text[c.pos] {
	case '"', '\'':
		ok = c.quoted(c.text[c.pos])
	case '[', '{':
		ok = c.flow()
	case '*':
		ok = c.alias()
	case '|', '>':
		c.blockScalar(column)
		return
	case '@', '`', '%', ',', ']', '}':
		c.badStart()
		return
	default:
		c.plain(column)
		return
	}
	if ok {
		c.afterNode(column, begin)
	}
}

// badStart says that no text begins like this.
func (c *checker) badStart() {
	c.cut(c.pos, 1, fmt.Sprintf("no plain text can begin with %q", c.text[c.pos:c.pos+1]), "quote the text")
}

// afterNode takes what follows a value in quotes or brackets, or an alias.
func (c *checker) afterNode(column, begin int) {
	end := c.pos
	c.pos += len(c.rest()) - len(strings.TrimLeft(c.rest(), " \t"))
	line, _ := c.lineOf(begin)
	endLine, _ := c.lineOf(end)
	switch {
	case c.pos < len(c.text) && c.isSign(':') && line == endLine:
		c.key(column, begin, c.text[begin:end])
	case c.pos == len(c.text) || breakLength(c.rest()) > 0 || c.text[c.pos] == '#':
		c.value(column, begin, false)
	default:
		c.trailing(begin, end)
	}
}

// trailing says that more follows a value on its line.
func (c *checker) trailing(begin, end int) {
	line, _ := c.lineOf(begin)
	endLine, _ := c.lineOf(end)
	what, hint := "bracket", "quote the whole text, or remove it"
	switch c.text[begin] {
	case '"':
		what, hint = "quote", `quote the whole text; inside of it write \" for a quote`
	case '\'':
		what, hint = "quote", `quote the whole text; inside of it write '' for a quote`
	case '*':
		what, hint = "alias", "quote the whole text"
	}
	if endLine > line && what == "quote" {
		c.problem(begin, 1, fmt.Sprintf("this quote is closed only on line %d, and more follows it there", endLine), "close it where its text ends")
		return
	}
	c.cut(c.pos, len(c.restOfLine(c.pos)), fmt.Sprintf("found more text after the %s, expected the end of the line", what), hint)
}

var (
	noSpacePattern = regexp.MustCompile(`^["']?[\w-]+["']?:[^\s/]`)
	noDashPattern  = regexp.MustCompile(`^-\S`)
)

// value takes a value that is no key, and says whether one can stand here:
// not where a line would be a key or an entry, unless anywhere will do.
func (c *checker) value(column, begin int, anywhere bool) bool {
	top := c.top()
	c.expect, c.after = false, 0
	if anywhere || !c.fresh || top.column != column {
		return true
	}
	text := c.restOfLine(begin)
	switch {
	case top.kind == '-' && noDashPattern.MatchString(text):
		c.problem(begin, 1, "found no space after the dash", `write "- " before an entry`)
	case top.kind == '-' && !c.listOfKey():
		c.problem(begin, len(text), "found text among the entries of a list, expected a dash", `write "- " before an entry`)
	default:
		c.missingColon(begin)
	}
	return false
}

// listOfKey says whether the list here is indented like the key it belongs to.
func (c *checker) listOfKey() bool {
	return len(c.levels) > 1 && c.levels[len(c.levels)-2].column == c.top().column
}

// missingColon says that a line should be a key and is none.
func (c *checker) missingColon(begin int) {
	text := c.restOfLine(begin)
	if noSpacePattern.MatchString(text) {
		colon := begin + strings.IndexByte(text, ':')
		c.problem(colon, 1, "found no space after the colon", `write ": " between key and value`)
		return
	}
	hint := `write "key: value", or indent the text if it belongs to the line above`
	if c.inExpression() {
		hint = `write "expr: " before the expression`
	}
	c.problem(begin, len(strings.TrimRight(text, " \t")), "found text without a colon, expected a key", hint)
}
