package source

import (
	"regexp"
	"strings"
)

// maxLinesAbove is how far above a fault it is looked for what holds it.
const maxLinesAbove = 10_000

// keyPattern is a line that begins with a key, behind dashes or not.
var keyPattern = regexp.MustCompile(`^[ ]*(?:- +)*(["']?[\w-]+["']?)[ \t]*:(?:\s|$)`)

// flowKeyPattern is a key in braces.
var flowKeyPattern = regexp.MustCompile(`[{,]\s*["']?([\w-]+)["']?:\s`)

// lineStart is the offset at which the line of an offset begins.
func (s *File) lineStart(offset int) int { return s.starts[s.lineAt(offset)-1] }

// indentOf is how far the line that begins at an offset is indented.
func (s *File) indentOf(lineStart int) int {
	line := firstLine(s.text[lineStart:])
	return len(line) - len(strings.TrimLeft(line, " "))
}

// columnsOf lists the columns, from 0, at which a line has the dash of an entry
// or a key, or else a text; none for an empty line or a comment.
func columnsOf(line string) []int {
	var columns []int
	text := strings.TrimLeft(line, " ")
	for strings.HasPrefix(text, "- ") || text == "-" {
		columns = append(columns, len(line)-len(text))
		text = strings.TrimLeft(text[1:], " ")
	}
	if text != "" && text[0] != '#' && (len(columns) == 0 || keyPattern.MatchString(text)) {
		columns = append(columns, len(line)-len(text))
	}
	return columns
}

// inExpression reports whether the text at an offset is the value of a key that
// holds expressions, and not of one beside it that holds a name or prose.
func (e *explanation) inExpression(offset int) bool {
	number := e.lineAt(offset)
	line := e.line(number)
	before := line[:min(len(line), offset-e.starts[number-1])]
	if keys := flowKeyPattern.FindAllStringSubmatch(before, -1); keys != nil {
		if key := keys[len(keys)-1][1]; ExpressionKeys[key] || proseKeys[key] {
			return ExpressionKeys[key]
		}
	}
	if m := keyPattern.FindStringSubmatch(before + " "); m != nil {
		if key := strings.Trim(m[1], `"'`); ExpressionKeys[key] || proseKeys[key] {
			return ExpressionKeys[key]
		}
	}
	limit := e.indentOf(e.starts[number-1])
	for inList := strings.HasPrefix(line[limit:], "-"); limit > 0 || inList; {
		if number--; number <= max(0, e.lineAt(offset)-maxLinesAbove) {
			return false
		}
		line = e.line(number)
		m := keyPattern.FindStringSubmatchIndex(line)
		if m == nil || m[2] > limit || m[2] == limit && !inList {
			continue
		}
		if key := strings.Trim(line[m[2]:m[3]], `"'`); ExpressionKeys[key] || proseKeys[key] {
			return ExpressionKeys[key]
		}
		limit = e.indentOf(e.starts[number-1])
		inList = strings.HasPrefix(line[limit:], "-")
	}
	return false
}
