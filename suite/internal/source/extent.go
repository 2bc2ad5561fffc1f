package source

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// end is the offset behind the content of a node.
func (e *editor) end(p *place) int {
	n := p.node
	switch {
	case n.Kind == yaml.AliasNode:
		return p.begin + 1 + len(n.Value)
	case n.Kind == yaml.ScalarNode:
		return p.begin + e.scalarLength(n, p.begin)
	case n.Style&yaml.FlowStyle != 0:
		return p.begin + flowLength(e.src.text[p.begin:])
	case len(p.children) == 0:
		return p.begin
	}
	last := p.children[len(p.children)-1]
	end := e.end(last)
	if last.key != nil {
		end = max(end, e.colon(last))
	}
	return end
}

// colon is the offset behind the colon of a member.
func (e *editor) colon(p *place) int {
	end := p.keyBegin + e.scalarLength(p.key, p.keyBegin)
	if i := strings.IndexByte(e.src.text[end:], ':'); i >= 0 {
		end += i + 1
	}
	return end
}

// scalarLength is how long a scalar is as it is written, in bytes.
func (e *editor) scalarLength(n *yaml.Node, begin int) int {
	text := e.src.text[begin:]
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
		return quotedLength(text)
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return e.blockLength(begin)
	}
	if strings.HasPrefix(text, n.Value) {
		return len(n.Value)
	}
	position := e.src.position(begin) // over several lines
	v := &Value{Kind: String, Text: n.Value, Line: position.Line, Column: position.Column, file: e.src}
	runs, ok := v.trace()
	if !ok {
		return len(firstLine(text))
	}
	return sourceOffset(runs, len(n.Value)) - begin
}

// quotedLength is how long a quoted text is, with its quotes.
func quotedLength(text string) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] == quote && quote == '\'' && strings.HasPrefix(text[i+1:], "'"):
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// blockLength is how long a literal or folded text is, without the end of its last
// line that is not blank.
func (e *editor) blockLength(begin int) int {
	line := e.src.lineAt(begin)
	indent, end := -1, e.src.starts[line-1]+len(e.src.line(line))
	for n := line + 1; n <= len(e.src.starts); n++ {
		text := e.src.line(n)
		own := len(text) - len(strings.TrimLeft(text, " "))
		if strings.TrimSpace(text) == "" {
			continue
		}
		if indent < 0 {
			indent = own
			if own <= e.lineIndent(line) {
				break // it has no content
			}
		}
		if own < indent {
			break
		}
		end = e.src.starts[n-1] + len(text)
	}
	return end - begin
}

// lineIndent is the indentation of a line, with the dashes that begin it.
func (e *editor) lineIndent(n int) int {
	text := e.src.line(n)
	return len(text) - len(strings.TrimLeft(text, " "))
}

// blockIndent is the indentation of the lines of a literal or folded text.
func (e *editor) blockIndent(begin int) int {
	for n := e.src.lineAt(begin) + 1; n <= len(e.src.starts); n++ {
		if strings.TrimSpace(e.src.line(n)) != "" {
			return e.lineIndent(n)
		}
	}
	return 0
}

// flowLength is how long a list in brackets, or a map in braces, is.
func flowLength(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == '"' || c == '\'') && beginsScalar(text[:i]):
			i += quotedLength(text[i:]) - 1
		case c == '#' && i > 0 && strings.IndexByte(" \t\r\n", text[i-1]) >= 0:
			i += len(firstLine(text[i:])) - 1
		}
	}
	return len(text)
}

// beginsScalar reports whether a quote behind a text opens one, and is no part of
// a plain scalar.
func beginsScalar(before string) bool {
	before = strings.TrimRight(before, " \t\r\n")
	return before == "" || strings.IndexByte("[{,:", before[len(before)-1]) >= 0
}
