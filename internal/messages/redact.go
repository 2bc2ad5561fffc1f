package messages

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/evalrun/evalrun/internal/safetext"
)

// redactor takes the credentials out of what a server sent and out of what
// the transport reports.
type redactor struct{ safetext.Redactor }

func newRedactor(secrets ...string) redactor {
	return redactor{safetext.NewRedactor(secrets...)}
}

// text redacts a text that was made for people.
func (r redactor) text(text string) string { return r.Text(text) }

// answer redacts the body of an answer, whose text is what is evaluated.
func (r redactor) answer(body []byte) []byte { return r.Keys(body) }

// areSplit reports whether texts of the blocks hold a credential where they are
// joined, as they are for assertions and judges. Each was redacted by itself.
func (r redactor) areSplit(blocks []Block) bool {
	if len(blocks) < 2 {
		return false
	}
	var text, thinking []byte
	for _, b := range blocks {
		switch b.Type {
		case "text":
			text = append(text, b.Text...)
		case "thinking":
			thinking = append(thinking, b.Thinking...)
		}
	}
	return !bytes.Equal(r.Keys(text), text) || !bytes.Equal(r.Keys(thinking), thinking)
}

// userInfo is what precedes the host of a URL, as that of a proxy.
var userInfo = regexp.MustCompile(`//[^\s"]*@`)

// transport redacts an error of the transport, which may name a proxy.
func (r redactor) transport(err error) string {
	return r.text(userInfo.ReplaceAllString(err.Error(), "//"+safetext.Redacted+"@"))
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
