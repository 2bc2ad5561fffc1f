package fakeapi

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
)

// The API's limits of one image: bytes before base64, pixels of a side.
const (
	maxImage = 10 << 20
	maxSide  = 8000
)

// mediaType is a kind of file, told by its first bytes.
type mediaType struct {
	name, prefix, at8 string
	// config reads an image's size, nil where the standard library cannot.
	config func(io.Reader) (image.Config, error)
}

var mediaTypes = []mediaType{
	{"image/png", "\x89PNG\r\n\x1a\n", "", png.DecodeConfig},
	{"image/jpeg", "\xff\xd8\xff", "", jpeg.DecodeConfig},
	{"image/gif", "GIF87a", "", gif.DecodeConfig},
	{"image/gif", "GIF89a", "", gif.DecodeConfig},
	{"image/webp", "RIFF", "WEBP", nil},
	{"application/pdf", "%PDF-", "", nil},
}

// mediaTypeOf is the kind that the first bytes show, the zero one if none.
func mediaTypeOf(head []byte) mediaType {
	for _, m := range mediaTypes {
		if bytes.HasPrefix(head, []byte(m.prefix)) &&
			(m.at8 == "" || len(head) >= 12 && string(head[8:12]) == m.at8) {
			return m
		}
	}
	return mediaType{}
}

// decodeBase64 decodes standard base64, with its padding and no line breaks.
func decodeBase64(v any) ([]byte, bool) {
	data := str(v)
	if strings.ContainsAny(data, "\r\n") {
		return nil, false
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(data)
	return decoded, err == nil
}

// base64Image checks the source of an image block: real base64, an image, of
// the media type that it claims, within the limits.
func base64Image(c *checker, v any) *apiError {
	source := object(v)
	data, ok := decodeBase64(source["data"])
	if !ok {
		return c.at("data", refusing("Input should be valid base64 data"), nil)
	}
	found := mediaTypeOf(data)
	switch {
	case len(data) > maxImage:
		return c.fail("image exceeds %d MB maximum: %d bytes > %d bytes", maxImage>>20, len(data), maxImage)
	case !strings.HasPrefix(found.name, "image/"):
		return c.fail("Could not process image")
	case found.name != source["media_type"]:
		return c.at("data", refusing("The image was specified using the %s media type, but the image appears to be a %s image",
			source["media_type"], found.name), nil)
	case found.config == nil:
		return nil
	}
	size, err := found.config(bytes.NewReader(data))
	switch {
	case err != nil:
		return c.fail("Could not process image")
	case size.Width > maxSide || size.Height > maxSide:
		return c.at("data", refusing("At least one of the image dimensions exceed max allowed size: %d pixels", maxSide), nil)
	}
	return nil
}

// base64PDF checks the source of a document block likewise.
func base64PDF(c *checker, v any) *apiError {
	data, ok := decodeBase64(object(v)["data"])
	switch {
	case !ok:
		return c.at("data", refusing("Input should be valid base64 data"), nil)
	case mediaTypeOf(data).name != "application/pdf":
		return c.fail("The PDF specified was not valid.")
	}
	return nil
}

// secureURL is an address that the API would fetch.
func secureURL(c *checker, v any) *apiError {
	s, ok := v.(string)
	switch {
	case !ok:
		return c.fail("Input should be a valid string")
	case !strings.HasPrefix(s, "https://") || strings.ContainsAny(s, " \t\r\n"):
		return c.fail("Only HTTPS URLs are supported.")
	}
	return nil
}
