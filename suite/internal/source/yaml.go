package source

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// What a file may hold. Aliases cost nothing in memory, as aliased values are
// shared, but everything that walks the values sees them at their full size.
const (
	maxDepth       = 200
	maxValues      = 2_000_000
	maxAliasNodes  = 1_000_000
	maxAliasedText = 256 << 20 // bytes
	maxProblems    = 100       // that are reported of one file
	maxDirectives  = 100       // the reader compares each with all others
)

// mergeKey is a plain key that YAML 1.1 takes for the members of another map.
// YAML 1.2 does not have it, and most other readers do: a file that is read in
// two ways is refused.
const (
	mergeKey  = "<<"
	mergeHint = "write the keys out here, or take a whole value by its alias: `key: *anchor`; a key of that name is quoted: \"<<\""
)

// The errors of YAML and JSON alike.
const (
	tooManyValuesHint = "write a data set of that size as .csv or .jsonl"
	duplicateKeyHint  = "remove one of them"
)

var (
	tooManyValues = fmt.Sprintf("the file holds over %d values", maxValues)
	tooDeep       = fmt.Sprintf("nested more than %d levels deep", maxDepth)
)

// ParseYAML reads all documents of a YAML file; empty ones are left out. The
// values under an alias are those of its anchor, not copies, so they must not
// be changed. Where the list is not empty, the documents serve to find more
// problems, not to run: what a diagnostic is about is marked faulty, and after
// a syntax error there are none.
func ParseYAML(src *File) ([]*Value, diagnostic.List) {
	if list := src.checkYAML(); list != nil {
		return nil, list
	}
	text, hidden := withPlaceholders(src.text)
	roots, err := decodeYAML(strings.NewReader(text))
	if err != nil {
		return nil, syntaxErrors(src, err)
	}
	b := builder{src: src, built: make(map[*yaml.Node]*anchored)}
	b.cursor = cursor{src: src, line: 1, column: 1}
	var documents []*Value
	for _, root := range roots {
		hidden.restore(root)
		document, _ := b.build(root, 1)
		documents = append(documents, document)
	}
	b.unnamedAnchors()
	return documents, b.list
}

// checkYAML reports what no YAML file may hold, whatever its structure.
func (s *File) checkYAML() diagnostic.List {
	if list := s.check(); list != nil {
		return list
	}
	if estimateValues(s.text) > maxValues {
		position := diagnostic.Position{File: s.Name}
		return diagnostic.List{{Position: position, Message: tooManyValues, Hint: tooManyValuesHint}}
	}
	if directives := directivePattern.FindAllStringIndex(s.text, maxDirectives+1); len(directives) > maxDirectives {
		message := fmt.Sprintf("the file has over %d %%TAG directives, expected none", maxDirectives)
		return diagnostic.List{s.diagAt(directives[0][1]-4, 4, message, "remove them: only the tags !raw and !!str are read")}
	}
	for i, r := range s.text {
		if !inYAML(r) {
			message := fmt.Sprintf("found the control character U+%04X, which YAML does not allow", r)
			return diagnostic.List{s.diagAt(i, 1, message, fmt.Sprintf(`write it as \u%04x in double quotes`, r))}
		}
	}
	return nil
}

var directivePattern = regexp.MustCompile(`(?:^|[\r\n])%TAG`)

// inYAML reports whether YAML allows a character.
func inYAML(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0x7F && r < 0xA0:
		return r == 0x85
	}
	return r != 0xFFFE && r != 0xFFFF
}

// estimateValues counts the signs that separate values: to within a small
// factor, how many nodes the reader will make of the text.
func estimateValues(text string) int {
	n := 0
	for i := range len(text) {
		switch text[i] {
		case ',', '[', '{':
			n++
		case '-', '?', ':':
			if i+1 == len(text) || strings.IndexByte(" \t\r\n", text[i+1]) >= 0 {
				n++
			}
		}
	}
	return n
}

// errTooDeep is the reader's error where values nest too deep.
var errTooDeep = errors.New(tooDeep)

// decodeYAML gives the root nodes of the documents that are not empty.
func decodeYAML(r io.Reader) (roots []*yaml.Node, err error) {
	// The reader recovers from its own errors only; no input may end the program.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the YAML reader failed: %v", v)
		}
	}()
	deep := false
	limits := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if deep = depth > maxDepth; deep {
			return errTooDeep
		}
		return nil
	}))
	loader, err := yaml.NewLoader(r, yaml.WithV3Defaults(), yaml.WithPlugin(limits))
	if err != nil {
		return nil, err
	}
	for {
		var document yaml.Node
		err := loader.Load(&document)
		switch {
		case errors.Is(err, io.EOF):
			return roots, nil
		case err != nil && deep:
			return nil, fmt.Errorf("%w: %w", errTooDeep, err)
		case err != nil:
			return nil, err
		}
		root := document.Content[0]
		if root.Kind != yaml.ScalarNode || root.Style != 0 || root.Value != "" {
			roots = append(roots, root)
		}
	}
}

// builder turns the reader's nodes into Values. It resolves scalars itself, as
// the reader follows YAML 1.1 in part, and it finds what the reader lets pass:
// tags, duplicate keys, cycles and aliases that explode.
type builder struct {
	src    *File
	cursor cursor
	begin  int // the offset of the last node's content
	list   diagnostic.List
	built  map[*yaml.Node]*anchored
	spent  size // what aliases have added so far
	broke  bool // the budget was overdrawn, and that was said
}

// size is what a value amounts to when its aliases are written out.
type size struct {
	nodes, text, depth int
}

// anchored is a value with an anchor; value is nil while it is being built.
type anchored struct {
	value *Value
	size  size
	line  int
	begin int  // the offset of a scalar
	named bool // by an alias
}

func (s *size) add(inner size) {
	s.nodes += inner.nodes
	s.text += inner.text
	s.depth = max(s.depth, inner.depth+1)
}

// build makes the Value of a node at a nesting depth, from 1.
func (b *builder) build(n *yaml.Node, depth int) (*Value, size) {
	if n.Kind == yaml.AliasNode {
		return b.alias(n, depth)
	}
	v, tag := b.start(n)
	var entry *anchored
	if n.Anchor != "" {
		entry = &anchored{line: v.Line, begin: b.begin}
		b.built[n] = entry
	}
	b.tag(v, tag, n.Kind)
	total := size{nodes: 1, depth: 1}
	switch {
	case depth > maxDepth:
		b.fault(v, 1, tooDeep, "")
	case n.Kind == yaml.SequenceNode:
		b.sequence(v, n, depth, &total)
	case n.Kind == yaml.MappingNode:
		b.mapping(v, n, depth, &total)
	default:
		b.scalar(v, n, tag)
		total.text = len(v.Text)
	}
	if entry != nil {
		entry.value, entry.size = v, total
	}
	return v, total
}

// start makes an empty Value at the position where a node's content begins, and
// gives the tag that comes before it.
func (b *builder) start(n *yaml.Node) (*Value, tag) {
	b.cursor.seek(n.Line, n.Column)
	tag := b.cursor.properties(n)
	b.begin = b.cursor.offset
	v := &Value{Line: b.cursor.line, Column: b.cursor.column, file: b.src}
	return v, tag
}

// isPlain reports whether a node is a plain scalar.
func isPlain(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style == 0 }

func (b *builder) sequence(v *Value, n *yaml.Node, depth int, total *size) {
	v.Kind = List
	v.Items = make([]*Value, 0, len(n.Content))
	for _, child := range n.Content {
		item, size := b.build(child, depth+1)
		v.Items = append(v.Items, item)
		total.add(size)
	}
}

func (b *builder) mapping(v *Value, n *yaml.Node, depth int, total *size) {
	v.Kind = Map
	v.Members = make([]Member, 0, len(n.Content)/2)
	seen := make(map[string]int, len(n.Content)/2)
	var before *Value // the value before in braces, where it is plain, and where it begins
	begin := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := b.key(n.Content[i], seen)
		at := b.begin
		value, size := b.build(n.Content[i+1], depth+1)
		if !ok {
			continue
		}
		if before != nil && value.Kind == Null && isPlain(n.Content[i]) {
			b.src.noteComma(before, begin, key.Text, at)
		}
		if before, begin = nil, b.begin; n.Style&yaml.FlowStyle != 0 && isPlain(n.Content[i+1]) {
			before = value
		}
		v.Members = append(v.Members, Member{Key: key.Text, Value: value, Line: key.Line, Column: key.Column})
		total.add(size)
		total.text += len(key.Text)
	}
}

func (b *builder) scalar(v *Value, n *yaml.Node, tag tag) {
	v.Kind, v.Text = String, n.Value
	v.style = styleOf(n)
	if v.style != plainStyle || tag.text == "!!str" {
		return
	}
	kind, spelling, problem := ResolvePlain(n.Value)
	v.Kind, v.Text = kind, spelling
	if problem != "" {
		b.fault(v, len(n.Value), problem, "quote it if it is meant as text")
	}
	if v.Kind == String {
		b.src.noteComment(v, b.begin)
	}
}

// unnamedAnchors notes the anchors of plain scalars that no alias names.
func (b *builder) unnamedAnchors() {
	for n, entry := range b.built {
		if !entry.named && isPlain(n) && n.Value != "" && entry.value != nil {
			b.src.noteAnchor(entry.value, n.Value, n.Anchor, entry.begin)
		}
	}
}

// alias gives the value of the anchor that an alias names, unless that holds
// the alias itself or grows beyond the budget.
func (b *builder) alias(n *yaml.Node, depth int) (*Value, size) {
	b.cursor.seek(n.Line, n.Column)
	v := &Value{Line: n.Line, Column: n.Column, file: b.src}
	width := utf8.RuneCountInString(n.Value) + 1
	none := size{nodes: 1, depth: 1}
	entry := b.built[n.Alias]
	switch {
	case b.broke || entry == nil:
		// Said already: at the alias that broke the budget, or where the
		// anchor's position was refused.
		v.faulty = true
		return v, none
	case entry.value == nil:
		message := fmt.Sprintf("the alias *%s is inside its own anchor, which begins on line %d", n.Value, entry.line)
		b.fault(v, width, message, "a value cannot hold itself")
		return v, none
	case depth+entry.size.depth-1 > maxDepth:
		b.fault(v, width, fmt.Sprintf("with the alias *%s values nest more than %d levels deep", n.Value, maxDepth), "")
		return v, none
	}
	entry.named = true
	b.spent.nodes += entry.size.nodes
	b.spent.text += entry.size.text
	if b.spent.nodes > maxAliasNodes || b.spent.text > maxAliasedText {
		b.broke = true
		message := fmt.Sprintf("the alias *%s makes the file grow to over %d values or %d MB of text",
			n.Value, maxAliasNodes, maxAliasedText>>20)
		b.fault(v, width, message, "use fewer aliases of aliases")
		return v, none
	}
	return entry.value, entry.size
}

// fault adds a diagnostic on a value and marks it.
func (b *builder) fault(v *Value, width int, message, hint string) {
	v.faulty = true
	addProblem(&b.list, b.src.diag(v.Line, v.Column, width, message, hint))
}

// addProblem adds a diagnostic to a file's list, up to maxProblems.
func addProblem(list *diagnostic.List, d diagnostic.Diagnostic) {
	switch {
	case len(*list) < maxProblems:
		list.Add(d)
	case len(*list) == maxProblems:
		d.Message = fmt.Sprintf("only the first %d problems of this file are shown", maxProblems)
		d.Hint = ""
		list.Add(d)
	}
}
