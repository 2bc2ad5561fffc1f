package tokens

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/models"
)

// What the API adds, in tokens: to a request, and to each turn of it.
const (
	perRequest = 5
	perTurn    = 3
)

// walk estimates the tokens of one JSON text.
type walk struct {
	reader
	of        payload.JSON
	estimator *Estimator
	family    *family
	textBytes int // of the prompt
	turns     int
	tools     bool     // there are tools
	media     Estimate // images, documents and the instruction for tools
	opened    []Open
	// most is what bytes of the body do not bound, less those that are no
	// tokens.
	most  float64
	seen  [maxMembers][]byte // the names of the body's members
	named int                // how many there are
}

// maxMembers is more members than the body of any request has.
const maxMembers = 32

func newWalk(e *Estimator, model string, of payload.JSON) *walk {
	return &walk{reader: newReader(of.Text()), of: of, estimator: e, family: familyOf(model)}
}

// estimate is what was read so far.
func (w *walk) estimate() Estimate {
	return w.family.text(w.textBytes).Plus(exactly(float64(w.turns * perTurn))).Plus(w.media)
}

// body reads a whole request.
func (w *walk) body(out *Request) {
	if w.peek() != '{' {
		out.Broken = true
		return
	}
	w.members(func(key []byte) {
		out.Broken = out.Broken || w.again(key)
		switch string(key) {
		case "messages":
			out.Most += mostOf(w.read(func() { w.elements(w.turn) }))
		case "system":
			out.Most += mostOf(w.read(w.content))
		case "tools":
			w.definitions()
		case "output_config", "output_format":
			w.format(out)
		case "max_tokens":
			out.MaxTokens, out.HasMaxTokens = w.number()
		default:
			w.setting(key, out)
		}
	})
	w.instruct()
	out.Cached = bytes.Contains(w.text, []byte(`"cache_control"`))
	out.CachedHour = out.Cached && bytes.Contains(w.text, []byte(`"1h"`))
}

// again reports whether the body has had the member before: servers differ in
// which of two they read. It looks at no more members than any request has.
func (w *walk) again(key []byte) bool {
	for _, name := range w.seen[:w.named] {
		if bytes.Equal(name, key) {
			return true
		}
	}
	if w.named == len(w.seen) {
		return true
	}
	w.seen[w.named] = key
	w.named++
	return false
}

// setting reads a member that is no part of the prompt.
func (w *walk) setting(key []byte, out *Request) {
	null := w.peek() == 'n'
	switch string(key) {
	case "model":
		if model := w.str(); string(model) != out.Model {
			out.Model = string(model)
		}
	case "inference_geo":
		out.InferenceGeo = string(w.str())
	case "speed":
		out.Speed = string(w.str())
	case "service_tier":
		if tier := w.raw(); !null && string(tier) != `"auto"` && string(tier) != `"standard_only"` {
			w.open(Open{Name: "service_tier", Why: "its price is not a list price"})
		}
	case "thinking":
		out.Most += mostForThought
		w.skip()
	default:
		w.skip()
		if !null && memberClasses()[string(key)] == unbounded {
			w.unknown(string(key))
		}
	}
}

// unknown notes a member whose cost has no bound.
func (w *walk) unknown(name string) {
	w.open(Open{Name: name, Why: cmp.Or(models.Known().Members.Unbounded[name], "evalrun does not know what it costs")})
}

// read calls a function that reads the next value, and gives the value's text.
func (w *walk) read(value func()) []byte {
	begin := w.dec.InputOffset()
	value()
	return bytes.TrimLeft(w.text[begin:w.dec.InputOffset()], ": \t\r\n")
}

// format reads how the answer is to be formed.
func (w *walk) format(out *Request) {
	raw := w.raw()
	w.textBytes += len(raw) // the schema of a structured output
	out.Most += mostOfJSON(raw)
	if bytes.Contains(raw, []byte(`schema`)) {
		out.Most += mostForFormat
	}
}

// bound adds what was found while the prompt was read.
func (w *walk) bound(out *Request) {
	out.Most = max(0, out.Most+w.most)
	out.Opens = append(out.Opens, w.opened...)
}

// number reads a whole number that is not negative; false for all others.
func (w *walk) number() (float64, bool) {
	n, err := strconv.ParseFloat(string(w.raw()), 64)
	if err != nil || !(n >= 0 && n <= 1<<53) || n != math.Trunc(n) {
		return 0, false
	}
	return n, true
}

// tool reads the definition of a tool.
func (w *walk) tool() {
	w.tools = true
	raw := w.raw()
	w.textBytes += len(raw)
	w.most += mostOfJSON(raw)
	kind := toolType(raw)
	if adds, ok := addedFor(kind); ok {
		w.media = w.media.Plus(adds)
		w.most += adds.High
		return
	}
	w.open(Open{Name: kind, Why: "the server runs this tool as often as the model likes, and its results are read"})
}

// definitions reads the tools. In another form than a list they are not known.
func (w *walk) definitions() {
	if kind := w.peek(); kind != '[' && kind != 'n' {
		w.unknown("tools")
	}
	w.elements(w.tool)
}

// instruct adds the instruction that the API adds where there are tools.
func (w *walk) instruct() {
	if w.tools {
		w.media = w.media.Plus(w.family.tools)
		w.most += w.family.tools.High
	}
}

// toolType is the type of a tool, "" where it has none.
func toolType(tool []byte) (kind string) {
	r := newReader(tool)
	r.members(func(key []byte) {
		if strings.EqualFold(string(key), "type") { // some servers read it by any spelling
			kind = string(r.str())
			return
		}
		r.skip()
	})
	return kind
}

// turn reads one entry of messages.
func (w *walk) turn() {
	w.turns++
	w.content()
}

// content reads text, blocks, and all that lies in them.
func (w *walk) content() {
	switch w.peek() {
	case '"':
		w.textBytes += len(w.str())
	case '[':
		w.elements(w.content)
	case '{':
		w.block()
	default:
		w.skip()
	}
}

// unseen are the members of blocks that are no part of the prompt's text.
var unseen = map[string]bool{
	"type": true, "role": true, "id": true, "tool_use_id": true, "cache_control": true, "signature": true, "citations": true,
}

// block reads an object with text in it.
func (w *walk) block() {
	w.members(func(key []byte) {
		switch {
		case unseen[string(key)]:
			w.skip()
		case string(key) == "source" && w.peek() == '{':
			w.source()
		case string(key) == "input":
			raw := w.raw()
			w.textBytes += len(raw)
			w.most += mostOfJSON(raw) // beside its own bytes
		case string(key) == "definition" && w.peek() == '{':
			w.tool() // that a turn adds
		case string(key) == "encrypted_content" || string(key) == "file_id":
			w.unread(string(key), "it is text that only the server can read")
			w.skip()
		default:
			w.content()
		}
	})
}

// unread notes an image or document whose size is not known.
func (w *walk) unread(name, why string) {
	w.open(Open{Name: name, Why: why})
	if !w.estimator.assumes(name) {
		w.media.Unread++
	}
}

// source reads where an image or a document comes from.
func (w *walk) source() {
	var kind string
	var data []byte
	var inText float64 // bytes of the body that are data
	w.members(func(key []byte) {
		switch string(key) {
		case "type":
			kind = string(w.str())
		case "data":
			inText = float64(len(w.read(func() { data = w.data() })))
		case "content":
			w.content()
		default:
			w.skip()
		}
	})
	switch kind {
	case "text":
		w.textBytes += len(data)
	case "base64":
		if w.file(data) {
			w.most -= inText
		}
	case "content":
	default:
		w.unread(cmp.Or(kind, "source"), "what a source of this type holds is read on the server")
	}
}

// data reads the data of a source, or what refers to it.
func (w *walk) data() []byte {
	if w.peek() != '{' {
		return w.str()
	}
	var hash []byte
	w.members(func(key []byte) {
		if string(key) == "sha256" {
			hash = w.str()
			return
		}
		w.skip()
	})
	if b := w.of.Blob(hash); b != nil {
		return b.Data
	}
	return nil
}

// file estimates an image or a PDF by its bytes, whatever it is said to be;
// false where it is neither.
func (w *walk) file(data []byte) bool {
	if width, height, ok := imageSize(data); ok {
		w.media = w.media.Plus(exactly(w.family.image.of(width, height)))
		w.most += mostOfImage(width, height)
		return true
	}
	if bytes.HasPrefix(data, []byte("JVBERi")) { // %PDF
		w.unread("pdf", "only the API can count what the pages of a PDF hold")
		return true
	}
	w.unread("base64", "it is neither an image nor a PDF")
	return false
}
