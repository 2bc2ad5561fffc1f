package safetext

import (
	"cmp"
	"slices"
	"strings"
)

// Redacted is what is shown in the place of a credential.
const Redacted = "[redacted]"

// Redactor takes credentials out of text, whoever put them there, and with them
// what looks like a key of the Claude API.
type Redactor []secret

// secret is one credential as it may be found.
type secret struct {
	text string
	// begins are the bytes that a spelling of it may begin with.
	begins [256]bool
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
			r = append(r, newSecret(s))
		}
	}
	// A secret may be the beginning of another one.
	slices.SortFunc(r, func(a, b secret) int { return cmp.Compare(len(b.text), len(a.text)) })
	return r
}

func newSecret(text string) secret {
	s := secret{text: text, isKey: looksLikeKey(text), longest: longestEscape * len(text)}
	for _, c := range []byte{text[0], '\\', '%', '&'} {
		s.begins[c] = true
	}
	return s
}

func looksLikeKey(secret string) bool {
	return len(secret) >= 16 || len(secret) >= 8 && strings.ContainsAny(secret, "0123456789")
}

// Text redacts a text that was made for people.
func (r Redactor) Text(text string) string {
	redacted := []byte(text)
	for _, s := range r {
		redacted = s.redact(redacted)
	}
	return string(redactKeys(redacted))
}

// Keys redacts what looks like a key in a text that is evaluated, such as an
// answer. It is the same slice where nothing had to be replaced.
func (r Redactor) Keys(text []byte) []byte {
	for _, s := range r {
		if s.isKey {
			text = s.redact(text)
		}
	}
	return redactKeys(text)
}

// redact replaces the secret in text. It is the same slice where the secret is
// not in it.
func (s secret) redact(text []byte) []byte {
	start, end := s.find(text, 0)
	if start < 0 {
		return text
	}
	var redacted []byte
	from := 0
	for start >= 0 {
		redacted = append(append(redacted, text[from:start]...), Redacted...)
		from = end
		start, end = s.find(text, from)
	}
	return append(redacted, text[from:]...)
}

// beforeKey moves the place where a text is cut back to where it cuts no key.
func (r Redactor) beforeKey(text []byte, cut int) int {
	for _, s := range r {
		if !s.isKey {
			continue
		}
		start, end := s.find(text, max(0, cut-s.longest))
		for start >= 0 && start < cut {
			if cut < end {
				cut = start
			}
			start, end = s.find(text, end)
		}
	}
	return beforeAPIKey(text, cut)
}
