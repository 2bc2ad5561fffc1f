package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// closings are what ends what begins with a quote or a bracket, and enclosed
// is what is between them.
var (
	closings = map[byte]string{'[': "]", '{': "}", '"': `"`, '\'': "'"}
	enclosed = map[byte]string{'[': "list", '{': "map", '"': "text", '\'': "text"}
)

var (
	anchorNamePattern = regexp.MustCompile(`&([\w-]+)`)
	aliasPattern      = regexp.MustCompile(`^\*[^\s,\[\]{}]*`)
	// A line outside of brackets, one without the space behind a sign.
	blockLinePattern = regexp.MustCompile(`^[ ]*(- |["']?[\w-]+["']?:( |$))`)
	noSpacePattern   = regexp.MustCompile(`^["']?[\w-]+["']?:[^\s/]`)
	noDashPattern    = regexp.MustCompile(`^-\S`)
	templatePattern  = regexp.MustCompile(`(?:^|[:\-,\[][ \t]+|\[|!raw[ \t]+)[ \t]*(\{\{)`)
)

// alias reports that an alias names no anchor.
func (e *explanation) alias() fault {
	alias := aliasPattern.FindString(e.text[e.at:])
	var anchors []string
	for _, m := range anchorNamePattern.FindAllStringSubmatch(e.text[:e.at], maxProblems) {
		anchors = append(anchors, m[1])
	}
	hint := "quote the text if it is not an alias"
	if near := diagnostic.Nearest(alias[1:], anchors); near != "" {
		hint = fmt.Sprintf("did you mean *%s?", near)
	}
	f := fault{offset: e.at, length: len(alias), message: fmt.Sprintf("the alias %s has no anchor &%s before it", alias, alias[1:]), hint: hint}
	f.begin, f.end = e.at, e.at+len(alias)
	return f
}

// template finds a template that is not in quotes, whose braces YAML takes for
// maps.
func (e *explanation) template() (fault, bool) {
	for _, offset := range []int{e.from, min(e.at, len(e.text)-1)} {
		line := e.lineStart(offset)
		m := templatePattern.FindStringSubmatchIndex(e.restOfLine(line))
		if m == nil || line+m[2] > e.at {
			continue
		}
		begin := line + m[2]
		length := templateLength(e.restOfLine(begin))
		return fault{offset: begin, length: length, message: templateMessage, hint: templateHint, begin: begin, end: begin + len(e.restOfLine(begin))}, true
	}
	return fault{}, false
}

// scanned explains what goes wrong within a scalar, an anchor or an alias.
func (e *explanation) scanned() fault {
	switch c := e.text[e.from]; {
	case c == '"' || c == '\'':
		return e.quoted()
	case c == '|' || c == '>':
		return e.inLine(e.from, 1, fmt.Sprintf("found more behind the sign %q, expected its text on the lines below", e.text[e.from:e.from+1]), "begin the text on the next line, or quote it")
	case c == '&' || c == '*':
		return e.badStart(e.from)
	case c == '!':
		tag := e.text[e.from : e.from+tagLength(e.text[e.from:])]
		message, hint := unknownTag(tag)
		return fault{offset: e.from, length: len(tag), message: message, hint: hint}
	}
	return e.missingColon(e.from)
}

// quoted explains what goes wrong in quotes: an escape, or that they are not
// closed.
func (e *explanation) quoted() fault {
	if slash := strings.LastIndexByte(e.text[e.from:min(e.at+1, len(e.text))], '\\'); slash >= 0 && e.at < len(e.text) && e.from+slash >= e.at-2 {
		return e.escape(e.from + slash)
	}
	if end := quoteEnd(e.text, e.from); end > 0 {
		return e.missingColon(e.from)
	}
	c := e.text[e.from]
	return fault{
		offset: e.from, length: 1, message: fmt.Sprintf("this %c is not closed", c),
		hint: fmt.Sprintf("write %s where the %s ends", closings[c], enclosed[c]),
	}
}

// quoteEnd is the offset behind a text in quotes that begins at an offset; 0
// where they are not closed.
func quoteEnd(text string, begin int) int {
	quote := text[begin]
	for i := begin + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"', text[i] == quote && quote == '\'' && strings.HasPrefix(text[i+1:], "'"):
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return 0
}

// escape reports that a backslash begins no escape.
func (e *explanation) escape(offset int) fault {
	rest := e.restOfLine(offset)
	end := min(2, len(rest))
	for limit := 2 + escapeDigits[rest[end-1]]; end < min(limit, len(rest)) && strings.IndexByte("0123456789abcdefABCDEF", rest[end]) >= 0; {
		end++
	}
	for end < len(rest) && rest[end]&0xC0 == 0x80 { // the rest of a character
		end++
	}
	hint := `write \\ for a backslash, or use single quotes`
	if strings.HasPrefix(rest, `\u`) {
		hint = `\u takes four hexadecimal digits, and half of a surrogate pair its other half`
	}
	return fault{
		offset: offset, length: end, message: fmt.Sprintf("found %s in double quotes, which is not an escape", rest[:end]), hint: hint,
		begin: offset, end: offset + end,
	}
}

// within is a fault in brackets. Where these are in one line, what is behind it
// can be read without them.
func (e *explanation) within(offset int, message, hint string) fault {
	f := e.inLine(offset, 1, message, hint)
	line := e.lineStart(offset)
	open := strings.IndexAny(e.text[line:offset], "[{")
	if rest := strings.TrimRight(e.restOfLine(offset), " \t"); open < 0 || !strings.HasSuffix(rest, "]") && !strings.HasSuffix(rest, "}") {
		f.begin, f.end = 0, 0
		return f
	}
	f.begin = line + open
	return f
}

// inBrackets reports whether a bracket is open on the line where the reader
// stopped.
func (e *explanation) inBrackets() bool {
	return openBracket(e.text[e.lineStart(e.at):e.at])
}

// brackets explains what cannot be in a list or a map in brackets, which
// begins at from.
func (e *explanation) brackets() fault {
	opening := e.text[e.from]
	line := e.lineStart(min(e.at, len(e.text)-1))
	above := columnsOf(e.line(e.lineAt(e.from)))
	escaped := line > e.from && blockLinePattern.MatchString(e.restOfLine(line)) && e.indentOf(line) <= above[len(above)-1]
	if e.at == len(e.text) || escaped || isMarker(e.restOfLine(line)) {
		return e.unclosedBracket()
	}
	switch c := e.text[e.at]; c {
	case ']', '}':
		message := fmt.Sprintf("found %q, expected %q for the %q of line %d", string(c), closings[opening], string(opening), e.lineAt(e.from))
		return e.within(e.at, message, "")
	case ':':
		return e.within(e.at, "found a second colon in one entry", "is a comma missing before the key? quote the text if it holds the colon")
	}
	return e.within(e.at, "found another value without a comma before it", "write a comma, or quote the whole text")
}

// unclosedBracket reports that a bracket is not closed, or what hides its end.
func (e *explanation) unclosedBracket() fault {
	c := e.text[e.from]
	f := fault{
		offset: e.from, length: 1, message: fmt.Sprintf("this %c is not closed", c),
		hint: fmt.Sprintf("write %s where the %s ends", closings[c], enclosed[c]),
	}
	if comment := strings.Index(e.restOfLine(e.from), " #"); comment >= 0 {
		f.hint = "YAML takes " + diagnostic.Quote(e.restOfLine(e.from+comment+1)) + " for a comment; quote the text that holds it"
	}
	return f
}

// isMarker reports whether a line begins or ends a document.
func isMarker(line string) bool {
	return (strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...")) && isBlank(line, 3)
}

// missingColon reports that a line should be a key and is none.
func (e *explanation) missingColon(begin int) fault {
	text := e.restOfLine(begin)
	switch {
	case noSpacePattern.MatchString(text):
		return fault{offset: begin + strings.IndexByte(text, ':'), length: 1, message: "found no space after the colon", hint: `write ": " between key and value`}
	case noDashPattern.MatchString(text):
		return fault{offset: begin, length: 1, message: "found no space after the dash", hint: `write "- " before an entry`}
	}
	hint := `write "key: value", or indent the text if it belongs to the line above`
	if e.inExpression(begin) {
		hint = `write "expr: " before the expression`
	}
	return fault{offset: begin, length: len(strings.TrimRight(text, " \t")), message: "found text without a colon, expected a key", hint: hint}
}

// colon explains a colon behind what cannot be a key.
func (e *explanation) colon() fault {
	line := e.lineStart(e.at)
	before := e.text[line:e.at]
	begin := line + len(before) - len(strings.TrimLeft(before, " -"))
	if first := strings.Index(e.text[begin:e.at], ": "); first >= 0 {
		at := e.at
		if e.inExpression(at) && !namePattern.MatchString(e.text[begin:begin+first]) {
			at = begin + first // which cut the expression before this one did
		}
		return e.inLine(at, 1, "found a second colon in one line, expected text", "quote the text that holds it")
	}
	if e.inExpression(e.at) && !namePattern.MatchString(e.text[begin:e.at]) {
		return fault{offset: e.at, length: 1, message: cutMessage(":"), hint: cutHint}
	}
	return e.keyInText(begin)
}

// keyInText reports that a key goes on with the text of the lines above it.
func (e *explanation) keyInText(begin int) fault {
	number := e.lineAt(begin) - 1
	if number == 0 {
		return e.inLine(e.at, 1, "found a colon behind what cannot be a key", "quote the text that holds it")
	}
	for number > 1 && strings.TrimSpace(e.line(number)) == "" {
		number--
	}
	above := e.starts[number-1]
	text := above + len(e.line(number)) - len(strings.TrimLeft(e.line(number), " -"))
	if noSpacePattern.MatchString(e.text[text:]) {
		return e.missingColon(text)
	}
	f := fault{offset: begin, length: e.at - begin, message: fmt.Sprintf("found a key inside the text of line %d", number), hint: "quote the text"}
	switch m := keyPattern.FindStringSubmatchIndex(e.line(number)); {
	case m != nil:
		f.hint = fmt.Sprintf("indent it by %d instead of %d, or quote the text", m[2], begin-e.lineStart(begin))
	case e.inExpression(begin):
		f.hint = `write "expr: " before the expression`
	}
	return f
}

// structure explains what cannot be between the keys of a map, the entries
// of a list, or behind a document's value, where nothing holds it.
func (e *explanation) structure(within bool) fault {
	line := e.lineStart(e.at)
	column := e.at - line
	if strings.TrimLeft(e.text[line:e.at], " ") != "" {
		return e.trailing()
	}
	text := e.restOfLine(e.at)
	ofList := e.isSign(e.from, '-')
	switch onLevel := column == e.from-e.lineStart(e.from); {
	case !within:
		return fault{offset: e.at, length: len(text), message: "found more after the end of the document's value", hint: `begin another document with "---"`}
	case onLevel && !ofList && e.isSign(e.at, '-'):
		return fault{offset: e.at, length: 1, message: "found a list's dash among the keys of a map, expected a key", hint: "indent the list below the key that it belongs to"}
	case onLevel && ofList && keyPattern.MatchString(text):
		return fault{offset: e.at, length: strings.IndexByte(text, ':'), message: "found a key among the entries of a list, expected a dash", hint: "indent it below the entry, or begin it with a dash"}
	case onLevel && ofList:
		return fault{offset: e.at, length: len(text), message: "found text among the entries of a list, expected a dash", hint: `write "- " before an entry`}
	case onLevel:
		return e.missingColon(e.at)
	}
	return fault{
		offset: e.at, length: len(text), message: fmt.Sprintf("this line is indented by %d, which no line above it is", column),
		hint: "indent it by " + e.indentsAround(e.lineAt(e.at), column),
	}
}

// trailing reports that more follows a value on its line.
func (e *explanation) trailing() fault {
	before := strings.TrimRight(e.text[:e.at], " \t")
	what, hint := "anchor", "quote the whole text"
	if word := strings.Fields(before); strings.HasPrefix(word[len(word)-1], "*") {
		what = "alias"
	}
	switch c := before[len(before)-1]; c {
	case '"', '\'':
		what, hint = "quote", map[byte]string{
			'"': `quote the whole text; inside of it write \" for a quote`, '\'': `quote the whole text; inside of it write '' for a quote`,
		}[c]
		open := strings.LastIndexByte(before[:len(before)-1], c)
		if open >= 0 && open < e.lineStart(e.at) && quoteEnd(e.text, open) == len(before) {
			message := fmt.Sprintf("this quote is closed only on line %d, and more follows it there", e.lineAt(e.at))
			return fault{offset: open, length: 1, message: message, hint: "close it where its text ends"}
		}
	case ']', '}':
		what, hint = "bracket", "quote the whole text, or remove it"
	}
	return e.inLine(e.at, len(e.restOfLine(e.at)), fmt.Sprintf("found more text after the %s, expected the end of the line", what), hint)
}

// indentsAround lists the indentations nearest to a column that a line could
// have instead, by the lines above it.
func (e *explanation) indentsAround(number, column int) string {
	var columns []int
	limit := 1 << 30
	for n := number - 1; n > max(0, number-maxLinesAbove) && limit > 0; n-- {
		for _, c := range columnsOf(e.line(n)) {
			if c < limit || len(columns) == 0 {
				columns = append(columns, c)
			}
		}
		if len(columns) > 0 {
			limit = slices.Min(columns)
		}
	}
	slices.Sort(columns)
	i, _ := slices.BinarySearch(columns, column)
	words := make([]string, 0, 2)
	for _, c := range columns[max(0, i-1):min(len(columns), i+1)] {
		words = append(words, fmt.Sprint(c))
	}
	return diagnostic.Or(slices.Compact(words))
}
