package logsuite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
	"github.com/evalrun/evalrun/suite"
	"github.com/go-json-experiment/json/jsontext"
)

// Options say how a suite is written.
type Options struct {
	// Source is what the suite was made from, for a comment.
	Source string
	// Fold has conversations that differ in texts only become one case over a data
	// set.
	Fold bool
}

// Suites are the suites of a log.
type Suites struct {
	Files suitefile.Files
	// Names are the files that are suites.
	Names []string
	// Cases are the conversations by the names of their cases.
	Cases map[string]*traffic.Conversation
	// Proposed counts the assertions that hold of the log.
	Proposed int
	// Folded counts the conversations in cases over data sets, and Folds those cases.
	Folded, Folds int
}

// maxSuite is how large a suite's file becomes, in bytes, before another one is
// begun: what a file may hold is bounded.
const maxSuite = 4 << 20

// Write makes the suites of conversations.
func Write(list []*traffic.Conversation, opts Options) (*Suites, error) {
	w := &writer{opts: opts, out: &Suites{Cases: map[string]*traffic.Conversation{}}, fields: suite.RequestFields(), names: map[string]int{}}
	w.share(list)
	var cases []*suitefile.Node
	size := 0
	for _, g := range groups(list, opts.Fold) {
		nodes, err := w.group(g)
		if err != nil {
			return nil, err
		}
		for _, node := range nodes {
			cases = append(cases, node)
			size += weigh(node)
		}
		if size > maxSuite {
			if err := w.suite(cases); err != nil {
				return nil, err
			}
			cases, size = nil, 0
		}
	}
	if len(cases) > 0 {
		if err := w.suite(cases); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

// group writes conversations that differ as one case, and those that say the same
// as a case each.
func (w *writer) group(g *group) ([]*suitefile.Node, error) {
	at := func(c *traffic.Conversation, err error) error {
		return fmt.Errorf("line %d: %w", c.First().Line, err)
	}
	if g.varies() {
		node, err := w.foldedCase(g)
		if err != nil {
			return nil, at(g.list[0], err)
		}
		return []*suitefile.Node{node}, nil
	}
	var out []*suitefile.Node
	for _, c := range g.list {
		node, err := w.conversation(c)
		if err != nil {
			return nil, at(c, err)
		}
		out = append(out, node)
	}
	return out, nil
}

func weigh(n *suitefile.Node) int {
	size := len(n.Value) + 16
	for _, c := range n.Content {
		size += weigh(c)
	}
	return size
}

// writer writes the suites of one log.
type writer struct {
	opts   Options
	out    *Suites
	fields map[string][]suite.Kind
	names  map[string]int // of cases, how often each was taken
	// What all requests have in common; order is that of their members.
	order  []string
	shared map[string]json.RawMessage
	betas  []string
	// version is that of the API, "" where requests differ in it or name none.
	version string
	// stop is the stop_reason of all last answers, "" where they differ.
	stop string
	// schema is an assertion about all last answers, "" without one.
	schema string
	ending map[string]bool // tools whose use nothing answers
	// mark begins texts in whose places templates come; "" for none.
	mark string
}

// share finds what all requests have in common.
func (w *writer) share(list []*traffic.Conversation) {
	w.schema, w.ending = schemaExpr(list), endingTools(list)
	w.shared = map[string]json.RawMessage{}
	first := list[0].First()
	for _, m := range first.Fields() {
		w.order = append(w.order, m.Text())
		if !m.IsNamed("messages") {
			w.shared[m.Text()] = m.Value
		}
	}
	w.betas, w.version, w.stop = first.Betas, first.Version, stopReason(list[0])
	for _, c := range list {
		e := c.First()
		for name, value := range w.shared {
			i := slices.IndexFunc(e.Fields(), func(m exactjson.Member) bool { return m.IsNamed(name) })
			if i < 0 || !bytes.Equal(suitefile.Compact(e.Fields()[i].Value), suitefile.Compact(value)) {
				delete(w.shared, name)
			}
		}
		if !slices.Equal(w.betas, e.Betas) {
			w.betas = nil
		}
		if w.version != e.Version {
			w.version = ""
		}
		if w.stop != stopReason(c) {
			w.stop = ""
		}
	}
}

func stopReason(c *traffic.Conversation) string {
	if c.Last().Answer.StopReason == nil {
		return ""
	}
	return *c.Last().Answer.StopReason
}

// suite writes the file of some cases.
func (w *writer) suite(cases []*suitefile.Node) error {
	doc := suitefile.Map()
	if err := w.head(doc); err != nil {
		return err
	}
	if w.version != "" {
		suitefile.Set(doc, "anthropic_version", suitefile.Text(w.version))
	}
	if len(w.betas) > 0 {
		suitefile.Set(doc, "betas", texts(w.betas))
	}
	var exprs []string
	if w.stop != "" {
		exprs = append(exprs, "stop_reason == "+strconv.Quote(w.stop))
	}
	if w.schema != "" {
		exprs = append(exprs, w.schema)
	}
	if len(exprs) > 0 {
		w.propose(doc, exprs...)
	}
	suitefile.Set(doc, "cases", suitefile.List(cases...))
	suitefile.Comment(doc.Content[0], "Made by `evalrun import` from "+w.opts.Source+".")
	text, err := suitefile.Encode(doc)
	if err != nil {
		return err
	}
	name := "suite.yaml"
	if n := len(w.out.Names); n > 0 {
		name = fmt.Sprintf("suite-%d.yaml", n+1)
	}
	w.out.Names = append(w.out.Names, name)
	w.out.Files.Put(name, text)
	return nil
}

// head writes the fields that all requests share, in the order of the requests: in
// the place of one that each case has itself, before such a field, is null.
func (w *writer) head(doc *suitefile.Node) error {
	extra := suitefile.Map()
	last := -1
	for i, name := range w.order {
		if w.shared[name] != nil && w.isField(name, w.shared[name]) {
			last = i
		}
	}
	for i, name := range w.order {
		value := w.shared[name]
		if value == nil {
			if i < last && w.fields[name] != nil {
				key := suitefile.Set(doc, name, suitefile.Null())
				if i > 0 {
					suitefile.Comment(key, "Each case has its own; here is its place in the body.")
				}
			}
			continue
		}
		if err := w.field(doc, extra, name, value); err != nil {
			return err
		}
	}
	if suitefile.Len(extra) > 0 {
		suitefile.Set(doc, "extra_body", extra)
	}
	if suitefile.Len(doc) == 0 {
		suitefile.Set(doc, "max_tokens", suitefile.Null())
	}
	return nil
}

// isField reports whether a suite has a member of the body under its own name.
func (w *writer) isField(name string, value json.RawMessage) bool {
	return slices.Contains(w.fields[name], kindOf(value))
}

func kindOf(value json.RawMessage) suite.Kind {
	switch value[0] {
	case '"':
		return suite.String
	case '{':
		return suite.Map
	case '[':
		return suite.List
	case 't', 'f':
		return suite.Bool
	case 'n':
		return suite.Null
	}
	return suite.Number
}

// What is longer than that is in a file of its own, in bytes.
const (
	longText = 600
	longJSON = 1200
)

// field writes one member of the body, under extra unless the suite knows it.
func (w *writer) field(doc, extra *suitefile.Node, name string, value json.RawMessage) error {
	if !w.isField(name, value) {
		node, err := suitefile.JSON(value)
		if err == nil {
			suitefile.Set(extra, name, node)
		}
		return err
	}
	node, err := w.value(name, value)
	if err == nil {
		suitefile.Set(doc, name, node)
	}
	return err
}

// value writes the value of a field, in a file where it is long.
func (w *writer) value(name string, value json.RawMessage) (*suitefile.Node, error) {
	if w.mark != "" && bytes.Contains(value, []byte(w.mark)) {
		return suitefile.JSON(value)
	}
	switch text, isText := exactjson.Text(value); {
	case isText && len(text) > longText && isWhole(text):
		file := w.out.Files.Add(name+".txt", []byte(text))
		return suitefile.Template("{{ file('" + file + "') }}"), nil
	case isText:
		return suitefile.Text(text), nil
	case len(value) > longJSON && name != "messages":
		text, err := readable(value)
		if err != nil {
			return nil, err
		}
		file := w.out.Files.Add(name+".json", append(text, '\n'))
		return suitefile.Template("{{ data('" + file + "') }}"), nil
	}
	return suitefile.JSON(value)
}

// maxIndented is how deep JSON may be that is indented. The spaces before lines
// grow with the square of the depth.
const maxIndented = 100

// readable is JSON with lines and indents, unless it is too deep for them.
func readable(value json.RawMessage) ([]byte, error) {
	d, deepest := jsontext.NewDecoder(bytes.NewReader(value)), 0
	for {
		switch _, err := d.ReadToken(); {
		case errors.Is(err, io.EOF) && deepest > maxIndented:
			return bytes.Clone(value), nil
		case errors.Is(err, io.EOF):
			var pretty bytes.Buffer
			err := json.Indent(&pretty, value, "", "  ")
			return pretty.Bytes(), err
		case err != nil:
			return nil, err
		}
		deepest = max(deepest, d.StackDepth())
	}
}

// isWhole reports whether a file's text is read as it was written.
func isWhole(text string) bool {
	return !bytes.HasPrefix([]byte(text), []byte("\uFEFF")) && !bytes.ContainsAny([]byte(text), "\x00")
}

func texts(list []string) *suitefile.Node {
	out := suitefile.List()
	for _, text := range list {
		out.Content = append(out.Content, suitefile.Text(text))
	}
	return out
}

// propose writes assertions that hold of what was logged.
func (w *writer) propose(node *suitefile.Node, exprs ...string) {
	list := suitefile.List()
	for _, expr := range exprs {
		a := suitefile.Map()
		suitefile.Set(a, "expr", suitefile.Template(expr))
		suitefile.Set(a, "level", suitefile.Text("warn"))
		list.Content = append(list.Content, a)
		w.out.Proposed++
	}
	suitefile.Comment(suitefile.Set(node, "assert", list), "Proposed: it holds of what was logged. Without `level: warn` it fails the case.")
}
