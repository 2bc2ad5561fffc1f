package tokens

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
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

func TestPDFPages(t *testing.T) {
	packed := func(objects string) string {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write([]byte(objects))
		z.Close()
		return fmt.Sprintf("5 0 obj\n<</Type/ObjStm/N 3/First 20/Length %d/Filter/FlateDecode>>\nstream\r\n%s\nendstream\nendobj\n", b.Len(), b.String())
	}
	const page, tree = "<< /Type /Page /Parent 2 0 R >>", "<</Type /Pages /Kids [3 0 R] /Count 1 >>"
	for name, c := range map[string]struct {
		pdf  string
		want int
	}{
		"two pages":     {tree + page + "\n" + page, 2},
		"packed":        {packed("3 0 4 32 " + tree + page + "<</Type/Page>>"), 2},
		"packed twice":  {packed(page) + packed(page+page) + page, 4},
		"hidden":        {"<</Encrypt 5 0 R>>" + strings.Replace(packed(page), "x\x9c", "??", 1), 0},
		"other objects": {"<</Type/PageLabels>><</Type/Pages>>", 0},
	} {
		counts := newPageCounts()
		data := []byte(base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n" + c.pdf)))
		for range 2 {
			if got := counts.of(data); got != c.want {
				t.Errorf("%s: %d pages, want %d", name, got, c.want)
			}
		}
	}
	if counts := newPageCounts(); counts.of(nil) != 0 {
		t.Error("nothing has pages")
	}
	body := `{"messages":[{"content":[{"type":"document","source":{"type":"base64","data":"` +
		base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n"+page+page)) + `"}}]}]}`
	got := NewEstimator().Request("m", payload.New([]byte(body))).Input
	if got.Low < 2*pageLow || got.High < 2*pageHigh || got.Unread != 0 {
		t.Errorf("%+v", got)
	}
	hidden := strings.Replace(body, base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n"+page+page)), "JVBERi0xLjcK", 1)
	if got := NewEstimator().Request("m", payload.New([]byte(hidden))).Input; got.Unread != 1 {
		t.Errorf("%+v", got)
	}
}
