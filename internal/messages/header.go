package messages

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// ownHeaders are the headers that a sender makes itself, or that the connection
// needs, with how each is set; "" where it cannot be.
var ownHeaders = map[string]string{
	"X-Api-Key":           "ANTHROPIC_API_KEY has its value",
	"Authorization":       "ANTHROPIC_AUTH_TOKEN has its bearer token",
	"Anthropic-Version":   "`anthropic_version` in a suite or --api-version sets it",
	"Anthropic-Beta":      "`betas` in a suite sets it, since betas change the answers",
	"Proxy-Authorization": "the address of the proxy, in HTTPS_PROXY, has the password",
	"Accept":              "", "Accept-Encoding": "", "Connection": "", "Content-Encoding": "", "Content-Length": "",
	"Content-Type": "", "Expect": "", "Host": "", "Http2-Settings": "", "Keep-Alive": "", "Proxy-Connection": "",
	"Te": "", "Trailer": "", "Transfer-Encoding": "", "Upgrade": "", "User-Agent": "",
}

// harmlessHeaders are those whose values are no secret: nothing that an answer
// says is taken out for them.
var harmlessHeaders = map[string]bool{
	"Anthropic-Workspace-Id": true, "Anthropic-User-Profile-Id": true,
	"Accept-Language": true, "Traceparent": true, "Tracestate": true, "X-Request-Id": true,
}

// CheckHeader reports why a request cannot have a header besides those that a
// sender makes itself. The error never repeats the value.
func CheckHeader(name, value string) error {
	if name == "" || strings.ContainsFunc(name, func(c rune) bool { return !isTokenRune(c) }) {
		return errors.New("expected a header's name of letters, digits and dashes before its value")
	}
	canonical := http.CanonicalHeaderKey(name)
	if set, own := ownHeaders[canonical]; own || strings.HasPrefix(canonical, "X-Amz-") {
		why := "evalrun makes this header itself"
		if set != "" {
			why += ": " + set
		}
		return fmt.Errorf("%s: %s", name, why)
	}
	if value == "" {
		return fmt.Errorf("%s: it has no value", name)
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c > '~' {
			return fmt.Errorf("%s: its value holds a line break or another character that no header can carry, at byte %d of %d", name, i+1, len(value))
		}
	}
	if strings.Trim(value, " \t") != value {
		return fmt.Errorf("%s: its value begins or ends with a space, which no server would see", name)
	}
	return nil
}

// isTokenRune reports whether the name of a header may hold a character
// (RFC 9110, section 5.6.2).
func isTokenRune(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c <= '~' && strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}

// SecretHeaders are the values of headers that may be credentials: all but those
// of the few that are known to be none.
func SecretHeaders(header http.Header) []string {
	var secrets []string
	for name, values := range header {
		if !harmlessHeaders[http.CanonicalHeaderKey(name)] {
			secrets = append(secrets, values...)
			for _, value := range values { // a server may repeat the token without its scheme
				if _, token, ok := strings.Cut(value, " "); ok {
					secrets = append(secrets, token)
				}
			}
		}
	}
	return secrets
}

// checkHeader checks all headers that a sender is given.
func checkHeader(header http.Header) error {
	var err error
	for name, values := range header {
		for _, value := range values {
			err = errors.Join(err, CheckHeader(name, value))
		}
	}
	return err
}
