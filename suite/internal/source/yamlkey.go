package source

import (
	"fmt"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// KeyForm is the form in which keys and columns are compared: an é in one
// character and one in two look the same.
func KeyForm(key string) string { return norm.NFC.String(key) }

func duplicateKey(key string, line int) string {
	return fmt.Sprintf("duplicate key %q; the first is on line %d", key, line)
}

// key reads a key: any scalar, by its text. seen holds the lines of the keys
// before it.
func (b *builder) key(n *yaml.Node, seen map[string]int) (*Value, bool) {
	v, tag := b.start(n)
	if n.Kind == yaml.AliasNode {
		if entry := b.built[n.Alias]; entry != nil {
			entry.named = true
		}
		n = &yaml.Node{Kind: n.Alias.Kind, Value: n.Alias.Value, Style: n.Alias.Style}
	}
	if n.Kind != yaml.ScalarNode && b.cursor.inTemplate() {
		v.Column--
		b.fault(v, templateLength(b.src.line(v.Line)[b.cursor.offset-b.src.starts[v.Line-1]-1:]), templateMessage, templateHint)
		return nil, false
	}
	if n.Kind != yaml.ScalarNode {
		b.fault(v, 1, "a list or a map cannot be a key, expected text", "quote the key if it is meant as text")
		return nil, false
	}
	v.Kind, v.Text = String, n.Value
	if n.Anchor != "" {
		b.built[n] = &anchored{value: v, size: size{nodes: 1, text: len(v.Text), depth: 1}, line: v.Line}
	}
	if tag.text != "" && tag.text != "!!str" {
		b.refuseTag(v, tag)
		return nil, false
	}
	if v.Text == "" && n.Style&^yaml.TaggedStyle == 0 {
		b.fault(v, 1, "found no key before the colon", `write the key, or "" for an empty one`)
		return nil, false
	}
	if v.Text == mergeKey && n.Style == 0 {
		b.fault(v, len(mergeKey), "merge keys (<<) are not supported", mergeHint)
		return nil, false
	}
	form := KeyForm(v.Text)
	if line, ok := seen[form]; ok {
		b.fault(v, utf8.RuneCountInString(v.Text), duplicateKey(v.Text, line), duplicateKeyHint)
		return nil, false
	}
	seen[form] = v.Line
	return v, true
}
