package tokens

import (
	"bytes"
	"strconv"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// What the API adds, in tokens: to a request, and to each turn of it.
const (
	perRequest = 5
	perTurn    = 3
)

// walk reckons one JSON text.
type walk struct {
	reader
	of        payload.JSON
	estimator *Estimator
	family    *family
	counts    counts
	turns     int
	media     Estimate // images, documents and the instruction for tools
}

func newWalk(e *Estimator, model string, of payload.JSON) *walk {
	return &walk{reader: reader{text: of.Text()}, of: of, estimator: e, family: familyOf(model)}
}

// estimate is what was read so far.
func (w *walk) estimate() Estimate {
	text := w.counts.tokens(&w.family.weights) + float64(w.turns*perTurn)
	return about(text, TextSpread).Plus(w.media)
}

// body reads a whole request.
func (w *walk) body(out *Request) {
	w.members(func(key []byte) {
		switch string(key) {
		case "messages":
			w.elements(w.turn)
		case "system":
			w.content()
		case "tools":
			w.tools(out)
		case "output_config":
			w.counts.addJSON(w.raw()) // the schema of a structured output
		case "max_tokens":
			out.MaxTokens = w.number()
		case "inference_geo":
			out.InferenceGeo = string(w.str())
		case "speed":
			out.Speed = string(w.str())
		case "mcp_servers", "fallbacks", "context_management":
			out.Open = w.peek() != 'n' || out.Open
			w.skip()
		default:
			w.skip()
		}
	})
	out.Cached = bytes.Contains(w.text, []byte(`"cache_control"`))
	out.CachedHour = out.Cached && bytes.Contains(w.text, []byte(`"1h"`))
}

// number reads a number that is not negative; of all others it gives 0.
func (w *walk) number() float64 {
	n, err := strconv.ParseFloat(string(w.raw()), 64)
	if err != nil || !(n >= 0 && n <= 1<<53) {
		return 0
	}
	return n
}

// tools reads the definitions of tools.
func (w *walk) tools(out *Request) {
	any := false
	w.elements(func() {
		any = true
		raw := w.raw()
		w.counts.addJSON(raw)
		tool := reader{text: raw}
		tool.members(func(key []byte) {
			if string(key) == "type" {
				out.Open = OnServer(string(tool.str())) || out.Open
				return
			}
			tool.skip()
		})
	})
	if any {
		w.media = w.media.Plus(w.family.tools)
	}
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
		w.counts.add(w.str())
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
			w.counts.addJSON(w.raw())
		case string(key) == "encrypted_content" || string(key) == "file_id":
			w.media.Unread++
			w.skip()
		default:
			w.content()
		}
	})
}

// source reads where an image or a document comes from.
func (w *walk) source() {
	var kind string
	var data []byte
	w.members(func(key []byte) {
		switch string(key) {
		case "type":
			kind = string(w.str())
		case "data":
			data = w.data()
		case "content":
			w.content()
		default:
			w.skip()
		}
	})
	switch kind {
	case "text":
		w.counts.add(data)
	case "base64":
		w.media = w.media.Plus(w.file(data))
	case "content":
	default:
		w.media.Unread++
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

// file reckons an image or a PDF by its bytes, whatever it is said to be.
func (w *walk) file(data []byte) Estimate {
	if width, height, ok := imageSize(data); ok {
		return exactly(w.family.image.of(width, height))
	}
	if n := w.estimator.pages.of(data); n > 0 {
		return pdfPages(n)
	}
	return Estimate{Unread: 1}
}
