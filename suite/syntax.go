package suite

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// yamlErrorPattern takes the reader's error apart into its line and what it says.
var yamlErrorPattern = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxErrors says what is wrong with a text that the reader refused with err.
// Its errors have no column, often the wrong line, and speak of tokens; so the
// text is searched for what usually is the cause, and only where none is found
// is its own error given.
func syntaxErrors(src *source, err error) diagnostic.List {
	if list := checkSyntax(src); len(list) > 0 {
		return list
	}
	line, message := 1, err.Error()
	if m := yamlErrorPattern.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = min(n, len(src.starts))
		}
	}
	text := src.line(line)
	column := len(text) - len(strings.TrimLeft(text, " \t")) + 1
	return diagnostic.List{src.diag(line, column, 1, "this is not YAML: "+message, "")}
}

const indentHint = "indent with spaces only"

// checkSyntax walks through a YAML text with less than a parser's knowledge:
// it follows indentation, keys, entries, quotes and brackets, and gives what
// breaks them. It goes on after a problem that does not reach beyond its line.
func checkSyntax(src *source) diagnostic.List {
	c := checker{src: src, text: src.text, anchors: make(map[string]bool), expect: true}
	for !c.done && len(c.list) <= maxProblems && c.skipSpace() {
		c.token()
	}
	return c.list
}

// checker is where checkSyntax stands.
type checker struct {
	src     *source
	text    string
	pos     int
	levels  []nesting
	anchors map[string]bool
	// expect says that a value may begin here: a key, a dash or the start of
	// the document waits for it.
	expect bool
	// after is the last sign on this line that a value may follow, '-', '?'
	// or ':'; 0 at the line's start and behind a value.
	after byte
	fresh bool // nothing stands on this line yet
	// blockIndent is the indentation of the block scalar that has just ended.
	blockIndent int
	list        diagnostic.List
	failed      bool // a problem or a slip was found
	done        bool // the walk cannot go on
}

// nesting is a list or a map in block style.
type nesting struct {
	column  int    // from 0
	kind    byte   // '-' of a list, ':' of a map
	key     string // the last key of a map
	colon   int    // the offset of its colon
	complex bool   // that key has a question mark, and its colon is to come
	line    int    // of the last key or entry
}

// top is the innermost level; outside of any it has column -1.
func (c *checker) top() *nesting {
	if len(c.levels) == 0 {
		return &nesting{column: -1}
	}
	return &c.levels[len(c.levels)-1]
}

// rest is the text from here on.
func (c *checker) rest() string { return c.text[c.pos:] }

// restOfLine is the text from an offset to the end of its line.
func (c *checker) restOfLine(offset int) string {
	return firstLine(c.text[offset:])
}

// lineOf is the line of an offset, from 1, and its column, from 0.
func (c *checker) lineOf(offset int) (line, column int) {
	line = c.src.lineAt(offset)
	return line, offset - c.src.starts[line-1]
}

// problem adds a diagnostic that the walk cannot go on after.
func (c *checker) problem(offset, length int, message, hint string) {
	c.done, c.failed = true, true
	addProblem(&c.list, c.src.diagAt(offset, length, message, hint))
}

// slip adds a diagnostic and goes on with the next line.
func (c *checker) slip(offset, length int, message, hint string) {
	addProblem(&c.list, c.src.diagAt(offset, length, message, hint))
	c.failed = true
	c.pos = max(c.pos, offset)
	c.pos += len(c.restOfLine(c.pos))
	c.expect = false
}

// cut is a slip that has another cause in an expression than elsewhere.
func (c *checker) cut(offset, length int, message, hint string) {
	if c.inExpression() {
		message, hint = cutMessage(c.text[offset:offset+length]), cutHint
	}
	c.slip(offset, length, message, hint)
}

// inExpression says whether the text here is the value of a key that holds
// expressions, and not of one beside it that holds a name or prose.
func (c *checker) inExpression() bool {
	for _, l := range slices.Backward(c.levels) {
		switch {
		case l.kind == ':' && expressionKeys[l.key]:
			return true
		case l.kind == ':' && proseKeys[l.key]:
			return false
		}
	}
	return false
}

// skipSpace moves over blanks, comments and line breaks, and says whether
// anything follows. A tab is refused where it would be indentation.
func (c *checker) skipSpace() bool {
	if c.pos == 0 {
		c.fresh = true
	}
	for c.pos < len(c.text) {
		switch c.text[c.pos] {
		case ' ':
			c.pos++
		case '\t':
			if c.tabIndents() {
				c.tab(c.pos, indentHint)
				return false
			}
			c.pos++
		case '#':
			c.pos += len(c.restOfLine(c.pos))
		case '\r', '\n':
			c.pos++
			c.fresh, c.after = true, 0
		default:
			return true
		}
	}
	return false
}

// tabIndents says whether the tab here stands where spaces must: before a
// value, or on an otherwise empty line where a value would end the one above.
func (c *checker) tabIndents() bool {
	if !c.fresh && c.after != '-' && c.after != '?' {
		return false
	}
	_, column := c.lineOf(c.pos)
	text := strings.TrimSpace(c.restOfLine(c.pos))
	return text != "" && text[0] != '#' || column <= c.top().column || text == "" && c.expect
}

// tab says that a tab stands in the indentation.
func (c *checker) tab(offset int, hint string) {
	c.problem(offset, 1, "found a tab in the indentation, expected spaces", hint)
}

// token takes what comes next in block context.
func (c *checker) token() {
	_, column := c.lineOf(c.pos)
	switch {
	case column == 0 && isMarker(c.rest()):
		c.levels, c.expect, c.fresh, c.after = nil, true, false, 0
		c.pos += 3
		return
	case column == 0 && len(c.levels) == 0 && c.expect && (strings.HasPrefix(c.rest(), "%YAML ") || strings.HasPrefix(c.rest(), "%TAG ")):
		c.pos += len(c.restOfLine(c.pos))
		return
	case c.fresh && !c.indent(column):
		return
	}
	switch {
	case c.isSign('-'):
		c.entry(column)
	case c.isSign('?'), c.isSign(':'):
		c.complexKey(column)
	default:
		c.node(column)
	}
	c.fresh = false
}

// isMarker says whether a line begins or ends a document.
func isMarker(line string) bool {
	return (strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...")) && isBlank(line, 3)
}

// isBlank says whether there is a blank, a line break or the end at i.
func isBlank(text string, i int) bool {
	return i >= len(text) || strings.IndexByte(" \t\r\n", text[i]) >= 0
}

// isSign says whether a sign stands here that is one only before a blank.
func (c *checker) isSign(sign byte) bool {
	return c.text[c.pos] == sign && isBlank(c.text, c.pos+1)
}
