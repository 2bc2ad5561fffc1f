package safetext_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

type sample struct{ name, text string }

// hostile reads the corpus: a name and a Go string a line.
func hostile(tb testing.TB) []sample {
	tb.Helper()
	data, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var out []sample
	for line := range strings.Lines(string(data)) {
		name, quoted, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		text, err := strconv.Unquote(strings.TrimSpace(quoted))
		if err != nil {
			tb.Fatalf("testdata/hostile.txt: %s: %v", name, err)
		}
		out = append(out, sample{name, text})
	}
	return out
}

func TestHostileTextIsShownAsText(t *testing.T) {
	var got strings.Builder
	for _, s := range hostile(t) {
		fmt.Fprintf(&got, "%-18s%s\n", s.name, safetext.Line(s.text))
	}
	const golden = "testdata/hostile.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestText(t *testing.T) {
	tests := []struct{ in, text, line string }{
		{"", "", ""},
		{"plain text, 100 % of it", "plain text, 100 % of it", "plain text, 100 % of it"},
		{"one\n\ttwo\n", "one\n\ttwo\n", "one⏎ two⏎"},
		{"a\r\nb", "a\\r\nb", "a\\r⏎b"},
		{"ok\n ::error::x", "ok\n \\x3a:error::x", "ok⏎ ::error::x"},
		{"::error::x", "\\x3a:error::x", "\\x3a:error::x"},
		{"naïve café 日本", "naïve café 日本", "naïve café 日本"},
		{`C:\new\x1b`, `C:\new\x1b`, `C:\new\x1b`},
	}
	for _, tt := range tests {
		if got := safetext.Text(tt.in); got != tt.text {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.text)
		}
		if got := safetext.Line(tt.in); got != tt.line {
			t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.line)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range hostile(f) {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, line := safetext.Text(s), safetext.Line(s)
		checkSafe(t, text)
		checkSafe(t, line)
		checkXML(t, text)
		if strings.ContainsAny(line, "\n\t") {
			t.Errorf("Line(%q) = %q, which is more than a line", s, line)
		}
		if again := safetext.Text(text); again != text {
			t.Errorf("Text is not at rest: %q, then %q", text, again)
		}
		if strings.Count(s, "\n") != strings.Count(text, "\n") {
			t.Errorf("Text(%q) = %q has other lines", s, text)
		}
	})
}

var commands = regexp.MustCompile(`(?m)^[\s\pZ]*::|##[A-Za-z]*\[`)

// checkSafe holds text to what the package promises of all it returns.
func checkSafe(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("not UTF-8: %q", text)
	}
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t' || r == '\u200c' || r == '\u200d':
		case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp):
			t.Errorf("%U in %q", r, text)
		}
	}
	if m := commands.FindString(text); m != "" {
		t.Errorf("a CI system would read the command %q in %q", m, text)
	}
}

// checkXML puts the text into an element and an attribute and expects it
// back from a parser.
func checkXML(t *testing.T, text string) {
	t.Helper()
	type element struct {
		Attr string `xml:"attr,attr"`
		Text string `xml:",chardata"`
	}
	data, err := xml.Marshal(element{Attr: text, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	var got element
	if err := xml.NewDecoder(bytes.NewReader(data)).Decode(&got); err != nil && err != io.EOF {
		t.Fatalf("%v in %s", err, data)
	}
	if got.Text != text || got.Attr != text {
		t.Errorf("XML changes %q to %q and %q", text, got.Text, got.Attr)
	}
}

func BenchmarkText(b *testing.B) {
	for name, s := range map[string]string{
		"plain":   strings.Repeat("A plain answer of a model.\n", 40),
		"hostile": strings.Repeat("\x1b[31mred 日本 \u202e", 40),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				safetext.Text(s)
			}
		})
	}
}
