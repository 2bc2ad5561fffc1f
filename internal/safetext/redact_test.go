package safetext

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// each spells every character of a text in one way.
func each(text, format string) string {
	var b strings.Builder
	for _, c := range text {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// TestEverySpellingOfAKeyIsRedacted: servers, proxies and their pages escape a
// key in many ways, its letters and dashes too.
func TestEverySpellingOfAKeyIsRedacted(t *testing.T) {
	for _, key := range []string{"sk-ant-api03-writer/+0123456789", `p%41&amp;\ss"word<1>é9`} {
		quoted, _ := json.Marshal(key)
		once := strings.Trim(string(quoted), `"`)
		quoted, _ = json.Marshal(once)
		spellings := map[string]string{
			"as it is":        key,
			"JSON":            once,
			"JSON in JSON":    strings.Trim(string(quoted), `"`),
			`\u`:              each(key, `\u%04x`),
			`\\U`:             each(key, `\\u%04X`),
			"dashes":          strings.ReplaceAll(once, "-", `\u002d`),
			"JavaScript":      each(key, `\x%02x`),
			"URL":             url.QueryEscape(key),
			"URL in URL":      url.QueryEscape(url.QueryEscape(key)),
			"HTML":            html.EscapeString(key),
			"HTML in HTML":    html.EscapeString(html.EscapeString(key)),
			"HTML, numbers":   each(key, "&#%d;"),
			"HTML, hex":       each(key, "&#x%04X;"),
			"HTML, dashes":    strings.ReplaceAll(html.EscapeString(key), "-", "&#45;"),
			"URL, all of it":  strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(key, "-", "€")), "%E2%82%AC", "%2D"),
			"HTML, all names": strings.NewReplacer("-", "&#x2d;", "/", "&sol;", "+", "&plus;").Replace(html.EscapeString(key)),
		}
		r := NewRedactor(key)
		for name, spelled := range spellings {
			if got := string(r.Keys([]byte("key " + spelled + ". " + spelled))); got != "key [redacted]. [redacted]" {
				t.Errorf("%s: %s becomes %s", name, spelled, got)
			}
		}
	}
}

func TestRedactedJSONStaysJSON(t *testing.T) {
	const key = "sk-ant-api03-writer/+0123456789"
	r := NewRedactor(key)
	for n := range 40 {
		text, _ := json.Marshal(strings.Repeat(`\`, n) + key + strings.Repeat(`\`, n))
		for _, in := range []string{string(text), strings.Replace(string(text), "s", `\u0073`, 1)} {
			got := r.Keys([]byte(in))
			if !json.Valid(got) || strings.Contains(string(got), "writer") {
				t.Errorf("%s becomes %s", in, got)
			}
		}
	}
}

func TestRedactingIsBounded(t *testing.T) {
	size := slowtest.Size(64<<10, 2<<20)
	for _, key := range []string{"sk-ant-api03-writer/+0123456789", `\\\\\\\\\\\\\\\\1`, "%25%25%25%25%25%25%25%25"} {
		for _, part := range []string{`\`, "%", "%25", "&amp;", "&", "s", `\u0073`, "sk-ant-api03-writer/+012345678", "&#x73;", "&#0", `s\`} {
			text := []byte(strings.Repeat(part, size/len(part)))
			slowtest.Within(t, fmt.Sprintf("%q in many of %q", key, part), func() { NewRedactor(key).Keys(text) })
		}
	}
}
