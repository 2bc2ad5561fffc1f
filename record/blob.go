package record

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// maxDepth is how deep in a request sources are looked for. The API has none
// below a dozen levels; the bound keeps the work on a hostile body small.
const maxDepth = 64

// Blob is data that requests, or a text that cases, name by its hash; it is
// once, before the first line that names it.
type Blob struct {
	Kind      string `json:"kind"` // "blob"
	SHA256    string `json:"sha256"`
	MediaType string `json:"media_type"`
	Data      Base64 `json:"data,omitempty"`
	// Text is in the place of Data where it is a text; SHA256 is of it then.
	Text string `json:"text,omitzero"`
}

// Base64 is base64 text as it is in a request.
type Base64 []byte

// MarshalText gives the text itself.
func (b Base64) MarshalText() ([]byte, error) { return b, nil }

// UnmarshalText takes the text itself.
func (b *Base64) UnmarshalText(text []byte) error {
	*b = append([]byte(nil), text...)
	return nil
}

// Externalize takes the data out of every base64 source in a request body,
// that is every object {"type":"base64","media_type":…,"data":"…"}, and puts
// {"sha256":"…"} in the data's place, the hash of the base64 text in hex.
// Everything else stays byte for byte. Data that a JSON string cannot hold
// unescaped, and a body that is not JSON, stay as they are.
func Externalize(request json.RawMessage) (json.RawMessage, []Blob) {
	var blobs []Blob
	out := spliceSources(request, func(s source) []byte {
		data := request[s.data.from:s.data.to]
		if data[0] != '"' || !isBase64(data[1:len(data)-1]) {
			return nil
		}
		sum := sha256.Sum256(data[1 : len(data)-1])
		hash := hex.EncodeToString(sum[:])
		blobs = append(blobs, Blob{SHA256: hash, MediaType: s.mediaType, Data: Base64(data[1 : len(data)-1])})
		return []byte(`{"sha256":"` + hash + `"}`)
	})
	return out, blobs
}

// References are the hashes of the data that a request of a record has in the place
// of data, as Externalize puts them.
func References(request json.RawMessage) []string {
	var hashes []string
	spliceSources(request, func(s source) []byte {
		hash, ok := strings.CutPrefix(string(request[s.data.from:s.data.to]), `{"sha256":"`)
		if hash, end := strings.CutSuffix(hash, `"}`); ok && end && !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
		return nil
	})
	return hashes
}

// source is a base64 source that was found in a request.
type source struct {
	mediaType string
	data      span // the value of data
}

// spliceSources gives the request with the data of each source replaced, or
// left alone where replace gives nil.
func spliceSources(request json.RawMessage, replace func(source) []byte) json.RawMessage {
	if !bytes.Contains(request, []byte(`"base64"`)) {
		return request
	}
	w := walker{text: request}
	if _, err := w.value(skipSpace(request, 0), 0); err != nil {
		return request
	}
	slices.SortFunc(w.found, func(a, b source) int { return cmp.Compare(a.data.from, b.data.from) })
	var out []byte
	copied := 0
	for _, s := range w.found {
		if data := replace(s); data != nil {
			out = append(out, request[copied:s.data.from]...)
			out = append(out, data...)
			copied = s.data.to
		}
	}
	if copied == 0 {
		return request
	}
	return append(out, request[copied:]...)
}

// walker finds the base64 sources of a JSON text.
type walker struct {
	text  []byte
	found []source
}

// value walks through the value at i and gives the index after it.
func (w *walker) value(i, depth int) (int, error) {
	switch {
	case i == len(w.text):
		return 0, errCut
	case w.text[i] == '{' && depth < maxDepth:
		return w.object(i, depth)
	case w.text[i] == '[' && depth < maxDepth:
		return w.list(i, depth)
	}
	return skipValue(w.text, i)
}

func (w *walker) object(i, depth int) (int, error) {
	var s source
	typed, media := false, false
	end, err := eachMember(w.text, i, func(key, value span) error {
		raw := w.text[value.from:value.to]
		switch string(w.text[key.from:key.to]) {
		case `"type"`:
			typed = string(raw) == `"base64"`
		case `"media_type"`:
			text, err := plain(raw)
			s.mediaType, media = string(text), err == nil
		case `"data"`:
			s.data = value
		}
		_, err := w.value(value.from, depth+1)
		return err
	})
	if err == nil && typed && media && s.data.to > 0 {
		w.found = append(w.found, s)
	}
	return end, err
}

func (w *walker) list(i, depth int) (int, error) {
	i = skipSpace(w.text, i+1)
	if i < len(w.text) && w.text[i] == ']' {
		return i + 1, nil
	}
	for {
		end, err := w.value(i, depth+1)
		if err != nil {
			return 0, err
		}
		i = skipSpace(w.text, end)
		switch {
		case i == len(w.text):
			return 0, errCut
		case w.text[i] == ']':
			return i + 1, nil
		case w.text[i] != ',':
			return 0, errCut
		}
		i = skipSpace(w.text, i+1)
	}
}

// isBase64 reports whether text holds base64's letters and nothing else, so that
// JSON spells it in one way only.
func isBase64(text []byte) bool {
	for _, c := range text {
		if !isBase64Byte(c) {
			return false
		}
	}
	return len(text) > 0
}

func isBase64Byte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}
