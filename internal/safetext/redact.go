package safetext

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

// Redacted is what is shown in the place of a credential.
const Redacted = "[redacted]"

// Redactor takes credentials out of text, whoever put them there.
type Redactor []secret

// secret is one credential as it may be found.
type secret struct {
	// pattern matches it in all the spellings of JSON, HTML and URLs.
	pattern *regexp.Regexp
	// part is a part of it that is spelled in one way only, so that a text
	// without it need not be matched.
	part string
	// isKey says that it looks like a key, and not like a word.
	isKey bool
	// longest is of how many bytes its longest spelling is.
	longest int
}

// NewRedactor makes a redactor of the secrets that are not "". One of fewer
// than four characters keeps nothing secret and is left alone. Where text is
// what is evaluated, only what looks like a key is replaced (Keys): a server
// without keys is often given a word, such as "ollama".
func NewRedactor(secrets ...string) Redactor {
	var r Redactor
	for _, s := range secrets {
		if len(s) >= 4 {
			r = append(r, secret{spellings(s), plainPart(s), looksLikeKey(s), longestEscape * len(s)})
		}
	}
	// A secret may be the beginning of another one.
	slices.SortFunc(r, func(a, b secret) int {
		return cmp.Compare(len(b.pattern.String()), len(a.pattern.String()))
	})
	return r
}

// longestEscape is about how many bytes a character of a secret is spelled
// with at most, such as &#x002b; or \u002b.
const longestEscape = 12

// spellings matches the secret, each character of which may be escaped.
func spellings(secret string) *regexp.Regexp {
	var b strings.Builder
	for _, c := range secret {
		if isPlainInSecret(c) {
			b.WriteRune(c)
			continue
		}
		plain := regexp.QuoteMeta(string(c))
		entity := regexp.QuoteMeta(html.EscapeString(string(c)))
		fmt.Fprintf(&b, `(?:\\?%s|%s|(?i:\\u00%02x|%%%02x|&#x0{0,4}%x;)|&#0{0,4}%d;)`, plain, entity, c, c, c, c)
	}
	return regexp.MustCompile(b.String())
}

// plainPart is the longest part of the secret that nothing escapes.
func plainPart(secret string) string {
	longest := ""
	for part := range strings.FieldsFuncSeq(secret, func(c rune) bool { return !isPlainInSecret(c) }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

func isPlainInSecret(c rune) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '-'
}

func looksLikeKey(secret string) bool {
	return len(secret) >= 16 || len(secret) >= 8 && strings.ContainsAny(secret, "0123456789")
}

// Text redacts a text that was made for people.
func (r Redactor) Text(text string) string {
	for _, s := range r {
		if strings.Contains(text, s.part) {
			text = s.pattern.ReplaceAllLiteralString(text, Redacted)
		}
	}
	return text
}

// Keys redacts what looks like a key in a text that is evaluated, such as an
// answer. It is the same slice where nothing had to be replaced.
func (r Redactor) Keys(text []byte) []byte {
	for _, s := range r {
		if s.isKey && bytes.Contains(text, []byte(s.part)) {
			text = s.pattern.ReplaceAllLiteral(text, []byte(Redacted))
		}
	}
	return text
}

// beforeKey moves the place where a text is cut back to where it cuts no key.
func (r Redactor) beforeKey(text []byte, cut int) int {
	for _, s := range r {
		from := max(0, cut-s.longest)
		if !s.isKey || !bytes.Contains(text[from:], []byte(s.part)) {
			continue
		}
		for _, at := range s.pattern.FindAllIndex(text[from:], -1) {
			if from+at[0] < cut && cut < from+at[1] {
				cut = from + at[0]
			}
		}
	}
	return cut
}
