package suite

import (
	"fmt"
	"regexp"
	"strings"
)

// bracket is a list or a map in flow style that is open.
type bracket struct {
	offset int
	item   bool // a value has come since the last comma or colon
	colon  bool // a colon has come since the last comma
	// escaped says that a line came in it that looks like one outside of it:
	// the closing bracket is most likely missing before that line.
	escaped bool
}

// flowWalk follows a list or a map in flow style.
type flowWalk struct {
	*checker
	open []*bracket
}

// closings are what ends what begins with a quote or a bracket, and enclosed
// is what stands between them.
var (
	closings = map[byte]string{'[': "]", '{': "}", '"': `"`, '\'': "'"}
	enclosed = map[byte]string{'[': "list", '{': "map", '"': "text", '\'': "text"}
)

// blockLinePattern is what a line outside of brackets looks like.
var blockLinePattern = regexp.MustCompile(`^(- |["']?[\w-]+["']?:( |$))`)

// flow takes a list or a map in flow style and says whether it is closed.
func (c *checker) flow() bool {
	w := flowWalk{checker: c}
	begin := c.pos
	c.failed = false
	for w.step(); !c.failed; w.step() {
		if len(w.open) == 0 {
			return true
		}
		w.skipSpace()
	}
	// What the brackets hold on further lines would be taken for keys.
	line := strings.TrimRight(c.restOfLine(begin), " \t")
	c.done = c.done || begin+len(line) > c.pos || !strings.HasSuffix(line, "]") && !strings.HasSuffix(line, "}")
	return false
}

func (w *flowWalk) top() *bracket { return w.open[len(w.open)-1] }

// step takes one token.
func (w *flowWalk) step() {
	if w.pos == len(w.text) || w.atMarker() {
		w.unclosedBracket()
		return
	}
	switch ch := w.text[w.pos]; ch {
	case '[', '{':
		w.openBracket()
	case ']', '}':
		w.closeBracket()
	case ',':
		w.comma()
	case ':':
		w.colon()
	case '"', '\'':
		w.value(func() { w.quoted(ch) })
	case '*':
		w.value(func() { w.alias() })
	case '&', '!':
		w.properties()
	case '@', '`', '%', '|', '>':
		w.value(w.badStart)
	default:
		if w.isSign('?') && !w.top().item {
			w.pos++
			return
		}
		w.value(w.plain)
	}
}

// atMarker says whether a document begins or ends here.
func (w *flowWalk) atMarker() bool {
	if !isMarker(w.rest()) {
		return false
	}
	_, column := w.lineOf(w.pos)
	return column == 0
}

// skipSpace moves over blanks, line breaks and comments.
func (w *flowWalk) skipSpace() {
	for w.pos < len(w.text) {
		switch w.text[w.pos] {
		case ' ', '\t':
			w.pos++
		case '#':
			w.pos += len(w.restOfLine(w.pos))
		case '\r', '\n':
			w.pos += breakLength(w.rest())
			w.newLine()
		default:
			return
		}
	}
}

// newLine looks whether the line that begins here belongs into the brackets.
func (w *flowWalk) newLine() {
	line := w.restOfLine(w.pos)
	text := strings.TrimLeft(line, " ")
	if len(line)-len(text) <= max(w.checker.top().column, 0) && blockLinePattern.MatchString(text) {
		w.top().escaped = true
	}
}

// fault says what is wrong, or that a bracket before it is not closed.
func (w *flowWalk) fault(offset, length int, message, hint string) {
	for _, b := range w.open {
		if b.escaped {
			w.unclosedBracket()
			return
		}
	}
	w.cut(offset, length, message, hint)
}

// unclosedBracket says which bracket is not closed: the first that lines from
// outside came into, else the innermost.
func (w *flowWalk) unclosedBracket() {
	for _, b := range w.open {
		if b.escaped {
			w.unclosed(b.offset)
			return
		}
	}
	w.unclosed(w.top().offset)
}

func (w *flowWalk) openBracket() {
	if strings.HasPrefix(w.rest(), "{{") {
		w.slip(w.pos, templateLength(w.restOfLine(w.pos)), templateMessage, templateHint)
		return
	}
	w.value(func() {
		w.open = append(w.open, &bracket{offset: w.pos})
		w.pos++
	})
}

func (w *flowWalk) closeBracket() {
	b := w.top()
	found, opening, expected := w.text[w.pos:w.pos+1], w.text[b.offset:b.offset+1], closings[w.text[b.offset]]
	if found != expected {
		line, _ := w.lineOf(b.offset)
		w.fault(w.pos, 1, fmt.Sprintf("found %q, expected %q for the %q of line %d", found, expected, opening, line), "")
		return
	}
	w.open = w.open[:len(w.open)-1]
	w.pos++
}

func (w *flowWalk) comma() {
	b := w.top()
	if !b.item && !b.colon {
		w.fault(w.pos, 1, "found a comma without a value before it", "remove the comma, or quote it")
		return
	}
	b.item, b.colon = false, false
	w.pos++
}

func (w *flowWalk) colon() {
	b := w.top()
	switch {
	case b.colon:
		w.fault(w.pos, 1, "found a second colon in one entry", "is a comma missing before the key? quote the text if it holds the colon")
		return
	case !b.item:
		w.fault(w.pos, 1, "found no key before the colon", `write the key, or "" for an empty one`)
		return
	}
	b.item, b.colon = false, true
	w.pos++
}

// value takes a value with its own function, if one can come here.
func (w *flowWalk) value(take func()) {
	if len(w.open) == 0 {
		take()
		return
	}
	b := w.top()
	if b.item {
		w.fault(w.pos, 1, "found another value without a comma before it", "write a comma, or quote the whole text")
		return
	}
	b.item = true
	take()
}

// plain takes a plain scalar in brackets.
func (w *flowWalk) plain() {
	if w.isSign('-') {
		w.fault(w.pos, 1, "found a list's dash in brackets", "write only commas between the entries")
		return
	}
	for w.pos < len(w.text) {
		ch := w.text[w.pos]
		if strings.IndexByte(",[]{}\r\n", ch) >= 0 || w.isSign(':') || ch == '#' && isBlank(w.text, w.pos-1) {
			break
		}
		w.pos++
	}
	w.plainGoesOn()
}

// plainGoesOn takes the lines that continue a plain scalar.
func (w *flowWalk) plainGoesOn() {
	if breakLength(w.rest()) == 0 {
		return
	}
	w.skipSpace()
	if w.pos < len(w.text) && !w.atMarker() && strings.IndexByte(",[]{}", w.text[w.pos]) < 0 && !w.isSign(':') {
		w.plain()
	}
}
