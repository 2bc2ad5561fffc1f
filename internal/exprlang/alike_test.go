package exprlang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// Two texts that look the same in a report are said to differ, and where.
func TestAlike(t *testing.T) {
	for _, c := range []struct{ operator, s, t, want string }{
		{"==", "a café", "a cafe\u0301", `they look alike: "é" is U+00E9 on the left and U+0065 U+0301 on the right`},
		{"!=", "cafe\u0301 x", "café x", "they look alike: \"e\u0301\" is U+0065 U+0301 on the left and U+00E9 on the right"},
		{"==", "e\u2011mail", "e-mail", "they look alike: \"\u2011\" is U+2011 on the left and U+002D on the right"},
		{"==", "Аnt", "Ant", `they look alike: "А" is U+0410 on the left and U+0041 on the right`},
		{"==", "a\u00a0b", "a b", `they look alike: "\u00a0" is U+00A0 on the left and U+0020 on the right`},
		{"==", "a\u200bb", "ab", `they look alike: "\u200b" is U+200B on the left and U+0062 on the right`},
		{"==", "ab", "ab\ufeff", `they look alike: "" is missing on the left and U+FEFF on the right`},
		{"==", "it’s", "it's", `they look alike: "’" is U+2019 on the left and U+0027 on the right`},
		{"==", "ﬁn", "fin", `they look alike: "ﬁ" is U+FB01 on the left and U+0066 on the right`},
		{"contains", "I like cafe\u0301 au lait", "café au", "they look alike: \"e\u0301\" is U+0065 U+0301 on the left and U+00E9 on the right"},
		{"startsWith", "Аnts live", "Ants", `they look alike: "А" is U+0410 on the left and U+0041 on the right`},
		{"endsWith", "many аnts", "ants", `they look alike: "а" is U+0430 on the left and U+0061 on the right`},
		{"==", "café", "cafe", ""}, {"==", "a", "b", ""}, {"==", "same", "same", ""}, {"contains", "ants", "x", ""},
		{"contains", "ants", "", ""}, {"contains", "café cafe\u0301", "café", ""}, {"endsWith", "a", "ants", ""}, {"<", "А", "A", ""},
		{"==", "\xff", "\ufffd", ""},
	} {
		if got := alike(c.operator, c.s, c.t); got != c.want {
			t.Errorf("%q %s %q: %s, want %s", c.s, c.operator, c.t, got, c.want)
		}
	}
	v := map[string]any{"l": []any{"a", "cafe\u0301"}}
	w := map[string]any{"l": []any{"a", "café"}}
	const want = "[\"l\"][1]: \"cafe\u0301\" and \"café\"; they look alike: \"e\u0301\" is U+0065 U+0301 on the left and U+00E9 on the right"
	if got := firstDifference(v, w); got != want {
		t.Errorf("in a list: %s", got)
	}
}

func TestAlikeIsBounded(t *testing.T) {
	n := slowtest.Size(50_000, 500_000)
	for _, s := range []string{strings.Repeat("é", n), "e" + strings.Repeat("\u0301", n), strings.Repeat("\u0301\u0323", 10_000), strings.Repeat("\ufdfa", 10_000)} {
		for _, operator := range []string{"==", "contains", "startsWith"} {
			slowtest.Within(t, fmt.Sprintf("%.10q… %s", s, operator), func() {
				alike(operator, s, s+"x")
				alike(operator, s, s[:len(s)/2])
				alike(operator, s, "é")
			})
		}
	}
}
