package layout

import (
	"strings"
	"testing"
)

func TestSentenceLines(t *testing.T) {
	for _, test := range []struct{ name, line, want string }{
		{"short", "one two three", "one two three"},
		{"broken", "one two three four five six", "one two three four|  five six"},
		{"indented", "  one two three four five six", "  one two three four|    five six"},
		{"wide characters", "東京 東京 東京 東京 東京", "東京 東京 東京 東京|  東京"},
		{"a long word", "one aaaaaaaaaaaaaaaaaaaaaaaaa two", "one|  aaaaaaaaaaaaaaaaaaaaaaaaa|  two"},
		{"colours take no room", "\x1b[31mone two\x1b[0m three four", "\x1b[31mone two\x1b[0m three four"},
		{"spaces", "one two three   four five", "one two three   four|  five"},
		{"a command", "one two three four ::error::x and more", "one two three four ::error::x|  and more"},
		{"a command behind spaces", "one two three four   ##[error]", "one two three four   ##[error]"},
	} {
		if got := strings.ReplaceAll(sentenceLines(test.line, 20), "\n", "|"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if got := sentenceLines(test.line, 0); got != test.line {
			t.Errorf("%s: without a width it is %q", test.name, got)
		}
	}
}
