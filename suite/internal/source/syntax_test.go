package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSyntaxErrors(t *testing.T) {
	for _, tt := range syntaxTests {
		t.Run(tt.name, func(t *testing.T) {
			_, list := ParseYAML(New("s.yaml", "s.yaml", tt.text))
			var got strings.Builder
			for _, d := range list {
				got.WriteString(caret(d))
			}
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("%q: %s", tt.text, diff)
			}
			if list.Err() == nil {
				t.Error("want an error")
			}
		})
	}
}

// What is YAML must not be found wrong.
func TestSyntaxIsYAML(t *testing.T) {
	texts := []string{
		"a: {b: [c, \"d\"], 'e': f, ? g : h, i, \"j\":k}\n? g\n: h\nlist:\n- x\n- y: &z 1\n  w: *z\n- - 1\n  - 2\n--- |\n text\n...\n",
		"a: b # c\n\n  # d\ne: 'f'   # g\nh:\n  - i\n\n  # j\n  - k\n# l\nm: |-\n  n: o: p\n  # q\nr: \"s: \\\"t\\\"\"\n",
		"a: [\n  b,\n  c\n]\nd: {\n}\ne: http://f\ng: h:i\nj: -k\nl: ?m\nn: :o\n",
		"%YAML 1.1\n---\na: 1\n---\n- b\n...\n---\nc\n  d\ne\n",
		"a:\n\n  b\n  c\n\nd: \"e\n  f: g\"\nh: 'i\n\n  - j'\nk:\tl\n\"m\" : n\n",
		"- |\n a\n- >-\n   b\n  \n   c\n-\n  - d\n- e: f\n  g:\n    - h\n",
		"a: &b !raw 'c'\n&d e: !!str\nf: !raw\n  - g\n",
	}
	for _, text := range positionTexts {
		texts = append(texts, text)
	}
	for _, text := range texts {
		mustParseAll(t, text)
	}
}

// mustParseAll checks that a file is right.
func mustParseAll(t *testing.T, text string) {
	t.Helper()
	if _, list := ParseYAML(New("s.yaml", "s.yaml", text)); len(list) > 0 {
		t.Errorf("parseYAML(%q): %v", text, list)
	}
}

// A hostile file takes no more than linear time to explain.
func BenchmarkSyntaxErrors(b *testing.B) {
	for name, unit := range map[string]string{"flow": "[a, ", "lines": "- a: \"b\"\n", "line": "{\"a\": b}, ", "slips": "- @\n", "text": "a "} {
		b.Run(name, func(b *testing.B) {
			text := "x: [" + strings.Repeat(unit, 1<<20/len(unit))
			if strings.HasSuffix(unit, "\n") {
				text = strings.Repeat(unit, 1<<20/len(unit)) + "- \"x\n"
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, list := ParseYAML(New("s.yaml", "s.yaml", text)); len(list) == 0 {
					b.Fatal("want a problem")
				}
			}
		})
	}
}
