package tokens

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// TestImageTokens holds the formula to counts that were measured (data set
// JOHNISKING/image-token-cost, October 2026; M. Willison on Opus 4.7), less the
// prompt around the image, which was 65 tokens on Haiku 4.5 and 77 on 5.5.
func TestImageTokens(t *testing.T) {
	for _, c := range []struct {
		width, height int
		older, newer  float64 // 0: not measured
	}{
		{256, 256, 165 - 65, 177 - 77},
		{512, 512, 426 - 65, 438 - 77},
		{768, 768, 849 - 65, 861 - 77},
		{1024, 1024, 1434 - 65, 1446 - 77},
		{1280, 720, 1261 - 65, 1273 - 77},
		{1920, 1080, 1625 - 65, 2768 - 77},
		{1080, 1920, 1625 - 65, 2768 - 77},
		{1, 1, 1, 1},
		{28, 29, 2, 2},
		{8000, 1, 56, 92},
	} {
		if got := older.image.of(c.width, c.height); got != c.older {
			t.Errorf("%d×%d on older models: %v, want %v", c.width, c.height, got, c.older)
		}
		if got := newer.image.of(c.width, c.height); got != c.newer {
			t.Errorf("%d×%d on newer models: %v, want %v", c.width, c.height, got, c.newer)
		}
	}
	for side := 1; side <= 8000; side += 37 {
		for _, f := range []*family{&older, &newer} {
			for _, height := range []int{1, side, 777, 8000} {
				if got := f.image.of(side, height); got < 1 || got > f.image.tokens {
					t.Errorf("%d×%d: %v", side, height, got)
				}
			}
		}
	}
}

func TestImageSizes(t *testing.T) {
	picture := image.NewPaletted(image.Rect(0, 0, 300, 57), color.Palette{color.Black, color.White})
	encoded := func(encode func(io.Writer) error) string {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	webP := func(kind, rest string) string { return "RIFF\x00\x00\x00\x00WEBP" + kind + "\x0a\x00\x00\x00" + rest }
	for name, file := range map[string]string{
		"png":  encoded(func(w io.Writer) error { return png.Encode(w, picture) }),
		"jpeg": encoded(func(w io.Writer) error { return jpeg.Encode(w, picture, nil) }),
		"gif":  encoded(func(w io.Writer) error { return gif.Encode(w, picture, nil) }),
		// 300 is 0x12c and 57 is 0x39; those of VP8L and VP8X are less one.
		"webp, lossy":    webP("VP8 ", "\x00\x00\x00\x9d\x01\x2a\x2c\x01\x39\x00"),
		"webp, lossless": webP("VP8L", "\x2f\x2b\x01\x0e\x00\x00\x00\x00\x00\x00"),
		"webp, extended": webP("VP8X", "\x00\x00\x00\x00\x2b\x01\x00\x38\x00\x00"),
	} {
		data := base64.StdEncoding.EncodeToString([]byte(file))
		width, height, ok := imageSize([]byte(data))
		if !ok || width != 300 || height != 57 {
			t.Errorf("%s: %d×%d %t", name, width, height, ok)
		}
		body := `{"messages":[{"role":"user","content":[{"type":"image","source":{"data":"` + data + `","media_type":"x","type":"base64"}}]}]}`
		if got := NewEstimator().Request("m", payload.New([]byte(body))).Input; got.Likely != perRequest+perTurn+11*3 || got.Unread != 0 {
			t.Errorf("%s: %+v", name, got)
		}
		blob := payload.NewBlob("x", []byte(file))
		body = strings.Replace(body, `"`+data+`"`, string(blob.AppendReference(nil)), 1)
		if got := NewEstimator().Request("m", payload.New([]byte(body), blob)).Input; got.Likely != perRequest+perTurn+11*3 || got.Unread != 0 {
			t.Errorf("%s, shared: %+v", name, got)
		}
	}
	for _, file := range []string{"", "RIFF", "text that is no image", webP("VP9 ", "0123456789"), "\x89PNG\r\n\x1a\n"} {
		if _, _, ok := imageSize([]byte(base64.StdEncoding.EncodeToString([]byte(file)))); ok {
			t.Errorf("%q is an image", file)
		}
	}
}

func TestAPDFIsNotEstimated(t *testing.T) {
	data := base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n<< /Type /Page >>"))
	body := payload.New([]byte(`{"messages":[{"content":[{"type":"document","source":{"type":"base64","data":"` + data + `"}}]}]}`))
	got := NewEstimator().Request("m", body)
	if got.Input.Unread != 1 || len(got.Opens) != 1 || got.Opens[0].Name != "pdf" {
		t.Errorf("%+v", got)
	}
	if got := NewEstimator("pdf").Request("m", body); got.More() {
		t.Errorf("assumed to be free: %+v", got)
	}
}
