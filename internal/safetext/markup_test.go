package safetext

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain, text-1.5":       "plain, text-1.5",
		"a|b\nc":                "a&#124;b⏎c",
		"</code><script>":       "&#60;/code&#62;&#60;script&#62;",
		"@team #12 **x** `y`":   "&#64;&#8203;team &#35;&#8203;12 &#42;&#42;&#8203;x&#42;&#42; &#96;y&#96;",
		"a@b.com, GH-12, gh-x":  "a&#64;&#8203;b.com, GH-&#8203;12, gh-x",
		"!12 ~\"a b\" $1 %v ^a": "&#33;&#8203;12 &#126;&#8203;&#34;a b&#34; &#36;&#8203;1 %&#8203;v &#94;&#8203;a",
		"82 % of 3 @ home":      "82 % of 3 &#64; home",
		"www.example.com":       "www&#46;&#8203;example.com",
		"[x](https://evil)":     "&#91;x&#93;&#40;https&#58;&#8203;//evil&#41;",
		"-->":                   "--&#62;",
		"\x1b[31m":              "&#92;x1b&#91;31m",
		"::error::x ##[group]x": "&#92;x3a&#58;error&#58;&#58;x &#92;x23&#35;&#91;group&#93;x",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("Markdown(%q) is %s, want %s", in, got, want)
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "<code></code>",
		"@team #12 `x` </code>":     "<code>&#64;team &#35;12 &#96;x&#96; &#60;/code&#62;</code>",
		"https://evil www.evil.x":   "<code>https&#58;//evil www&#46;evil.x</code>",
		"a | b\n\x1b[31m ~~y~~ :x:": `<code>a &#124; b⏎&#92;x1b&#91;31m &#126;&#126;y&#126;&#126; &#58;x&#58;</code>`,
	} {
		if got := Code(in); got != want {
			t.Errorf("Code(%q) is %s, want %s", in, got, want)
		}
	}
}

func TestFenceIsNotEndedByItsText(t *testing.T) {
	got := Fence("a\n`````\n</details>\n", 10, 80)
	if want := "``````text\na\n`````\n</details>\n``````"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "text": "text", "a=1": "a=1", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": `\r=1`, "\n=1": "'\n=1", "  =1": "'  =1", "＝1": "'＝1", "'quoted'": "''quoted'",
		"::error::x": `\x3a:error::x`,
	} {
		if got := Cell(in); got != want {
			t.Errorf("Cell(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestJSONLeavesHeadingsAlone(t *testing.T) {
	for in, want := range map[string]string{
		`"## Heading"`: `"## Heading"`, `"####"`: `"####"`, `"##vso[task]"`: `"\u0023#vso[task]"`, `"###[group]"`: `"#\u0023#[group]"`, `"##"`: `"##"`,
	} {
		if got := string(JSON([]byte(in))); got != want {
			t.Errorf("JSON(%s) is %s, want %s", in, got, want)
		}
	}
}

// FuzzJSON holds that the values stay and that nothing acts any more.
func FuzzJSON(f *testing.F) {
	f.Add("a\u202e\u009b31m\u2028\U000e0041 ##[group]x ##vso[a] 👩\u200d👧 é\x7f\xff")
	f.Fuzz(func(t *testing.T, s string) {
		text, err := json.Marshal(map[string]string{s: s})
		if err != nil {
			t.Skip("not encoded")
		}
		out := JSON(text)
		var want, got any
		if json.Unmarshal(text, &want) != nil || json.Unmarshal(out, &got) != nil {
			t.Fatalf("not JSON: %s", out)
		}
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(got)
		if string(a) != string(b) {
			t.Errorf("%s became %s", a, b)
		}
		if hashCommand.Match(out) {
			t.Errorf("%s holds a command", out)
		}
		for _, r := range string(out) {
			if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
				t.Errorf("%U is shown", r)
			}
		}
	})
}

func TestMarkdownOfALongTextIsBounded(t *testing.T) {
	n := slowtest.Size(200_000, 2_000_000)
	slowtest.Within(t, fmt.Sprintf("Markdown of %d bytes", n), func() { Markdown(strings.Repeat(".", n)) })
}
