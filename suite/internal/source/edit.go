package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// EditKind is what is done to a part of a file.
type EditKind int

// What can be done.
const (
	// RemoveMember takes the member whose key is at a position out of its map.
	RemoveMember EditKind = iota
	// RemoveItem takes the item at a position out of its list.
	RemoveItem
	// SetScalar gives the text or number at a position another text, in the same
	// quotes.
	SetScalar
	// AddMember adds a member to the map at a position, AddBeside one before the
	// member whose key is there, or whose value.
	AddMember
	AddBeside
	// AppendText adds a paragraph to the text at a position, AddItem an item to the
	// list there.
	AppendText
	AddItem
	// RenameKey gives the member Key of the map at a position the name Text.
	RenameKey
)

// EditOp is one thing to be done at a position of a file.
type EditOp struct {
	Kind EditKind
	At   diagnostic.Position
	Key  string
	Text string
	// Value is what is added.
	Value *Value
	// Raw has what is written at this position take the place of Rendered in Text:
	// the template of a text that was filled in.
	Raw      diagnostic.Position
	Rendered string
}

// Edits gives the edits by which a YAML or JSON text is changed so. Comments, the
// order of keys, quotes and all that is not changed stay as they are. What cannot
// be edited is a problem at its place: an anchor that aliases share, a value that
// is not there.
func Edits(name, text string, ops []EditOp) ([]diagnostic.Edit, diagnostic.List) {
	e, err := newEditor(name, text)
	if err != nil {
		return nil, diagnostic.List{{Position: diagnostic.Position{File: name}, Message: err.Error()}}
	}
	var problems diagnostic.List
	appended := map[*yaml.Node][]string{}
	for _, op := range ops {
		if err := e.op(op, appended); err != nil {
			problems.Add(e.src.diag(op.At.Line, op.At.Column, 1, err.Error(), ""))
		}
	}
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	e.collapse()
	for _, n := range e.order {
		e.appendText(n, appended[n])
	}
	return e.merged(), nil
}

// span is an edit by its offsets.
type span struct {
	begin, end int
	text       string
}

// editor finds the nodes of a text by their positions.
type editor struct {
	src          *File
	keys, values map[[2]int]*place
	aliased      map[*yaml.Node]bool
	spans        []span
	gone         map[*place]bool // what is removed
	order        []*yaml.Node    // the texts that are added to
	places       []*place
}

// place is a node with what holds it. Of a member it is the value's, and key is the
// node of its key.
type place struct {
	node, key *yaml.Node
	in        *place // nil for a document
	index     int    // in it
	begin     int    // the offset of its content
	keyBegin  int
	children  []*place
}

func newEditor(name, text string) (*editor, error) {
	e := &editor{src: New(name, name, text), keys: map[[2]int]*place{}, values: map[[2]int]*place{}, aliased: map[*yaml.Node]bool{}, gone: map[*place]bool{}}
	replaced, hidden := withPlaceholders(e.src.text)
	roots, err := decodeYAML(strings.NewReader(replaced))
	if err != nil {
		return nil, err
	}
	b := &builder{src: e.src}
	b.cursor = cursor{src: e.src, line: 1, column: 1}
	for _, root := range roots {
		hidden.restore(root)
		e.walk(b, &place{node: root})
	}
	return e, nil
}

// walk notes where a node and all below it begin.
func (e *editor) walk(b *builder, p *place) {
	e.places = append(e.places, p)
	v, _ := b.start(p.node)
	p.begin = b.begin
	e.values[[2]int{v.Line, v.Column}] = p
	switch p.node.Kind {
	case yaml.AliasNode:
		e.aliased[p.node.Alias] = true
	case yaml.SequenceNode:
		for i, item := range p.node.Content {
			child := &place{node: item, in: p, index: i}
			p.children = append(p.children, child)
			e.walk(b, child)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(p.node.Content); i += 2 {
			key, _ := b.start(p.node.Content[i])
			child := &place{key: p.node.Content[i], node: p.node.Content[i+1], in: p, index: i / 2, keyBegin: b.begin}
			p.children = append(p.children, child)
			e.keys[[2]int{key.Line, key.Column}] = child
			e.walk(b, child)
		}
	}
}

// op makes the edits of one operation.
func (e *editor) op(op EditOp, appended map[*yaml.Node][]string) error {
	at := [2]int{op.At.Line, op.At.Column}
	found := e.values[at]
	if op.Kind == RemoveMember || op.Kind == AddBeside {
		found = e.keys[at]
	}
	if found == nil && op.Kind == AddBeside {
		found = e.values[at].member()
	}
	if found == nil {
		return fmt.Errorf("nothing is written here that can be edited")
	}
	if found.inMatrix() {
		return fmt.Errorf("this is a label of the matrix, which says what is compared: edit it by hand")
	}
	if anchor := e.shared(found); anchor != "" {
		return fmt.Errorf("the anchor &%s is used elsewhere too, where the edit would change it as well", anchor)
	}
	switch op.Kind {
	case RemoveMember, RemoveItem:
		e.gone[found] = true
	case SetScalar:
		return e.setScalar(found, op.Text)
	case AddMember:
		return e.addMember(found, op.Key, op.Value)
	case AddBeside:
		for found.in.key != nil && found.in.key.Value == "extra_body" {
			found = found.in
		}
		e.addBeside(found, op.Key, op.Value, e.raw(op))
	case AppendText:
		if found.node.Kind != yaml.ScalarNode {
			return fmt.Errorf("no text is written here that could be added to")
		}
		if appended[found.node] == nil {
			e.order = append(e.order, found.node)
		}
		if text := e.raw(op); !slices.Contains(appended[found.node], text) {
			appended[found.node] = append(appended[found.node], text)
		}
	case AddItem:
		return e.addItem(found, e.raw(op))
	case RenameKey:
		for _, child := range found.children {
			if child.key != nil && child.key.Value == op.Key {
				e.replace(child.keyBegin, child.keyBegin+e.scalarLength(child.key, child.keyBegin), op.Text)
				return nil
			}
		}
		return fmt.Errorf("the map has no %s", op.Key)
	}
	return nil
}

// member is the member whose value is at a place, or the first of a map there; nil
// where there is none.
func (p *place) member() *place {
	switch {
	case p == nil:
		return nil
	case p.node.Kind == yaml.MappingNode && len(p.children) > 0:
		return p.children[0]
	case p.key != nil:
		return p
	}
	return nil
}

// raw is the text of an operation, with the template in the place of what it was
// filled in to.
func (e *editor) raw(op EditOp) string {
	if op.Raw.Line == 0 {
		return op.Text
	}
	found := e.values[[2]int{op.Raw.Line, op.Raw.Column}]
	if found == nil || found.node.Kind != yaml.ScalarNode {
		return op.Text
	}
	at := strings.LastIndex(op.Text, op.Rendered) // the text may have it by chance before
	if at < 0 {
		return op.Text
	}
	return op.Text[:at] + strings.TrimSpace(found.node.Value) + op.Text[at+len(op.Rendered):]
}

// inMatrix reports whether a node is below the matrix of a suite.
func (p *place) inMatrix() bool {
	for ; p.in != nil; p = p.in {
		if p.in.in == nil && p.key != nil && p.key.Value == "matrix" {
			return true
		}
	}
	return false
}

// shared is the anchor of a node, or of one that holds it, that an alias names.
func (e *editor) shared(p *place) string {
	for ; p != nil; p = p.in {
		if p.node.Anchor != "" && e.aliased[p.node] {
			return p.node.Anchor
		}
	}
	return ""
}

// replace makes an edit of the text between two offsets.
func (e *editor) replace(begin, end int, text string) {
	if s := (span{begin, end, text}); !slices.Contains(e.spans, s) {
		e.spans = append(e.spans, s)
	}
}

// together are the spans with all that is added in one place as one.
func together(spans []span) []span {
	var out []span
	for _, s := range spans {
		i := slices.IndexFunc(out, func(o span) bool { return s.begin == s.end && o.begin == s.begin && o.end == s.end })
		if i < 0 {
			out = append(out, s)
			continue
		}
		out[i].text += s.text
	}
	return out
}

// merged are the edits. What is added where something is removed takes its place.
func (e *editor) merged() []diagnostic.Edit {
	var out []diagnostic.Edit
	e.spans = together(e.spans)
	for _, s := range e.spans {
		if s.begin == s.end && slices.ContainsFunc(e.spans, func(r span) bool { return r.covers(s) }) {
			continue
		}
		for _, added := range e.spans {
			if s.covers(added) {
				s.text += e.inPlace(s, added)
			}
		}
		from, to := e.src.position(s.begin), e.src.position(s.end)
		out = append(out, diagnostic.Edit{Position: from, EndLine: to.Line, EndColumn: to.Column, Text: s.text})
	}
	return out
}

// covers reports whether something is added within what is removed.
func (s span) covers(added span) bool {
	return added.begin == added.end && s.begin < added.begin && added.begin < s.end
}

// inPlace is what is added unchanged in the place of what is removed: a whole
// line, or a member with its comma.
func (e *editor) inPlace(removed, added span) string {
	newline := e.newline()
	if member, ok := strings.CutPrefix(added.text, newline); ok {
		return member + newline
	}
	if member, ok := strings.CutSuffix(added.text, ", "); ok {
		return ", " + member
	}
	return e.src.text[removed.begin:added.begin] + strings.TrimRight(added.text, " ")
}

// indent is how far the character at an offset is from the start of its line.
func (e *editor) indent(offset int) int {
	start := e.src.starts[e.src.lineAt(offset)-1]
	return utf8.RuneCountInString(e.src.text[start:offset])
}

// newline is how the lines of the file end.
func (e *editor) newline() string {
	if strings.Contains(e.src.text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}
