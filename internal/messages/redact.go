package messages

import (
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
