package safetext_test

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/safetext"
)

func TestWidth(t *testing.T) {
	tests := []struct {
		line string
		want int
	}{
		{"", 0},
		{"abc", 3},
		{"日本", 4},
		{"e\u0301", 1},
		{"👩\u200d👩\u200d👧", 6},
		{"क्\u200dष", 2},
		{"…⏎", 2},
	}
	for _, tt := range tests {
		if got := safetext.Width(tt.line); got != tt.want {
			t.Errorf("Width(%q) = %d, want %d", tt.line, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		width int
		want  string
	}{
		{"fits", "abcdef", 6, "abcdef"},
		{"start and end stay", "abcdefghij", 6, "abc…ij"},
		{"odd room", "abcdefghij", 7, "abc…hij"},
		{"only the mark", "abc", 1, "…"},
		{"nothing", "abc", 0, ""},
		{"negative", "abc", -1, ""},
		{"wide characters are not halved", "日本語日本語", 6, "日…語"},
		{"marks stay with their letter", "e\u0301e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"},
		{"escapes count", "\x1b\x1b\x1b", 9, `\x1b…\x1b`},
		{"one line", "a\nb\nc", 5, "a⏎b⏎c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := safetext.Cut(tt.in, tt.width); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCutOfHugeTextIsSmall(t *testing.T) {
	for name, s := range map[string]string{
		"letters":       strings.Repeat("x", 1<<20),
		"marks":         "a" + strings.Repeat("\u0301", 1<<19),
		"emoji chain":   strings.Repeat("👩\u200d", 1<<17),
		"hangul leads":  strings.Repeat("ᄀ", 1<<18),
		"invalid bytes": strings.Repeat("\x80", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			got := safetext.Cut(s, 20)
			if len(got) > 20*64+len("…") {
				t.Errorf("%d bytes", len(got))
			}
			if w := safetext.Width(got); w > 20 {
				t.Errorf("%d cells", w)
			}
		})
	}
}

func TestWindow(t *testing.T) {
	line := "0123456789abcdefghij" // a cell a character, named by it
	tests := []struct {
		cell, width int
		want        string
	}{
		{0, 20, line},
		{0, 10, "012345678…"},
		{19, 10, "…bcdefghij"},
		{10, 9, "…89abcde…"},
	}
	for _, tt := range tests {
		got, cell := safetext.Window(line, tt.cell, tt.width)
		if got != tt.want {
			t.Errorf("Window(%d, %d) = %q, want %q", tt.cell, tt.width, got, tt.want)
		}
		if c := string([]rune(got)[cell]); c != string(line[tt.cell]) {
			t.Errorf("Window(%d, %d) = %q, %d, which is %q", tt.cell, tt.width, got, cell, c)
		}
	}
}

func TestBlock(t *testing.T) {
	tests := []struct {
		name         string
		in           string
		lines, width int
		want         string
	}{
		{"fits", "a\nb", 2, 10, "a\nb"},
		{"left out in the middle", "1\n2\n3\n4\n5\n6", 4, 20, "1\n2\n… 3 more lines …\n6"},
		{"one line", "1\n2\n3", 1, 20, "… 3 more lines …"},
		{"long lines are cut", "abcdefghij\n\tx", 2, 5, "ab…ij\n    x"},
		{"10,000 lines", strings.Repeat("x\n", 10_000), 3, 30, "x\n… 9999 more lines …\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := safetext.Block(tt.in, tt.lines, tt.width); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range hostile(f) {
		f.Add(s.text, 10, 3)
	}
	f.Fuzz(func(t *testing.T, s string, width, cell int) {
		width = max(-1, min(width, 500))
		cut := safetext.Cut(s, width)
		checkSafe(t, cut)
		if got := safetext.Width(cut); got > max(width, 0) {
			t.Errorf("Cut(%q, %d) = %q is %d cells wide", s, width, cut, got)
		}
		line := safetext.Line(s)
		width = max(width, 3)
		cell = max(0, min(cell, safetext.Width(line)-1))
		window, at := safetext.Window(line, cell, width)
		checkSafe(t, window)
		if got := safetext.Width(window); got > width {
			t.Errorf("Window(%q, %d, %d) = %q is %d cells wide", line, cell, width, window, got)
		}
		if at < 0 || at > safetext.Width(window) {
			t.Errorf("Window(%q, %d, %d) puts the cell at %d of %q", line, cell, width, at, window)
		}
		for block := range strings.Lines(safetext.Block(s, 5, width)) {
			checkSafe(t, block)
			if got := safetext.Width(strings.TrimSuffix(block, "\n")); got > width {
				t.Errorf("a line of Block(%q, 5, %d) is %d cells wide: %q", s, width, got, block)
			}
		}
	})
}
