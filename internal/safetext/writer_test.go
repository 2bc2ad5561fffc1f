package safetext

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
)

const testSecret = "sk-ant-api03-writer/+0123456789"

// written is what a Writer makes of text that comes in parts of so many bytes.
func written(t *testing.T, text string, size int, colours bool) string {
	t.Helper()
	var out strings.Builder
	w := NewWriter(&out, NewRedactor(testSecret, "ollama"), colours)
	if _, err := io.Copy(w, io.LimitReader(&parts{text, size}, int64(len(text)))); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// parts reads a text in parts.
type parts struct {
	text string
	size int
}

func (p *parts) Read(b []byte) (int, error) {
	n := copy(b[:min(len(b), p.size)], p.text)
	p.text = p.text[n:]
	return n, nil
}

func TestWriterWritesSafeText(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"plain\nlines\n":       "plain\nlines\n",
		"no line ending":       "no line ending",
		"key " + testSecret:    "key [redacted]",
		"a " + testSecret[:20]: "a " + testSecret[:20],
		"the model ollama":     "the model ollama",
		`sk-ant-api03-writer\/\u002b0123456789 %2B`: `[redacted] %2B`,
		"\x1b[2J\x1b]0;t\a":                         `\x1b[2J\x1b]0;t\x07`,
		"red \x1b[31mx\x1b[0m":                      `red \x1b[31mx\x1b[0m`,
		"a\n::error::x\n ::b::":                     "a\n\\x3a:error::x\n \\x3a:b::",
		"##vso[task.setvariable variable=x]":        `\x23#vso[task.setvariable variable=x]`,
		"section_start:1:x\r\x1b[0K":                `section_start:1:x\r\x1b[0K`,
		"bidi \u202e \u2066":                        `bidi \u202e \u2066`,
		"a,b\r\n::x::,\r\r\n":                       "a,b\r\n\\x3a:x::,\\r\r\n",
		"bad \xff utf-8":                            `bad \xff utf-8`,
		"🎉 ✓ é 日本 👩\u200d👧":                         "🎉 ✓ é 日本 👩\u200d👧",
	} {
		for _, size := range []int{1, 2, 3, 7, 1 << 20} {
			if got := written(t, in, size, false); got != want {
				t.Errorf("%q in parts of %d:\n got %q\nwant %q", in, size, got, want)
			}
		}
	}
}

func TestWriterLetsItsOwnColoursThrough(t *testing.T) {
	const in = "\x1b[31mred\x1b[0m \x1b[2J \x1b[1mbold\x1b[0m \x1b[8mhidden\x1b[31;8m\n::x::\n"
	const want = "\x1b[31mred\x1b[0m \\x1b[2J \x1b[1mbold\x1b[0m \\x1b[8mhidden\\x1b[31;8m\n\\x3a:x::\n"
	if got := written(t, in, 5, true); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWriterLetsAnnotationsThrough(t *testing.T) {
	var out strings.Builder
	w := NewWriter(&out, nil, false)
	const text = "::group::g\n::error file=a,title=b%3A::##vso[x]\n::add-mask::x\n::set-output name=a::b\n ::warning::indented\n::stop-commands::t\n::endgroup::\n"
	fmt.Fprint(w, "::group::before\n")
	err := w.Workflow(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	fmt.Fprint(w, "::endgroup::\n")
	const want = "\\x3a:group::before\n" +
		"::group::g\n::error file=a,title=b%3A::\\x23#vso[x]\n\\x3a:add-mask::x\n\\x3a:set-output name=a::b\n \\x3a:warning::indented\n\\x3a:stop-commands::t\n::endgroup::\n" +
		"\\x3a:endgroup::\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n got %q\nwant %q", err, out.String(), want)
	}
}

// A line longer than what is held is written in parts, and nothing in it is
// cut where it would not be seen.
func TestWriterOfALongLine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var text, want strings.Builder
	for text.Len() < 5*maxHeld {
		fill := strings.Repeat("a::b é ", r.IntN(3000))
		text.WriteString(fill + "\"" + testSecret + "\" ##vso[x] \u202e")
		want.WriteString(fill + `"[redacted]" \x23#vso[x] \u202e`)
	}
	for _, size := range []int{1009, 4096, 100_003} {
		if got := written(t, text.String()+"\n::x\n", size, false); got != want.String()+"\n\\x3a:x\n" {
			t.Errorf("parts of %d: %d bytes, want %d", size, len(got), want.Len())
		}
	}
}

func TestWriterKeepsTheFirstError(t *testing.T) {
	w := NewWriter(iotest.TruncateWriter(io.Discard, 0), nil, false)
	if err := w.Flush(); err != nil {
		t.Error(err)
	}
	full := errors.New("full")
	w = NewWriter(failing{full}, nil, false)
	if n, err := w.Write([]byte("held")); n != 4 || err != nil {
		t.Error(n, err)
	}
	for range 2 {
		if _, err := w.Write([]byte("line\n")); !errors.Is(err, full) || !errors.Is(w.Flush(), full) {
			t.Error(err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func FuzzWriter(f *testing.F) {
	f.Add("a\x1b[31m\n::error::x ##vso[a]"+testSecret, 3, true)
	f.Add("\xf0\x9f\x91\xa9\u200d\r\n\t##[", 1, false)
	f.Fuzz(func(t *testing.T, text string, size int, colour bool) {
		got := written(t, text, max(1, size), colour)
		if again := written(t, got, 1<<20, colour); again != got {
			t.Errorf("%q becomes %q, and then %q", text, got, again)
		}
		if strings.Contains(got, testSecret) {
			t.Errorf("%q holds the key", got)
		}
		for _, r := range colours.ReplaceAllString(got, "") {
			if r != '\n' && r != '\t' && r != '\r' && unicode.IsControl(r) {
				t.Errorf("%q of %q holds %U", got, text, r)
			}
		}
		if strings.Count(got, "\r") != strings.Count(got, "\r\n") {
			t.Errorf("%q of %q has carriage returns", got, text)
		}
		if hashCommand.MatchString(got) || colonCommand.MatchString(got) {
			t.Errorf("%q of %q holds a command", got, text)
		}
	})
}
