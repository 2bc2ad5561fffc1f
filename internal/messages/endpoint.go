package messages

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// What is meant where nothing is said.
const (
	// defaultBaseURL is where the API is.
	defaultBaseURL = "https://api.anthropic.com"
	// defaultVersion is the anthropic-version header.
	defaultVersion = "2023-06-01"
)

// Endpoint is a server that offers the API.
type Endpoint struct {
	// URL is its base URL, without /v1; Shown is that in its one spelling, for
	// records.
	URL   *url.URL
	Shown string
}

// NewEndpoint reads a base URL in any of its spellings; "" is the API itself. The
// error never repeats what may be a credential.
func NewEndpoint(text string) (*Endpoint, error) {
	base, err := parseBaseURL(cmp.Or(text, defaultBaseURL))
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("base URL %sis not a URL", quoteURL(base))
	}
	return &Endpoint{u, base}, nil
}

// parseBaseURL reads a base URL in any of its spellings (with or without a
// trailing slash, /v1 or /v1/messages) and gives it back without them. No
// error repeats what may be a credential.
func parseBaseURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", fmt.Errorf("base URL %sis not a URL; expected one like %s", quoteURL(text), defaultBaseURL)
	}
	if err := checkBaseURL(u, text); err != nil {
		return "", err
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimSuffix(path, "/v1/messages")
	path = strings.TrimSuffix(path, "/v1")
	path = strings.TrimRight(path, "/")
	host := url.URL{Scheme: u.Scheme, Host: u.Host} // url.Parse has lowered the scheme
	if !strings.Contains(u.Host, "%") {             // an IPv6 zone is spelled as the machine does
		host.Host = strings.ToLower(u.Host)
	}
	return host.String() + path, nil
}

func checkBaseURL(u *url.URL, text string) error {
	switch {
	case u.User != nil:
		return errors.New("base URL holds a user name or password before its host; " +
			"credentials are given as API key or auth token")
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("base URL %sdoes not begin with http:// or https://", quoteURL(text))
	case u.Opaque != "" || u.Hostname() == "":
		return fmt.Errorf("base URL %snames no host; expected one like %s", quoteURL(text), defaultBaseURL)
	case !isPort(u.Port()):
		return fmt.Errorf("base URL %shas the port %s, expected one from 1 to 65535", quoteURL(text), u.Port())
	case u.RawQuery != "" || u.ForceQuery:
		return fmt.Errorf("base URL %shas a query (after ?), which no request would keep", quoteURL(text))
	case strings.Contains(text, "#"):
		return fmt.Errorf("base URL %shas a fragment (after #), which no request would keep", quoteURL(text))
	}
	return nil
}

// isPort reports whether the port of a URL, "" for that of its scheme, can be
// connected to.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// ErrUnencrypted is the error of a credential that would be sent over http:// to
// another machine, where everybody on the way can read it.
var ErrUnencrypted = errors.New("expected https://, since a credential is sent there")

// checkEncrypted refuses an endpoint that a credential must not be sent to.
func checkEncrypted(endpoint *url.URL) error {
	if endpoint.Scheme == "https" || isLoopback(endpoint.Hostname()) {
		return nil
	}
	return fmt.Errorf("base URL %q is http:// to another machine, %w", endpoint.Scheme+"://"+endpoint.Host, ErrUnencrypted)
}

// isLoopback reports whether a host is this machine by its name or number.
func isLoopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761, section 6.3
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// quoteURL shows what of a refused URL can hold no credential, with a space
// behind it: nothing of one with an @, else all before query and fragment.
func quoteURL(text string) string {
	if strings.Contains(text, "@") {
		return ""
	}
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		text = text[:i]
	}
	return fmt.Sprintf("%q ", text)
}

// showLocation shows where a redirect leads, without what may be a
// credential: user, query and fragment.
func showLocation(location string, from *url.URL) string {
	u, err := from.Parse(location)
	if err != nil || u.Host == "" {
		return "a place that is not a URL"
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}
