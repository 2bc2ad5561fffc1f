package suite

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/suite/internal/root"
)

// mediaStore reads images and documents and shares them between the cases that
// name them. It is safe for concurrent use.
type mediaStore struct {
	root *root.Root
	mu   sync.Mutex
	read mediaCache
}

// media is a file as the API takes it: as a blob or, for text, as it is.
type media struct {
	blob *payload.Blob
	text string
	err  error
}

// source is the source of a block that shows the file.
func (m *media) source() *Value {
	if m.blob == nil {
		return object("type", "text", "media_type", textMedia, "data", m.text)
	}
	out := object("type", "base64", "media_type", m.blob.MediaType, "data", "")
	out.Get("data").Blob = m.blob
	return out
}

// textMedia is the media type of text.
const textMedia = "text/plain"

func newMediaStore(r *root.Root) *mediaStore {
	return &mediaStore{root: r, read: newMediaCache(keptMedia)}
}

// source gives the source of an image or document block for the value of its
// short form: a path or a url. A path is taken only where the block itself
// was written in a suite: data must not make evalrun read a file.
func (s *mediaStore) source(kind string, v *Value, written bool, diags *diagnostic.List) (*Value, bool) {
	if v.Kind != String || v.Text == "" {
		diags.Add(v.Diagnostic(fmt.Sprintf("%s is %s, expected a path or a URL", kind, v.Describe()),
			"the API's own block is written with `type: "+kind+"`"))
		return nil, false
	}
	if strings.HasPrefix(v.Text, "https://") || strings.HasPrefix(v.Text, "http://") {
		return object("type", "url", "url", v.Text), true
	}
	if !written {
		diags.Add(v.Diagnostic("the block comes from data and names the file "+diagnostic.Quote(v.Text)+", expected one that is written in a suite", ""))
		return nil, false
	}
	m := s.load(kind, v)
	if m.err != nil {
		diags.Add(v.Diagnostic(fmt.Sprintf("cannot use %s %s: %v", kind, diagnostic.Quote(v.Text), m.err), ""))
		return nil, false
	}
	return m.source(), true
}

// load reads the file, or gives what an earlier load read and something still
// has.
func (s *mediaStore) load(kind string, v *Value) *media {
	rel, err := s.root.Resolve(path.Dir(v.Rel()), v.Text)
	if err != nil {
		return &media{err: err}
	}
	key := kind + ":" + rel
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.read.get(key); m != nil {
		return m
	}
	s.root.Use(rel)
	m := readMedia(s.root, kind, rel)
	s.read.put(key, m)
	return m
}

// readMedia reads a file as the API takes it.
func readMedia(r *root.Root, kind, rel string) *media {
	data, err := r.Read(rel)
	if err != nil {
		return &media{err: err}
	}
	switch t, err := mediaType(kind, rel, data); {
	case err != nil:
		return &media{err: err}
	case t == textMedia:
		return &media{text: string(data)}
	default:
		return &media{blob: payload.NewBlob(t, data)}
	}
}

// mediaType reads the media type from the bytes, never from the name alone:
// a text file called ant.jpg is an error here and not at the API.
func mediaType(kind, name string, data []byte) (string, error) {
	if len(data) == 0 {
		return "", fmt.Errorf("the file is empty")
	}
	if kind == "image" {
		if t := imageType(data); t != "" {
			return t, nil
		}
		return "", fmt.Errorf("it is not an image that the API takes (jpeg, png, gif, webp)%s", description(data))
	}
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		return "application/pdf", nil
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".md":
		if utf8.Valid(data) && !bytes.ContainsRune(data, 0) {
			return textMedia, nil
		}
		return "", fmt.Errorf("it is not UTF-8 text%s", description(data))
	}
	return "", fmt.Errorf("it is not a document that the API takes (pdf, txt, md)%s", description(data))
}

// imageType knows the four image formats by their first bytes.
func imageType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return "image/gif"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// description is what the bytes look like instead, where that is known.
func description(data []byte) string {
	switch {
	case imageType(data) != "":
		return "; it looks like " + imageType(data)
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return "; it looks like a PDF"
	case utf8.Valid(data[:min(len(data), 512)]) || utf8.Valid(data[:max(0, min(len(data), 512)-3)]):
		return "; it looks like text"
	}
	return ""
}

// object builds a map of strings in the order given.
func object(pairs ...string) *Value {
	out := &Value{Kind: Map}
	for i := 0; i < len(pairs); i += 2 {
		out.Members = append(out.Members, Member{Key: pairs[i], Value: &Value{Kind: String, Text: pairs[i+1]}})
	}
	return out
}
