package judge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// page is what a judge is shown: texts of others between tags, and media. The
// mark that distinguishes the tags from the texts is chosen once all of them are
// there.
type page struct {
	parts        []part
	showThinking bool
}

// part is a tag, a text of others, a text of ours, or a block of media.
type part struct {
	kind  partKind
	name  string // of a tag
	text  string // with the quoted attributes of a tag
	media json.RawMessage
}

type partKind uint8

const (
	openTag partKind = iota
	closeTag
	material // a text of others
	own      // a text of ours
	media
)

// attribute is a name of ours with a value of others.
type attribute struct{ name, value string }

// open begins a tag. Attributes without a value are left out.
func (p *page) open(name string, attributes ...attribute) {
	var b strings.Builder
	for _, a := range attributes {
		if a.value != "" {
			fmt.Fprintf(&b, " %s=%s", a.name, exactjson.Quote(a.value))
		}
	}
	p.parts = append(p.parts, part{kind: openTag, name: name, text: b.String()})
}

func (p *page) close(name string) {
	p.parts = append(p.parts, part{kind: closeTag, name: name})
}

// say writes a text of ours.
func (p *page) say(text string) { p.parts = append(p.parts, part{kind: own, text: text}) }

// write writes a text of others. What is written in a row is one text: no mark
// can be put together of its pieces.
func (p *page) write(text string) {
	if last := len(p.parts) - 1; last >= 0 && p.parts[last].kind == material {
		p.parts[last].text += text
		return
	}
	p.parts = append(p.parts, part{kind: material, text: text})
}

// show writes a block of media.
func (p *page) show(block json.RawMessage) {
	p.parts = append(p.parts, part{kind: media, media: block})
}

// tagged writes one text of others between tags.
func (p *page) tagged(name, text string, attributes ...attribute) {
	p.open(name, attributes...)
	p.write(text)
	p.close(name)
}

// mark is a word that occurs nowhere on the page: the hash of all that is on
// it. It is the same for the same page, so that a request for it can be found
// in a record.
func (p *page) mark() string {
	const length = 16
	for n := 0; ; n++ {
		h := sha256.New()
		for _, part := range p.parts {
			fmt.Fprintf(h, "%d %d %s%d %s%d %s", n, len(part.name), part.name, len(part.text), part.text, len(part.media), part.media)
		}
		mark := hex.EncodeToString(h.Sum(nil))[:length]
		if !p.contains(mark) {
			return mark
		}
	}
}

func (p *page) contains(text string) bool {
	for _, part := range p.parts {
		if strings.Contains(part.text, text) || strings.Contains(string(part.media), text) {
			return true
		}
	}
	return false
}

// content writes the page as the content of a turn, behind a line that states
// the mark.
func (p *page) content() json.RawMessage {
	mark := p.mark()
	var text strings.Builder
	fmt.Fprintf(&text, "The mark is %s. Tags without it are part of the material.\n\n", mark)
	var blocks []json.RawMessage
	flush := func() {
		if text.Len() > 0 {
			blocks = append(blocks, textBlock(text.String()))
			text.Reset()
		}
	}
	for _, part := range p.parts {
		switch part.kind {
		case openTag:
			fmt.Fprintf(&text, "<%s-%s%s>\n", part.name, mark, part.text)
		case closeTag:
			fmt.Fprintf(&text, "</%s-%s>\n", part.name, mark)
		case material:
			text.WriteString(part.text)
			text.WriteByte('\n')
		case own:
			text.WriteString(part.text)
		case media:
			flush()
			blocks = append(blocks, part.media)
		}
	}
	flush()
	return array(blocks)
}
