package source

import (
	"testing"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// The edit of a misspelt key keeps its quotes, and there is none where the key
// is not written in one piece.
func TestMisspeltKeysAreMended(t *testing.T) {
	for text, want := range map[string]string{
		"asert: 1\n":             "assert: 1\n",
		"asert : 1\n":            "assert : 1\n",
		"é: {\"asert\": 1}\n":    "é: {\"assert\": 1}\n",
		"{'asert': 1}\n":         "{'assert': 1}\n",
		"{\"as\\u0065rt\": 1}\n": "",
		"? asert\n: 1\n":         "",
		"&a asert: 1\n":          "&a assert: 1\n",
	} {
		m := mustParse(t, text).Members[0]
		if m.Key == "é" {
			m = m.Value.Members[0]
		}
		edits := m.Misspelt("unknown", "", "assert").Edits
		if want == "" {
			if len(edits) != 0 {
				t.Errorf("%q: %v", text, edits)
			}
			continue
		}
		if got := mended(text, edits); got != want {
			t.Errorf("%q became %q with %v", text, got, edits)
		}
	}
}

// mended applies edits of the first line.
func mended(text string, edits []diagnostic.Edit) string {
	runes := []rune(text)
	for _, e := range edits {
		if e.Line != 1 || e.EndLine != 1 {
			return "an edit of another line"
		}
		runes = append(append(runes[:e.Column-1:e.Column-1], []rune(e.Text)...), runes[e.EndColumn-1:]...)
	}
	return string(runes)
}
