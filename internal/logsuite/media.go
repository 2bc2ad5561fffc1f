package logsuite

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/traffic"
)

// extensions are those of the media that a suite reads from files.
var extensions = map[string]map[string]string{
	"image":    {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"},
	"document": {"application/pdf": ".pdf"},
}

// isMedia reports whether the source of a block comes out as it was where it is
// written as a file.
func (w *writer) isMedia(kind string, source json.RawMessage, e *traffic.Exchange) bool {
	blob, data := file(source, e)
	return blob != nil && extensions[kind][blob.MediaType] != "" && mediaType(data) == blob.MediaType
}

// media gives the name of the file with the data of a source.
func (w *writer) media(kind string, source json.RawMessage, e *traffic.Exchange) string {
	blob, data := file(source, e)
	return w.out.Files.Add("media/"+blob.SHA256[:12]+extensions[kind][blob.MediaType], data)
}

// file gives the data of a source of the form that a file makes, decoded; nil for
// any other.
func file(source json.RawMessage, e *traffic.Exchange) (*payload.Blob, []byte) {
	s, err := exactjson.ParseObject(source)
	if err != nil || len(s.Members()) != 3 {
		return nil, nil
	}
	for i, name := range []string{"type", "media_type", "data"} {
		if !s.Members()[i].IsNamed(name) {
			return nil, nil
		}
	}
	reference, err := exactjson.ParseObject(s.Get("data"))
	if err != nil {
		return nil, nil
	}
	hash, _ := exactjson.Text(reference.Get("sha256"))
	blob := e.Body.Blob([]byte(hash))
	if blob == nil {
		return nil, nil
	}
	data, err := base64.StdEncoding.DecodeString(string(blob.Data))
	if media, _ := exactjson.Text(s.Get("media_type")); err != nil || media != blob.MediaType || !bytes.Equal(payload.NewBlob(media, data).Data, blob.Data) {
		return nil, nil
	}
	return blob, data
}

// mediaType is what a suite takes data for.
func mediaType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return "image/gif"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return "application/pdf"
	}
	return ""
}
