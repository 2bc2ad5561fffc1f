package messages

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

const redacted = "[redacted]"

// redactor takes the credentials out of what a server sent and out of what
// the transport says, whoever put them there.
type redactor []secret

// secret is one credential as it may come back.
type secret struct {
	// pattern matches it in all the spellings of JSON, HTML and URLs.
	pattern *regexp.Regexp
	// part is a part of it that is spelled in one way only, so that a text
	// without it need not be matched.
	part string
	// inAnswers: it is to be taken out of answers too.
	inAnswers bool
}

// newRedactor makes a redactor of the secrets that are not "". One of fewer
// than four characters keeps nothing secret and is left alone. In answers,
// whose text is what is evaluated, only what looks like a key is replaced: a
// server without keys is often given a word, such as "ollama".
func newRedactor(secrets ...string) redactor {
	var r redactor
	for _, s := range secrets {
		if len(s) >= 4 {
			r = append(r, secret{spellings(s), plainPart(s), looksLikeKey(s)})
		}
	}
	// A secret may be the beginning of another one.
	slices.SortFunc(r, func(a, b secret) int {
		return cmp.Compare(len(b.pattern.String()), len(a.pattern.String()))
	})
	return r
}

// spellings matches the secret, each character of which may be escaped.
func spellings(secret string) *regexp.Regexp {
	var b strings.Builder
	for _, c := range secret {
		if isPlain(c) {
			b.WriteRune(c)
			continue
		}
		plain := regexp.QuoteMeta(string(c))
		entity := regexp.QuoteMeta(html.EscapeString(string(c)))
		fmt.Fprintf(&b, `(?:\\?%s|%s|(?i:\\u00%02x|%%%02x|&#x0*%x;)|&#0*%d;)`, plain, entity, c, c, c, c)
	}
	return regexp.MustCompile(b.String())
}

// plainPart is the longest part of the secret that nothing escapes.
func plainPart(secret string) string {
	longest := ""
	for part := range strings.FieldsFuncSeq(secret, func(c rune) bool { return !isPlain(c) }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

func isPlain(c rune) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '-'
}

func looksLikeKey(secret string) bool {
	return len(secret) >= 16 || len(secret) >= 8 && strings.ContainsAny(secret, "0123456789")
}

// text redacts a text that was made for people.
func (r redactor) text(text string) string {
	for _, s := range r {
		if strings.Contains(text, s.part) {
			text = s.pattern.ReplaceAllLiteralString(text, redacted)
		}
	}
	return text
}

// answer redacts the body of an answer. It is the same slice where nothing
// had to be replaced.
func (r redactor) answer(body []byte) []byte {
	for _, s := range r {
		if s.inAnswers && bytes.Contains(body, []byte(s.part)) {
			body = s.pattern.ReplaceAllLiteral(body, []byte(redacted))
		}
	}
	return body
}

// userInfo is what stands before the host of a URL, as that of a proxy.
var userInfo = regexp.MustCompile(`//[^\s"]*@`)

// transport redacts an error of the transport, which may name a proxy.
func (r redactor) transport(err error) string {
	return r.text(userInfo.ReplaceAllString(err.Error(), "//"+redacted+"@"))
}

// error redacts an Error and cuts it to its length, in place.
func (r redactor) error(e *Error) {
	e.Type = cut(r.text(e.Type), maxType)
	e.Code = cut(r.text(e.Code), maxType)
	e.Message = cut(r.text(e.Message), maxMessage)
}

// checkCredential refuses a credential that no header can carry, which most
// often is one with a line break from a file. It does not repeat it.
func checkCredential(name, secret string) error {
	for i := range len(secret) {
		if c := secret[i]; c <= ' ' || c > '~' {
			return fmt.Errorf("the %s holds a space, a line break or another character that no key has, at byte %d of %d",
				name, i+1, len(secret))
		}
	}
	return nil
}
