package fakecloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Signer is whom requests must be signed by, and for which service.
type Signer struct {
	AccessKey, Secret string
	// SessionToken must be sent and signed, "" where there must be none.
	SessionToken    string
	Region, Service string
}

// Verify reports why a request with this body is not signed by the signer. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
func (s Signer) Verify(r *http.Request, body []byte) error {
	rest, ok := strings.CutPrefix(r.Header.Get("authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return errors.New("authorization is no signature of version 4")
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ", ") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	date := r.Header.Get("x-amz-date")
	if len(date) != len("20150830T123600Z") {
		return fmt.Errorf("x-amz-date is %q", date)
	}
	scope := date[:8] + "/" + s.Region + "/" + s.Service + "/aws4_request"
	if want := s.AccessKey + "/" + scope; parts["Credential"] != want {
		return fmt.Errorf("the credential is %q, want %q", parts["Credential"], want)
	}
	if r.Header.Get("x-amz-security-token") != s.SessionToken {
		return errors.New("x-amz-security-token is another session's")
	}
	signed := strings.Split(parts["SignedHeaders"], ";")
	for _, name := range []string{"host", "x-amz-date"} {
		if !slices.Contains(signed, name) {
			return fmt.Errorf("the header %s is not signed", name)
		}
	}
	if s.SessionToken != "" && !slices.Contains(signed, "x-amz-security-token") {
		return errors.New("the session token is not signed")
	}
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, hexSum([]byte(canonical(r, signed, body)))}, "\n")
	want := hex.EncodeToString(mac(s.key(date[:8]), toSign))
	if !hmac.Equal([]byte(parts["Signature"]), []byte(want)) {
		return errors.New("the signature does not match")
	}
	return nil
}

// key is the one that signs the requests of a day.
func (s Signer) key(day string) []byte {
	key := []byte("AWS4" + s.Secret)
	for _, part := range []string{day, s.Region, s.Service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}

// canonical is the canonical form of a request.
func canonical(r *http.Request, signed []string, body []byte) string {
	lines := []string{r.Method, canonicalPath(r.URL), canonicalQuery(r.URL)}
	for _, name := range signed {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = fmt.Sprint(r.ContentLength)
		}
		lines = append(lines, name+":"+strings.Join(strings.Fields(value), " "))
	}
	return strings.Join(append(lines, "", strings.Join(signed, ";"), hexSum(body)), "\n")
}

// canonicalPath is the path as it is sent, each of its parts encoded once more.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		return "/"
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = encoded(part)
	}
	return strings.Join(parts, "/")
}

func canonicalQuery(u *url.URL) string {
	var all []string
	for name, values := range u.Query() {
		for _, value := range values {
			all = append(all, encoded(name)+"="+encoded(value))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "&")
}

// encoded encodes all but unreserved characters.
func encoded(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hexSum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
