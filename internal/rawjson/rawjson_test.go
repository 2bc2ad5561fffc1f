package rawjson

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

var texts = []string{
	`{}`, ` { "a" : [1, {"}":"]\\"}] ,"b":-1.5e+3,"c":null} `, `{"a":"\\\""}`, `{"a":tru}`, `{"a":1,}`, `{"a"}`,
	`[1,]`, `[,]`, `[01]`, `[-]`, `[1.]`, `[1e]`, `[1E-07]`, `"\u12g4"`, `"\u12aF"`, "\"a\nb\"", `"eight by"`, `"eight byt\"es and \\ more"`,
	"\"\xff\u2028\"", `"open`, `nul`, ``, ` `, `1 2`, `[true,false]`, "\"\x7f\x1f\"", "\"1234567\x00\"", `{"a" "b"}`, `[1 2]`,
	`{1:2}`, `"\`, `"\u12`, "\v1",
}

// nested is a text that nests so deep.
func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

func TestDepthIsThatOfEncodingJSON(t *testing.T) {
	for _, depth := range []int{maxDepth, maxDepth + 1} {
		if got, want := Valid([]byte(nested(depth))), json.Valid([]byte(nested(depth))); got != want {
			t.Errorf("%d deep: valid is %t, encoding/json says %t", depth, got, want)
		}
	}
}

// FuzzCompact holds Valid and AppendCompact to encoding/json.
func FuzzCompact(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, want := Valid(text), json.Valid(text); got != want {
			t.Fatalf("%q: valid is %t, encoding/json says %t", text, got, want)
		}
		var want bytes.Buffer
		want.WriteString("before")
		err := json.Compact(&want, text)
		got, ok := AppendCompact([]byte("before"), text)
		if ok != (err == nil) || string(got) != want.String() {
			t.Fatalf("%q became %q, %t; encoding/json makes %q: %v", text, got, ok, want.Bytes(), err)
		}
	})
}

// FuzzString holds AppendString to encoding/json.
func FuzzString(f *testing.F) {
	for _, text := range append(texts, "\b\f\n\r\t\x00\x1f\x7f<>&é\u2027\u2028\u2029\u202a\ufffd\xff😀") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(text); err != nil {
			t.Fatal(err)
		}
		if got := string(AppendString(nil, text)) + "\n"; got != want.String() {
			t.Fatalf("%q is written %s, encoding/json writes %s", text, got, want.Bytes())
		}
	})
}

// FuzzText holds AppendText to encoding/json.
func FuzzText(f *testing.F) {
	for _, text := range append(texts, `"\ud83d\ude00 \ud83d \ude00 \ud83d\u0041 \ud83dx \u00e9\/\b\f\n\r\t\"\\"`, `"\ud83d`, `"\ud83d\ude0"`, `null`, ` "a"`) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want *string
		if bytes.ContainsAny(text[:min(len(text), 1)], "\"") && bytes.HasSuffix(text, []byte{'"'}) {
			if err := json.Unmarshal(text, &want); err != nil {
				want = nil
			}
		}
		got, ok := AppendText([]byte("before"), text)
		switch {
		case ok != (want != nil):
			t.Fatalf("%q: is a string %t, encoding/json says %t", text, ok, want != nil)
		case ok && string(got) != "before"+*want:
			t.Fatalf("%q stands for %q, encoding/json says %q", text, got, *want)
		case !ok && string(got) != "before":
			t.Fatalf("%q left %q", text, got)
		}
	})
}

// FuzzFloat holds AppendFloat to encoding/json.
func FuzzFloat(f *testing.F) {
	for _, n := range []float64{0, math.Copysign(0, -1), 1, 0.1, 1e-6, 1e-7, 1.5e-10, 1e21, 1e20, -1e-300, math.NaN(), math.Inf(1)} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n float64) {
		want, err := json.Marshal(n)
		got, ok := AppendFloat(nil, n)
		if ok != (err == nil) || string(got) != string(want) {
			t.Fatalf("%v is written %q, %t; encoding/json writes %q: %v", n, got, ok, want, err)
		}
	})
}

func BenchmarkValid(b *testing.B) {
	answer := []byte(`{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"` +
		strings.Repeat(`The quick brown fox jumps over the lazy dog.\n`, 40) +
		`"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":700}}`)
	for name, valid := range map[string]func([]byte) bool{"ours": Valid, "encoding-json": json.Valid} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(answer)))
			for b.Loop() {
				if !valid(answer) {
					b.Fatal("it is valid")
				}
			}
		})
	}
}
