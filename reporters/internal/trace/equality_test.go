package trace

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/assert"
)

func TestBare(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a", "(a)": "a", "( (a) )": "a", "f(a)": "f(a)", "(a) + (b)": "(a) + (b)", "(f(a))": "f(a)", "": "", "(": "(", "()": "",
	} {
		if got := bare(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// An equality takes a line where its sides say what was compared.
func TestEquality(t *testing.T) {
	for _, tt := range []struct{ source, part, value, want string }{
		{`trim(text) == "a"`, "trim(text)", `"b"`, `trim(text) == "a": "b" is not "a"`},
		{`(trim(text)) == "a"`, "trim(text)", `"b"`, `(trim(text)) == "a": "b" is not "a"`},
		{"len(text) == 4", "len(text)", "3", ""}, // the text itself is needed
	} {
		from := strings.Index(tt.source, tt.part)
		trace, err := json.Marshal(assert.Trace{
			{At: from, Len: 1, From: from, To: from + len(tt.part), Value: tt.value},
			{At: strings.Index(tt.source, "=="), Len: 2, To: len(tt.source), Value: "false"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := Equality(tt.source, trace); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.source, got, tt.want)
		}
	}
}
