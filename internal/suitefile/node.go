package suitefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// Node is a part of a suite.
type Node = yaml.Node

// maxDepth is how deep a suite may nest.
const maxDepth = 190

// Map is an empty map.
func Map() *Node { return &Node{Kind: yaml.MappingNode} }

// List is a list of the items.
func List(items ...*Node) *Node { return &Node{Kind: yaml.SequenceNode, Content: items} }

// Set adds a member to a map and gives the node of its key, for comments.
func Set(m *Node, key string, value *Node) *Node {
	k := scalar(key)
	m.Content = append(m.Content, k, value)
	return k
}

// Len is how many members a map or items a list has.
func Len(n *Node) int {
	if n.Kind == yaml.MappingNode {
		return len(n.Content) / 2
	}
	return len(n.Content)
}

// Null is the value null, written as nothing.
func Null() *Node { return &Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

// Plain is a number, a truth value or another scalar that is written as it is.
func Plain(spelling string) *Node { return &Node{Kind: yaml.ScalarNode, Value: spelling} }

// Text is a text whose braces are text.
func Text(text string) *Node {
	n := scalar(text)
	if strings.Contains(text, "{{") {
		n.Tag = "!raw"
		if n.Style == 0 {
			n.Style = yaml.DoubleQuotedStyle
		}
		n.Style |= yaml.TaggedStyle
	}
	return n
}

// Template is a text whose braces hold expressions.
func Template(text string) *Node { return scalar(text) }

// scalar is a text in the style that all readers take for the same text.
func scalar(text string) *Node {
	n := &Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case isPlain(text):
	case isLiteral(text):
		n.Style = yaml.LiteralStyle
	case strings.Contains(text, `"`) && !strings.Contains(text, "'") && isPrintable(text):
		n.Style = yaml.SingleQuotedStyle
	default:
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) })
}

// words are what some readers of YAML take for something else than text.
var words = map[string]bool{
	"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
}

// isPlain reports whether a text can be written without quotes, in a list in
// brackets too.
func isPlain(text string) bool {
	if text == "" || words[strings.ToLower(text)] || strings.HasSuffix(text, " ") {
		return false
	}
	for i, c := range text {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case i == 0:
			return false
		case '0' <= c && c <= '9', strings.ContainsRune(" _./-?!'()<>=+*^$;~", c):
		case c < unicode.MaxASCII || !unicode.IsLetter(c):
			return false
		}
	}
	return true
}

// isLiteral reports whether a text reads best as lines of a block, in which
// nothing is escaped.
func isLiteral(text string) bool {
	if !strings.Contains(strings.TrimRight(text, "\n"), "\n") || strings.HasSuffix(text, "\n\n") ||
		strings.ContainsAny(text[:1], " \n\t") {
		return false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && strings.TrimSpace(line) == "" || strings.HasPrefix(line, "\t") {
			return false
		}
	}
	for _, c := range text {
		if c != '\n' && c != '\t' && !unicode.IsPrint(c) {
			return false
		}
	}
	return true
}

// JSON is a JSON value with its keys in their order and its numbers in their
// spelling.
func JSON(raw []byte) (*Node, error) {
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	n, err := readJSON(d, 0)
	if err == nil {
		if _, err = d.ReadToken(); errors.Is(err, io.EOF) {
			err = nil
		}
	}
	return n, err
}

func readJSON(d *jsontext.Decoder, depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d levels deep, which no suite may be", maxDepth)
	}
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return Text(token.String()), nil
	case '{':
		return readObject(d, depth)
	case '[':
		out := List()
		for d.PeekKind() != ']' {
			item, err := readJSON(d, depth+1)
			if err != nil {
				return nil, err
			}
			out.Content = append(out.Content, item)
		}
		_, err = d.ReadToken()
		return short(out), err
	case 'n':
		return Plain("null"), nil
	}
	return Plain(token.String()), nil
}

func readObject(d *jsontext.Decoder, depth int) (*Node, error) {
	out := Map()
	for d.PeekKind() != '}' {
		key, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		name := key.String()
		value, err := readJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		Set(out, name, value)
	}
	_, err := d.ReadToken()
	return short(out), err
}

// short has a list or a map that fits into a line written in brackets.
func short(n *Node) *Node {
	const most = 60
	length := 0
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode && len(c.Content) > 0 || c.Style&yaml.LiteralStyle != 0 {
			return n
		}
		length += len(c.Value) + 4
	}
	if length <= most {
		n.Style = yaml.FlowStyle
	}
	return n
}

// Comment puts a comment before a node, a line each.
func Comment(n *Node, lines ...string) {
	for i, line := range lines {
		lines[i] = "# " + Line(line)
	}
	n.HeadComment = strings.Join(lines, "\n")
}

// Line is a text of outside in one line, for comments and names.
func Line(text string) string {
	text = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// Encode writes a suite.
func Encode(suite *Node) ([]byte, error) {
	var out bytes.Buffer
	d, err := yaml.NewDumper(&out, yaml.WithIndent(2), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1))
	if err == nil {
		err = errors.Join(d.Dump(suite), d.Close())
	}
	return out.Bytes(), err
}

// Compact is JSON without white space between its tokens.
func Compact(raw []byte) json.RawMessage {
	value := jsontext.Value(bytes.Clone(raw))
	_ = value.Compact() // what is not JSON stays as it is
	return json.RawMessage(value)
}
