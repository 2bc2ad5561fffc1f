package source

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// In each text the needle @x stands once in the source and once in the
// value, whatever the style does to what is around it.
var positionTexts = map[string]string{
	"plain":                        "v: äö @x\n",
	"plain over lines":             "v: äö\n  b\n\n\n  c @x\n",
	"plain over lines, tabs":       "v: äö \t \n  b\t \n  \t\n  c @x # comment\n",
	"plain, flow":                  "{v: [a, b c @x, d]}\n",
	"plain, flow over lines":       "{v: [a, b\n   c\n\n  @x]}\n",
	"plain, the whole document":    "a\nb\n@x\n",
	"plain key's neighbour":        "a b: 1\nv: b:@x\n",
	"single":                       "v: 'it''s ''''  ü @x'\n",
	"single over lines":            "v: 'it''s  \n\n\n    and  \n\t @x '\n",
	"single, leading break":        "v: '\n\n  @x'\n",
	"single, flow":                 "v: {a: 'b', c: ['it''s @x']}\n",
	"double":                       "v: \"\\\"\\u00e4\\x41\\U0001F600\\/ä\\t @x\"\n",
	"double over lines":            "v: \"ä\\\\ \n\n  b @x\"\n",
	"double, continued":            "v: \"ä \\\n   b\\\n\n\n  \\ c @x\"\n",
	"double, continued at the end": "v: \"@x\\\n  \"\n",
	"double, escaped line ends":    "v: \"a\\nb\\r\\n\\N\\_\\L\\P\\0\\e @x\"\n",
	"double, surrogates":           "v: \"\\ud83d\\ude00 @x\"\n",
	"double, flow key":             "{\"v\":\"ä @x\"}\n",
	"literal":                      "v: |\n  ä\n\n    more\n  @x\n\n",
	"literal, strip":               "v: |-\n    ä\n    b @x\n\n\n",
	"literal, keep":                "v: |+ # note\n   ä\n   b @x\n\n\nw: 1\n",
	"literal, indentation given":   "a:\n  b:\n    v: |2\n         ä\n       @x\n",
	"literal, nothing but spaces":  "v: |+1\n  \nw: a@x\n",
	"literal, given and strip":     "v: |-1\n    ä\n   @x\n",
	"literal, leading blank lines": "v: |\n\n \n  ä\n  @x\n",
	"literal, blank line's spaces": "v: |\n  ä\n     \n  @x\n",
	"literal, no end of line":      "v: |\n  ä\n  @x",
	"literal, list":                "v:\n- |\n ä\n @x\n",
	"literal, CRLF":                "v: |\r\n  ä\r\n\r\n  @x\r\n",
	"literal, tab in text":         "v: |2\n  \tä\n  \t@x\n",
	"literal, tagged":              "v: !raw &a |\n  ä\n  @x\n",
	"folded":                       "v: >\n  ä\n  b\n\n  c\n\n\n  @x\n",
	"folded, indented lines":       "v: >\n  ä\n  b\n\n    c\n    d\n\n\n  e\n  @x\n",
	"folded, indented first":       "v: >\n\n  ä\n   @x\n",
	"folded, strip":                "v: >-\n  ä\n  @x\n\n",
	"folded, keep":                 "v: >+\n  ä\n  @x\n\n\n",
	"folded, indentation given":    "v: >1\n   ä\n  b\n @x\n",
	"folded, CRLF":                 "v: >\r\n  ä\r\n  b\r\n\r\n  @x\r\n",
	"plain, CRLF":                  "v: ä\r\n  b\r\n\r\n  @x\r\n",
	"plain, CR":                    "v: ä\r  b\r\r  @x\r",
	"after a byte order mark":      "\uFEFFv: ä @x\n",
	"after an anchor on a line":    "v: &a\n  ä @x\n",
	"after an anchor's odd end":    "v: &a:@x\n",
	"after a tag and a comment":    "v: !!str # note\n  # more\n  ä @x\n",
	"line separators in quotes":    "v: \"a \u2028 b \u0085 c \u2029 @x\"\n",
	"line separators in plain":     "v: a \u2028 b \u0085 c \u2029 @x\nw: 1\n",
	"byte order marks":             "v: |\n  a\n  \uFEFFb @x\n",
	"escapes of JSON everywhere":   "{a: '\\/ \\ud83d\\ude00', b: \"\\\\/ \\\\uD83D\\\\uDE00 \\/\", v: \"\\/ \\uD83D\\uDE00 @x\"}",
	"line separators in a block":   "v: |\n  a \u2028 b \u0085 c\n  @x\n",
}

// strings collects the Strings of a value.
func stringsOf(v *Value) []*Value {
	var all []*Value
	if v.Kind == String {
		all = append(all, v)
	}
	for _, item := range v.Items {
		all = append(all, stringsOf(item)...)
	}
	for _, m := range v.Members {
		all = append(all, stringsOf(m.Value)...)
	}
	return all
}

func TestPositionsInScalars(t *testing.T) {
	for name, text := range positionTexts {
		t.Run(name, func(t *testing.T) {
			document := mustParse(t, text)
			text = strings.TrimPrefix(text, "\uFEFF")
			want := New("s.yaml", "s.yaml", text).position(strings.Index(text, "@x"))
			for _, v := range stringsOf(document) {
				if _, ok := v.trace(); !ok {
					t.Errorf("%q cannot be followed through %q", v.Text, text)
				}
				i := strings.Index(v.Text, "@x")
				if i < 0 {
					continue
				}
				if got := v.PositionAt(i); got != want {
					t.Errorf("@x in %q of %q is at %v, want %v", v.Text, text, got, want)
				}
				want.Column++
				if got := v.PositionAt(i + 1); got != want {
					t.Errorf("x of @x in %q of %q is at %v, want %v", v.Text, text, got, want)
				}
			}
		})
	}
}

func TestPositionsOfEscapesAndFolds(t *testing.T) {
	tests := []struct {
		name, text string
		offset     int
		want       string
	}{
		{"start", `v: "abc"`, 0, "s.yaml:1:5"},
		{"end", `v: "abc"`, 3, "s.yaml:1:8"},
		{"inside an escape", `v: "a\u00e4b"`, 2, "s.yaml:1:6"},
		{"after an escape", `v: "a\u00e4b"`, 3, "s.yaml:1:12"},
		{"a doubled quote", `v: 'a''b'`, 1, "s.yaml:1:6"},
		{"after a doubled quote", `v: 'a''b'`, 2, "s.yaml:1:8"},
		{"a fold", "v: ab\n  cd", 2, "s.yaml:1:6"},
		{"a literal's line break", "v: |\n  ab\n  cd\n", 2, "s.yaml:2:5"},
		{"a literal's second line", "v: |\n  ab\n  cd\n", 3, "s.yaml:3:3"},
		{"a number", "v: +12", 1, "s.yaml:1:4"},
		{"beyond the end", "v: ab", 99, "s.yaml:1:6"},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.text).Get("v").PositionAt(tt.offset).String(); got != tt.want {
			t.Errorf("%s: byte %d of %q is at %s, want %s", tt.name, tt.offset, tt.text, got, tt.want)
		}
	}
	if got := (&Value{Kind: String, Text: "computed"}).PositionAt(3).String(); got != "" {
		t.Errorf("a computed text is at %q, want no place", got)
	}
}

func TestDiagnosticsInScalars(t *testing.T) {
	tests := []struct {
		name, text, part, want string
	}{
		{"literal", "v: |\n  é {{ x }}\n  é {{ y }} z\n", "{{ y }}", "3:5: m\n    é {{ y }} z\n      ^^^^^^^\n"},
		{"over a line's end", "v: >\n  é {{ y\n  + x }} z\n", "{{ y + x }}", "2:5: m\n    é {{ y\n      ^^^^\n"},
		{"escapes", `v: "\u00e9 {{ \"y\" }} z"`, `{{ "y" }}`, "1:12: m\n  v: \"\\u00e9 {{ \\\"y\\\" }} z\"\n             ^^^^^^^^^^^\n"},
	}
	for _, tt := range tests {
		v := mustParse(t, tt.text).Get("v")
		if got := caret(v.DiagnosticAt(strings.Index(v.Text, tt.part), len(tt.part), "m", "")); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}

// checkPositions holds that every text can be followed and that every byte of it
// has a place in the file, in order.
func checkPositions(t *testing.T, src *File, v *Value) {
	t.Helper()
	for _, v := range stringsOf(v) {
		runs, ok := v.trace()
		if !ok && !v.faulty {
			t.Fatalf("%q at %v, style %d, cannot be followed through %q", v.Text, v.Position(), v.style, src.text)
		}
		before := 0
		for offset := range len(v.Text) + 1 {
			now := sourceOffset(runs, offset)
			if ok && (now < before || now > len(src.text)) {
				t.Fatalf("byte %d of %q is at byte %d of %q, after %d", offset, v.Text, now, src.text, before)
			}
			before = now
		}
		for _, offset := range []int{0, len(v.Text) / 2, len(v.Text)} {
			p := v.PositionAt(offset)
			if p.Line < 1 || p.Line > len(src.starts) || p.Column < 1 || p.Column > utf8.RuneCountInString(src.text)+1 {
				t.Fatalf("byte %d of %q is at %v, outside of %q", offset, v.Text, p, src.text)
			}
		}
	}
}

func FuzzParseYAML(f *testing.F) {
	for _, text := range positionTexts {
		f.Add(text)
	}
	f.Add(bomb(3))
	f.Add("a: &x [*x]\n? {b: c}\n: !x d\n--- >\n")
	f.Fuzz(func(t *testing.T, text string) {
		src := New("s.yaml", "s.yaml", text)
		documents, list := ParseYAML(src)
		for _, d := range list {
			if d.Position.Line > len(src.starts) || d.Message == "" {
				t.Fatalf("%q: bad diagnostic %+v", text, d)
			}
		}
		for _, document := range documents {
			if len(document.AppendJSON(nil)) < 1<<16 {
				checkPositions(t, src, document)
			}
		}
	})
}
