package rawjson

import (
	"bytes"
	"encoding/json"
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

// FuzzValid holds Valid to encoding/json.
func FuzzValid(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, want := Valid(text), json.Valid(text); got != want {
			t.Fatalf("%q: valid is %t, encoding/json says %t", text, got, want)
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
