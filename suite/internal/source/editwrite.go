package source

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/exactjson"
)

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// setScalar gives a scalar another text in the same quotes.
func (e *editor) setScalar(p *place, text string) error {
	if p.node.Kind != yaml.ScalarNode {
		return fmt.Errorf("expected text or a number here")
	}
	end := e.end(p)
	if p.begin == end {
		return fmt.Errorf("expected text or a number here")
	}
	switch p.node.Style &^ yaml.TaggedStyle {
	case yaml.SingleQuotedStyle:
		if !strings.ContainsAny(text, "\r\n") {
			e.replace(p.begin, end, "'"+strings.ReplaceAll(text, "'", "''")+"'")
			return nil
		}
		e.replace(p.begin, end, string(exactjson.Quote(text)))
	case 0:
		e.replace(p.begin, end, scalar(text, p.node.Tag != "!!str" && isNumber(text)))
	default:
		e.replace(p.begin, end, string(exactjson.Quote(text)))
	}
	return nil
}

// plain is what is certainly text without quotes, in braces too.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./@-]*(:[A-Za-z0-9_./@-]+)*$`)

func isNumber(text string) bool {
	kind, _, problem := ResolvePlain(text)
	return kind == Number && problem == ""
}

// scalar writes a text or number, without quotes where it needs none.
func scalar(text string, number bool) string {
	if number {
		return text
	}
	if kind, _, problem := ResolvePlain(text); kind == String && problem == "" && plain.MatchString(text) {
		return text
	}
	return string(exactjson.Quote(text))
}

// flow writes a value on one line.
func flow(v *Value) string {
	switch v.Kind {
	case Null:
		return "null"
	case Bool, Number:
		return v.Text
	case String:
		return scalar(v.Text, false)
	}
	var parts []string
	for _, item := range v.Items {
		parts = append(parts, flow(item))
	}
	for _, m := range v.Members {
		parts = append(parts, scalar(m.Key, false)+": "+flow(m.Value))
	}
	if v.Kind == List {
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// addMember adds a member to a map, behind its last.
func (e *editor) addMember(p *place, key string, v *Value) error {
	if p.node.Kind != yaml.MappingNode {
		return fmt.Errorf("expected a map here")
	}
	member := scalar(key, false) + ": " + flow(v)
	end := e.end(p)
	switch {
	case isFlow(p.node) && len(p.children) == 0:
		e.replace(end-1, end-1, member)
	case isFlow(p.node):
		last := p.children[len(p.children)-1]
		at := max(e.end(last), e.colon(last))
		e.replace(at, at, ", "+member)
	default:
		e.replace(end, end, e.newline()+strings.Repeat(" ", e.indent(p.children[0].keyBegin))+member)
	}
	return nil
}

// addBeside adds a member before another. One that is there and null gets the
// value.
func (e *editor) addBeside(p *place, key string, v *Value, text string) {
	if text != "" {
		v = &Value{Kind: String, Text: text}
	}
	for _, own := range p.in.children {
		if own.key != nil && own.key.Value == key && own.node.Tag == "!!null" {
			e.fill(own, flow(v))
			return
		}
	}
	member := scalar(key, false) + ": " + flow(v)
	if isFlow(p.in.node) {
		e.replace(p.keyBegin, p.keyBegin, member+", ")
		return
	}
	e.replace(p.keyBegin, p.keyBegin, member+e.newline()+strings.Repeat(" ", e.indent(p.keyBegin)))
}

// fill gives a member that is null a value.
func (e *editor) fill(p *place, text string) {
	if end := e.end(p); end > p.begin {
		e.replace(p.begin, end, text)
		return
	}
	at := e.colon(p)
	e.replace(at, at, " "+text)
}

// addItem adds a text to a list, behind its last item.
func (e *editor) addItem(p *place, text string) error {
	if p.node.Kind != yaml.SequenceNode || len(p.children) == 0 {
		return fmt.Errorf("no list is written here that could be added to")
	}
	item := scalar(text, false)
	end := e.end(p)
	if isFlow(p.node) {
		at := e.end(p.children[len(p.children)-1])
		e.replace(at, at, ", "+item)
		return nil
	}
	e.replace(end, end, e.newline()+strings.Repeat(" ", e.indent(p.begin))+"- "+item)
	return nil
}

// appendText adds paragraphs to a text.
func (e *editor) appendText(n *yaml.Node, paragraphs []string) {
	var p *place
	for _, other := range e.places {
		if other.node == n {
			p = other
		}
	}
	end := e.end(p)
	newline := e.newline()
	added := strings.Join(paragraphs, "\n\n")
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		quoted := string(exactjson.Quote(separator(n.Value) + added))
		e.replace(end-1, end-1, quoted[1:len(quoted)-1])
	case yaml.LiteralStyle, yaml.FoldedStyle:
		between := newline
		if n.Style&yaml.FoldedStyle != 0 {
			between += newline // one is a space there
		}
		var out strings.Builder
		for _, paragraph := range paragraphs {
			out.WriteString(between)
			for i, line := range strings.Split(paragraph, "\n") {
				if i > 0 {
					out.WriteString(between[len(newline):])
				}
				out.WriteString(newline + strings.Repeat(" ", e.blockIndent(p.begin)) + line)
			}
		}
		e.replace(end, end, out.String())
	default:
		e.replace(p.begin, end, string(exactjson.Quote(n.Value+separator(n.Value)+added)))
	}
}

// separator is what parts a text from a paragraph behind it.
func separator(text string) string {
	if strings.HasSuffix(text, "\n") {
		return "\n"
	}
	return "\n\n"
}

// collapse removes what is to be removed. A map or list of which nothing is left
// goes with the member that holds it.
func (e *editor) collapse() {
	for i := len(e.places) - 1; i >= 0; i-- { // what is held comes behind what holds it
		p := e.places[i]
		all := len(p.children) > 0 && p.in != nil
		for _, child := range p.children {
			all = all && e.gone[child]
		}
		if all {
			e.gone[p] = true
		}
	}
	for _, p := range e.places {
		if p.in == nil || !e.gone[p] || e.within(p.in) {
			continue
		}
		if isFlow(p.in.node) {
			e.removeInFlow(p)
		} else {
			e.removeInBlock(p)
		}
	}
}

// within reports whether something that holds a place is removed as a whole.
func (e *editor) within(p *place) bool {
	for ; p != nil; p = p.in {
		if e.gone[p] {
			return true
		}
	}
	return false
}

// beginning is where a member or an item begins, without the anchor or tag that an
// item may have before it.
func (p *place) beginning() int {
	if p.key != nil {
		return p.keyBegin
	}
	return p.begin
}

// removeInFlow removes a member or item in braces or brackets, with one comma.
func (e *editor) removeInFlow(p *place) {
	siblings := p.in.children
	last := p.index
	for last+1 < len(siblings) && e.gone[siblings[last+1]] {
		last++
	}
	switch {
	case p.index > 0 && e.gone[siblings[p.index-1]]: // removed with that one
	case last+1 < len(siblings):
		e.replace(p.beginning(), siblings[last+1].beginning(), "")
	case p.index > 0:
		before := siblings[p.index-1]
		begin := e.end(before)
		if before.key != nil {
			begin = max(begin, e.colon(before))
		}
		end := e.end(siblings[last])
		if siblings[last].key != nil {
			end = max(end, e.colon(siblings[last]))
		}
		e.replace(begin, end, "")
	}
}

// removeInBlock removes the lines of a member or item. The first member of an item
// gives its line to the next one.
func (e *editor) removeInBlock(p *place) {
	end := e.end(p)
	begin := p.beginning()
	if p.key != nil {
		end = max(end, e.colon(p))
	} else {
		begin = p.begin - (len(e.src.text[:p.begin]) - len(strings.TrimRight(e.src.text[:p.begin], " "))) - 1 // its dash
	}
	line := e.src.lineAt(begin)
	start := e.src.starts[line-1]
	if strings.TrimSpace(e.src.text[start:begin]) != "" {
		siblings := p.in.children
		if p.index+1 < len(siblings) {
			e.replace(begin, siblings[p.index+1].beginning(), "")
		}
		return
	}
	last := e.src.lineAt(max(begin, end-1))
	if last < len(e.src.starts) {
		e.replace(start, e.src.starts[last], "")
		return
	}
	stop := len(e.src.text)
	if start > 0 { // no line ends behind it: the one before does no more
		_, size := utf8.DecodeLastRuneInString(e.src.text[:start])
		start -= size
	}
	e.replace(start, stop, "")
}
