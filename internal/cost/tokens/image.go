package tokens

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	_ "image/gif" // the formats that the API takes
	_ "image/jpeg"
	_ "image/png"
	"io"
	"math"
)

// imageLimits are what a model sees of an image at most: its longer side in
// pixels, and its tokens. A larger image is made smaller first.
type imageLimits struct{ side, tokens float64 }

// patch is the side in pixels of what one token of an image shows. See
// https://platform.claude.com/docs/en/build-with-claude/vision.
const patch = 28

// of is how many tokens an image has, which keeps its ratio when it is made
// smaller.
func (l imageLimits) of(width, height int) float64 {
	w, h := float64(width), float64(height)
	scale := min(1, l.side/max(w, h))
	if n := patches(w*scale, h*scale); n <= l.tokens {
		return n
	}
	// The largest scale that fits, to less than a pixel.
	low, high := 0.0, scale
	for (high-low)*max(w, h) > 0.5 {
		if mid := (low + high) / 2; patches(w*mid, h*mid) <= l.tokens {
			low = mid
		} else {
			high = mid
		}
	}
	return patches(w*low, h*low)
}

// mostOfImage is how many tokens an image has at most on any model, with a
// tenth more for what older models make of it.
func mostOfImage(width, height int) float64 {
	return math.Ceil(1.1*newer.image.of(width, height)) + 16
}

func patches(width, height float64) float64 {
	return max(1, math.Ceil(math.Round(width)/patch)) * max(1, math.Ceil(math.Round(height)/patch))
}

// imageSize is the width and height of an image in base64. It reads no more
// than it needs for that.
func imageSize(data []byte) (width, height int, ok bool) {
	decoder := base64.NewDecoder(base64.StdEncoding, bytes.NewReader(data))
	var head [30]byte
	n, _ := io.ReadFull(decoder, head[:])
	if width, height, ok = webPSize(head[:n]); ok {
		return width, height, true
	}
	config, _, err := image.DecodeConfig(io.MultiReader(bytes.NewReader(head[:n]), decoder))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return 0, 0, false
	}
	return config.Width, config.Height, true
}

// webPSize reads the size from the first 30 bytes of a WebP image, by RFC
// 9649; the standard library cannot.
func webPSize(head []byte) (width, height int, ok bool) {
	if len(head) < 30 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WEBP" {
		return 0, 0, false
	}
	switch string(head[12:16]) {
	case "VP8 ": // lossy: behind the frame tag and the start code, 14 bits each
		return int(binary.LittleEndian.Uint16(head[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(head[28:]) & 0x3fff), true
	case "VP8L": // lossless: behind the signature, 14 bits each, less one
		bits := binary.LittleEndian.Uint32(head[21:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1, true
	case "VP8X": // extended: the canvas, 24 bits each, less one
		bits := binary.LittleEndian.Uint64(head[22:])
		return int(bits>>16&0xffffff) + 1, int(bits>>40&0xffffff) + 1, true
	}
	return 0, 0, false
}
