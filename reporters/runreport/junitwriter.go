package runreport

import (
	"bufio"
	"encoding/xml"
	"io"
	"iter"
	"strings"
)

// junitWriter writes an XML file element by element, so that it is never held
// whole. Its first error sticks.
type junitWriter struct {
	out *bufio.Writer
	enc *xml.Encoder
	err error
}

func newJUnitWriter(w io.Writer) *junitWriter {
	out := bufio.NewWriter(w)
	j := &junitWriter{out: out, enc: xml.NewEncoder(out)}
	j.enc.Indent("", "  ")
	j.raw(xml.Header)
	return j
}

// raw writes text as it is.
func (j *junitWriter) raw(text string) {
	if j.err == nil {
		_, j.err = j.out.WriteString(text)
	}
}

func (j *junitWriter) token(t xml.Token) {
	if j.err == nil {
		j.err = j.enc.EncodeToken(t)
	}
}

// open begins an element; attributes are names, each followed by its value.
func (j *junitWriter) open(name string, attributes ...string) {
	start := xml.StartElement{Name: xml.Name{Local: name}}
	for i := 0; i < len(attributes); i += 2 {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: attributes[i]}, Value: attributes[i+1]})
	}
	j.token(start)
}

func (j *junitWriter) close(name string) { j.token(xml.EndElement{Name: xml.Name{Local: name}}) }

// value writes a whole element.
func (j *junitWriter) value(name string, v any) {
	if j.err == nil {
		j.err = j.enc.EncodeElement(v, xml.StartElement{Name: xml.Name{Local: name}})
	}
}

// texts writes an element that holds texts, a line feed between them, as one
// CDATA section.
func (j *junitWriter) texts(name string, texts iter.Seq[string]) {
	const begin, end = "<![CDATA[", "]]>"
	j.open(name)
	if j.err == nil {
		j.err = j.enc.Flush()
	}
	before := begin
	for text := range texts {
		j.raw(before + strings.ReplaceAll(text, end, "]]"+end+begin+">"))
		before = "\n"
		if j.err != nil {
			return
		}
	}
	if before != begin {
		j.raw(end)
	}
	j.close(name)
}

// end closes the root and writes what is left.
func (j *junitWriter) end() error {
	j.close("testsuites")
	if j.err == nil {
		j.err = j.enc.Close()
	}
	j.raw("\n")
	if j.err == nil {
		j.err = j.out.Flush()
	}
	return j.err
}
