package payload

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var (
	dot   = NewBlob("image/png", []byte("dot"))
	comma = NewBlob("image/png", []byte("comma"))
)

// refer puts references in the places of DOT and COMMA, and sent what is sent
// for them.
func refer(text string) []byte {
	return []byte(strings.NewReplacer("DOT", string(dot.AppendReference(nil)), "COMMA", string(comma.AppendReference(nil))).Replace(text))
}

func sent(text string) string {
	return strings.NewReplacer("DOT", `"ZG90"`, "COMMA", `"Y29tbWE="`).Replace(text)
}

func TestABlobIsKnownByTheHashOfItsBase64(t *testing.T) {
	want := &Blob{ // by base64 and sha256sum
		SHA256:    "3fbe7cf2ac1324537c6048a1168b1c416ac9f3031e917aa73a8241c6edd7a2b7",
		MediaType: "image/png", Data: []byte("ZG90"),
	}
	if diff := cmp.Diff(want, dot); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsSent(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		blobs []*Blob // those that are kept
	}{
		"nothing":        {``, nil},
		"no data":        {`{"messages":[]}`, nil},
		"one":            {`{"source":{"type":"base64","data":DOT}}`, []*Blob{dot}},
		"two":            {`[{"data":COMMA},{"data":DOT}]`, []*Blob{comma, dot}},
		"twice":          {`[{"data":DOT},{"data":DOT}]`, []*Blob{dot}},
		"side by side":   {`"data":DOT"data":DOT`, []*Blob{dot}},
		"elsewhere":      {`{"example":{"sha256":"` + dot.SHA256 + `"}}`, nil},
		"in a string":    {`{"text":"\"data\":{\"sha256\":\"` + dot.SHA256 + `\"}"}`, nil},
		"unknown":        {`[{"data":{"sha256":"00"}},{"data":DOT}]`, []*Blob{dot}},
		"no hash":        {`[{"data":{"sha256":""}},{"data":DOT}]`, []*Blob{dot}},
		"more beside it": {`[{"data":{"sha256":"` + dot.SHA256 + `","a":1}},{"data":DOT}]`, []*Blob{dot}},
		"cut":            {`[{"data":DOT},{"data":{"sha256":"` + dot.SHA256, []*Blob{dot}},
	} {
		t.Run(name, func(t *testing.T) {
			j := New(refer(test.text), dot, comma)
			if diff := cmp.Diff(sent(test.text), j.String()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.blobs, j.Blobs()); diff != "" {
				t.Errorf("other blobs are kept:\n%s", diff)
			}
			if err := iotest.TestReader(j.Reader(), []byte(sent(test.text))); err != nil {
				t.Error(err)
			}
			if want := len(sent(test.text)); j.Len() != int64(want) {
				t.Errorf("Len is %d, want %d", j.Len(), want)
			}
		})
	}
}

func TestWithKeepsReferences(t *testing.T) {
	a, b := New(refer(`{"data":DOT}`), dot), New(refer(`{"data":COMMA}`), comma)
	const text = `[{"data":COMMA},1,{"data":DOT}]`
	if diff := cmp.Diff(sent(text), a.With(refer(text), b).String()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(string(refer(`{"data":COMMA}`)), a.With(refer(`{"data":COMMA}`)).String()); diff != "" {
		t.Errorf("a reference to what is not there:\n%s", diff)
	}
	if diff := cmp.Diff([]*Blob{dot}, a.Blobs()); diff != "" {
		t.Errorf("the first has changed:\n%s", diff)
	}
}

// shortWriter takes some bytes.
type shortWriter struct{ left int }

func (w *shortWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

func TestWriteToEndsWithTheFirstError(t *testing.T) {
	j := New(refer(`{"data":DOT}`), dot)
	for room := range int(j.Len()) {
		if n, err := j.WriteTo(&shortWriter{room}); n != int64(room) || err != io.ErrShortWrite {
			t.Errorf("with room for %d: %d, %v", room, n, err)
		}
	}
}

// FuzzJSON holds that all ways to the text that is sent give the same, and
// that it is JSON where the text is.
func FuzzJSON(f *testing.F) {
	f.Add(refer(`[{"data":DOT},{"data":COMMA}]`))
	f.Add(refer(`{"data":{"sha256":DOT}`))
	f.Add([]byte(`{"data":{"sha256":"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		j := New(text, dot, comma)
		var out bytes.Buffer
		n, err := j.WriteTo(&out)
		read, readErr := io.ReadAll(j.Reader())
		if err != nil || readErr != nil || n != j.Len() || int(n) != out.Len() || string(read) != out.String() || j.String() != out.String() {
			t.Fatalf("%q is written as %q and read as %q, %d and %d bytes", text, out.String(), read, n, j.Len())
		}
		if json.Valid(text) && !json.Valid(read) {
			t.Fatalf("%q became %q", text, read)
		}
	})
}
