package fakeapi

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
)

// maxImage is the API's limit of one image, in bytes before base64.
const maxImage = 10 << 20

// magic tells media types by the first bytes.
var magic = []struct {
	mediaType, prefix, at8 string
}{
	{"image/png", "\x89PNG\r\n\x1a\n", ""},
	{"image/jpeg", "\xff\xd8\xff", ""},
	{"image/gif", "GIF87a", ""},
	{"image/gif", "GIF89a", ""},
	{"image/webp", "RIFF", "WEBP"},
	{"application/pdf", "%PDF-", ""},
}

// mediaTypeOf is the media type that the bytes themselves show, "" if none.
func mediaTypeOf(head []byte) string {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) &&
			(m.at8 == "" || len(head) >= 12 && string(head[8:12]) == m.at8) {
			return m.mediaType
		}
	}
	return ""
}

// inspectBase64 decodes data without keeping it: its first bytes and its
// length, or false if it is not standard base64 with its padding.
func inspectBase64(data string) (head []byte, length int64, ok bool) {
	if strings.ContainsAny(data, "\r\n") {
		return nil, 0, false
	}
	decoder := base64.NewDecoder(base64.StdEncoding.Strict(), strings.NewReader(data))
	head = make([]byte, 16)
	n, err := io.ReadFull(decoder, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	if err != nil {
		return nil, 0, false
	}
	rest, err := io.Copy(io.Discard, decoder)
	return head[:n], int64(n) + rest, err == nil
}

// base64Image checks the source of an image block: real base64, not too
// large, and bytes of the media type that it claims.
func base64Image(c *checker, v any) *apiError {
	source := object(v)
	head, length, ok := inspectBase64(str(source["data"]))
	switch found := mediaTypeOf(head); {
	case !ok:
		return c.at("data", wrong("Input should be valid base64 data"), nil)
	case length > maxImage:
		return c.fail("image exceeds %d MB maximum: %d bytes > %d bytes", maxImage>>20, length, maxImage)
	case !strings.HasPrefix(found, "image/"):
		return c.fail("Could not process image")
	case found != source["media_type"]:
		return c.at("data", wrong("The image was specified using the %s media type, but the image appears to be a %s image",
			source["media_type"], found), nil)
	}
	return nil
}

// base64PDF checks the source of a document block likewise.
func base64PDF(c *checker, v any) *apiError {
	head, _, ok := inspectBase64(str(object(v)["data"]))
	switch {
	case !ok:
		return c.at("data", wrong("Input should be valid base64 data"), nil)
	case mediaTypeOf(head) != "application/pdf":
		return c.fail("The PDF specified was not valid.")
	}
	return nil
}

// wrong refuses whatever it is given.
func wrong(format string, args ...any) rule {
	return func(c *checker, _ any) *apiError { return c.fail(format, args...) }
}

// both is two rules, one after the other.
func both(first, second rule) rule {
	return func(c *checker, v any) *apiError {
		if err := first(c, v); err != nil {
			return err
		}
		return second(c, v)
	}
}
