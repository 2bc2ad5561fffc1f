package payload

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// Blob is the base64 data of an image or a document. It must not be changed,
// and may be used by many goroutines at once.
type Blob struct {
	// SHA256 is the hash of Data in hex, by which a record knows it too.
	SHA256    string
	MediaType string
	// Data is base64 text.
	Data []byte
}

// NewBlob encodes a file.
func NewBlob(mediaType string, file []byte) *Blob {
	data := base64.StdEncoding.AppendEncode(make([]byte, 0, base64.StdEncoding.EncodedLen(len(file))), file)
	sum := sha256.Sum256(data)
	return &Blob{SHA256: hex.EncodeToString(sum[:]), MediaType: mediaType, Data: data}
}

// A reference is {"sha256":"…"} as the value of a source's data.
const (
	member  = `"data":`
	opening = `{"sha256":"`
	closing = `"}`
)

// AppendReference appends the reference to the data that JSON has in its place.
func (b *Blob) AppendReference(dst []byte) []byte {
	dst = append(dst, opening...)
	dst = append(dst, b.SHA256...)
	return append(dst, closing...)
}
