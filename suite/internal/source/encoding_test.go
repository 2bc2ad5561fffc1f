package source

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/exprlang"
)

func TestAppendJSONEscapesOnlyWhatJSONDemands(t *testing.T) {
	tests := map[string]string{
		`plain`:                `"plain"`,
		"<b> & 'é' 😀":          "\"<b> & 'é' 😀\"",
		"\u2028\u2029\u007f":   "\"\u2028\u2029\u007f\"",
		"\"\\/":                `"\"\\/"`,
		"\n\r\t\b\f\x00\x1f":   `"\n\r\t\u0008\u000c\u0000\u001f"`,
		"not UTF-8: \xff, end": "\"not UTF-8: \uFFFD, end\"",
		"\uFFFD":               "\"\uFFFD\"",
	}
	for text, want := range tests {
		got := (&Value{Kind: String, Text: text}).AppendJSON(nil)
		if string(got) != want {
			t.Errorf("%q gives %s, want %s", text, got, want)
		}
		if !json.Valid(got) {
			t.Errorf("%q gives %s, which is not JSON", text, got)
		}
	}
}

func TestNative(t *testing.T) {
	v := mustParse(t, "{s: x, i: 5, f: 0.5, b: true, n: ~, l: [1, {}]}")
	want := map[string]any{"s": "x", "i": 5, "f": 0.5, "b": true, "n": nil, "l": []any{1, map[string]any{}}}
	if diff := cmp.Diff(want, v.Native()); diff != "" {
		t.Error(diff)
	}
}

// A number that no int and no float64 is as it was written keeps its spelling.
func TestNativeKeepsSpellings(t *testing.T) {
	for _, spelling := range []string{"-0", "5.0", "19.90", "1e3", "0.00001", "99999999999999999999", "1e999"} {
		v := mustParse(t, "x: "+spelling).Get("x")
		text, err := exprlang.Text(v.Native())
		if err != nil || text != spelling {
			t.Errorf("%s is %s (%v)", spelling, text, err)
		}
		back, err := FromNative(v.Native())
		if err != nil || back.Kind != Number || back.Text != spelling {
			t.Errorf("%s comes back as %+v (%v)", spelling, back, err)
		}
	}
}

func TestFromNative(t *testing.T) {
	number := &Value{Kind: Number, Text: "0.70"}
	in := map[string]any{
		"z": []any{nil, true, "x", 5, 0.5, 1e21, 1e-7, 1e6, number}, "a": []string{"p", "q"},
		"m": map[string]int{"k": 1}, "u": uint8(3), "f": float32(0.5),
	}
	v, err := FromNative(in)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"a":["p","q"],"f":0.5,"m":{"k":1},"u":3,"z":[null,true,"x",5,0.5,1000000000000000000000,0.0000001,1000000,0.70]}`
	if diff := cmp.Diff(want, string(v.AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []any{math.NaN(), math.Inf(-1), struct{}{}, map[int]any{1: 2}, []any{func() {}}, map[string]any{"k": make(chan int)}} {
		if v, err := FromNative(bad); err == nil {
			t.Errorf("FromNative(%T) gives %s, want an error", bad, v.AppendJSON(nil))
		}
	}
}
