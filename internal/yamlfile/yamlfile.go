// Package yamlfile reads small YAML files whose maps have known keys, such as
// prices and tools, and collects what is wrong with them at its position.
//
// It refuses files above a bound, a second document, keys that are given twice
// or are no text. Suites are not read here: package suite keeps more of a file
// than its nodes.
package yamlfile

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
)

// maxShown is how much of a value an error repeats, in characters.
const maxShown = 40

// MaxSize bounds a file, in bytes.
const MaxSize = 1 << 20

// Text reads all of a file.
func Text(name string, file io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: the file is larger than %d bytes", name, MaxSize)
	}
	return text, nil
}

// Document is the one YAML document of a text; expected is what an empty one
// should begin with.
func Document(text, expected string) (*yaml.Node, error) {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc, next yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the file is empty, expected `%s:`", expected)
	}
	if err == nil {
		err = dec.Decode(&next)
	}
	switch {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document, expected one", next.Line)
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(text, err)
	}
	return doc.Content[0], nil
}

// syntaxError is an error of the YAML reader with its line. What is missing at
// the end of a text is missing in its last line.
func syntaxError(text string, err error) error {
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) {
		return err
	}
	last := strings.Count(strings.TrimRight(text, "\n"), "\n") + 1
	return fmt.Errorf("line %d: %s", min(wrong.Mark.Line, last), wrong.Message)
}

// Has reports whether a node is a map with one of the keys. It tells a file of
// one kind from another, of which no error should repeat anything: it may be one
// that a link led to, and hold a secret.
func Has(root *yaml.Node, keys ...string) bool {
	if root.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(root.Content); i += 2 {
		for _, key := range keys {
			if root.Content[i].Value == key {
				return true
			}
		}
	}
	return false
}

// Reader reads the nodes of one file and keeps what is wrong with them.
type Reader struct {
	Name     string
	Problems diagnostic.List
}

// Problem notes what is wrong with a node.
func (r *Reader) Problem(at *yaml.Node, format string, args ...any) {
	r.Problems.Add(diagnostic.Diagnostic{
		Position: diagnostic.Position{File: r.Name, Line: at.Line, Column: at.Column},
		Message:  fmt.Sprintf(format, args...),
	})
}

// Members calls each for every member of a map, but for keys that are given
// twice or are no text.
func (r *Reader) Members(node *yaml.Node, what string, each func(key, value *yaml.Node)) {
	node = Resolved(node)
	if node.Kind != yaml.MappingNode {
		r.Problem(node, "%s is %s, expected a map", what, Describe(node))
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		switch first, twice := lines[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.Problem(key, "a key is %s, expected text", Describe(key))
		case twice:
			r.Problem(key, "the key %q is there already, in line %d", key.Value, first)
		default:
			lines[key.Value] = key.Line
			each(key, node.Content[i+1])
		}
	}
}

// Resolved is the node that an alias is of.
func Resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// Describe says what a node is.
func Describe(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a map"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Kind == yaml.AliasNode:
		return "an alias"
	case node.Tag == "!!null":
		return "empty"
	case node.Style != 0:
		return fmt.Sprintf("the text %q", wording.Start(node.Value, maxShown))
	}
	return wording.Start(node.Value, maxShown)
}
