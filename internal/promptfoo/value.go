package promptfoo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// kind is what a value is.
type kind int

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

// value is a part of a configuration. A nil value is null.
type value struct {
	kind    kind
	text    string // as it is written, of a scalar
	items   []*value
	names   []string // of members, in their order
	members map[string]*value
	line    int
	file    string
}

func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	return v.members[name]
}

func (v *value) is(k kind) bool {
	if v == nil {
		return k == null
	}
	return v.kind == k
}

// str is the text of a text; "" of all else.
func (v *value) str() string {
	if v.is(text) {
		return v.text
	}
	return ""
}

// scalar is a text, a number or a truth value as text.
func (v *value) scalar() (string, bool) {
	if v.is(text) || v.is(number) || v.is(boolean) {
		return v.text, true
	}
	return "", false
}

// num is a number; false where it is none.
func (v *value) num() (float64, bool) {
	if !v.is(number) {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.text, 64)
	return n, err == nil
}

// at is where the value is written.
func (v *value) at() string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", v.file, v.line)
}

// json is the value as JSON.
func (v *value) json() []byte {
	switch {
	case v.is(null):
		return []byte("null")
	case v.is(text):
		return exactjson.Quote(v.text)
	case v.is(list):
		parts := make([][]byte, len(v.items))
		for i, item := range v.items {
			parts[i] = item.json()
		}
		return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
	case v.is(object):
		parts := make([][]byte, len(v.names))
		for i, name := range v.names {
			parts[i] = slices.Concat(exactjson.Quote(name), []byte(":"), v.members[name].json())
		}
		return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}"))
	}
	return []byte(v.text)
}

// Bounds of a configuration.
const (
	maxDepth  = 100
	maxValues = 200_000
)

// parse reads a file of YAML, of which JSON is a part.
func parse(file string, data []byte) (*value, error) {
	limits := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if depth > maxDepth {
			return fmt.Errorf("nested more than %d levels deep", maxDepth)
		}
		return nil
	}))
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV3Defaults(), yaml.WithPlugin(limits))
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := loader.Load(&doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	b := builder{file: file}
	v := b.build(&doc, 0)
	return v, b.err
}

// builder makes values of nodes.
type builder struct {
	file  string
	count int
	err   error
}

func (b *builder) build(n *yaml.Node, depth int) *value {
	if b.count++; b.count > maxValues || depth > maxDepth {
		b.err = errors.New("the file holds too much, or an alias that holds itself")
		return nil
	}
	v := &value{line: n.Line, file: b.file}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil
		}
		return b.build(n.Content[0], depth+1)
	case yaml.AliasNode:
		return b.build(n.Alias, depth+1)
	case yaml.SequenceNode:
		v.kind = list
		for _, item := range n.Content {
			v.items = append(v.items, b.build(item, depth+1))
		}
	case yaml.MappingNode:
		v.kind, v.members = object, map[string]*value{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			b.member(v, n.Content[i], b.build(n.Content[i+1], depth+1))
		}
	default:
		b.scalar(v, n)
	}
	return v
}

// member adds a member; the key << adds those of other maps that are not there.
func (b *builder) member(v *value, key *yaml.Node, member *value) {
	if key.Value == "<<" && key.Style == 0 {
		from := []*value{member}
		if member.is(list) {
			from = member.items
		}
		for _, m := range from {
			if m.is(object) {
				for _, name := range m.names {
					if _, there := v.members[name]; !there {
						v.set(name, m.members[name])
					}
				}
			}
		}
		return
	}
	v.set(key.Value, member)
}

func (v *value) set(name string, member *value) {
	if _, there := v.members[name]; !there {
		v.names = append(v.names, name)
	}
	v.members[name] = member
}

func (b *builder) scalar(v *value, n *yaml.Node) {
	v.kind, v.text = text, n.Value
	switch n.ShortTag() {
	case "!!null":
		v.kind = null
	case "!!bool":
		v.kind, v.text = boolean, strings.ToLower(n.Value)
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			v.kind = number
		} else if f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64); err == nil && json.Valid([]byte(strconv.FormatFloat(f, 'g', -1, 64))) {
			v.kind, v.text = number, strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
}

// resolve follows {$ref: '#/…'} within the document.
func (v *value) resolve(root *value) *value {
	for range 10 {
		ref, ok := strings.CutPrefix(v.get("$ref").str(), "#/")
		if !ok || len(v.names) != 1 {
			return v
		}
		at := root
		for name := range strings.SplitSeq(ref, "/") {
			at = at.get(strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~"))
		}
		if at == nil {
			return v
		}
		v = at
	}
	return v
}
