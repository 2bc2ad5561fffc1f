package messages

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestBaseURLSpellings(t *testing.T) {
	tests := []struct{ given, base string }{
		{"https://api.anthropic.com", "https://api.anthropic.com"},
		{"https://api.anthropic.com/", "https://api.anthropic.com"},
		{"https://api.anthropic.com/v1", "https://api.anthropic.com"},
		{"https://api.anthropic.com/v1/", "https://api.anthropic.com"},
		{"https://api.anthropic.com/v1/messages", "https://api.anthropic.com"},
		{"https://api.anthropic.com/v1/messages/", "https://api.anthropic.com"},
		{"https://gateway.example/proxy", "https://gateway.example/proxy"},
		{"https://gateway.example/proxy/v1/", "https://gateway.example/proxy"},
		{"https://gateway.example//v1", "https://gateway.example"},
		{"https://gateway.example/messages", "https://gateway.example/messages"},
		{"https://gateway.example/a%2Fb/v1", "https://gateway.example/a%2Fb"},
		{"HTTPS://API.Anthropic.com", "https://api.anthropic.com"},
		{"http://localhost:11434", "http://localhost:11434"},
		{"http://[::1]:8080/v1", "http://[::1]:8080"},
		{"", defaultBaseURL},
	}
	for _, test := range tests {
		t.Run(test.given, func(t *testing.T) {
			s, err := NewHTTP(HTTPOptions{BaseURL: test.given})
			if err != nil {
				t.Fatal(err)
			}
			if got := s.BaseURL(); got != test.base {
				t.Errorf("BaseURL() = %s, want %s", got, test.base)
			}
			if got, want := s.endpoint.String(), test.base+"/v1/messages"; got != want {
				t.Errorf("requests go to %s, want %s", got, want)
			}
		})
	}
}

func TestBaseURLReachesServer(t *testing.T) {
	var path string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		answerHello(w)
	}))
	defer server.Close()
	for given, want := range map[string]string{
		"":                 "/v1/messages",
		"/":                "/v1/messages",
		"/v1":              "/v1/messages",
		"/v1/":             "/v1/messages",
		"/proxy/v1/":       "/proxy/v1/messages",
		"/a%2Fb/v1/":       "/a%2Fb/v1/messages",
		"/v1/messages":     "/v1/messages",
		"/proxy/anthropic": "/proxy/anthropic/v1/messages",
	} {
		mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL + given}), hello())
		if path != want {
			t.Errorf("base URL …%s: the request came to %s, want %s", given, path, want)
		}
	}
}

func TestBaseURLRefused(t *testing.T) {
	tests := []struct{ given, want string }{
		{"api.anthropic.com", `base URL "api.anthropic.com" does not begin with http:// or https://`},
		{"localhost:8080", "does not begin with http:// or https://"},
		{"ftp://host", "does not begin with http:// or https://"},
		{"file:///etc/passwd", "does not begin with http:// or https://"},
		{"https://", "names no host"},
		{"http://:8080", "names no host"},
		{"http:host", "names no host"},
		{"https://sk-secret@host", "holds a user name or password"},
		{"https://user:sk-secret@host/v1", "holds a user name or password"},
		{"https://host?key=sk-secret", `base URL "https://host" has a query`},
		{"https://host?", "has a query"},
		{"https://host/#sk-secret", `base URL "https://host/" has a fragment`},
		{"https://host#", "has a fragment"},
		{"https://us er:sk-secret@host", "base URL is not a URL"},
		{"https://key:sk-secret/x@host", "base URL is not a URL"},
		{"https://host:port", "is not a URL"},
		{"https://host:99999", `base URL "https://host:99999" has the port 99999, expected one from 1 to 65535`},
		{"https://host:0", "has the port 0,"},
		{"https://host\nx: y", "is not a URL"},
		{"https://host/%zz", "is not a URL"},
	}
	for _, test := range tests {
		t.Run(test.given, func(t *testing.T) {
			_, err := NewHTTP(HTTPOptions{BaseURL: test.given})
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not say %q", err, test.want)
			}
			if strings.Contains(err.Error(), "sk-secret") {
				t.Errorf("error %q holds the credential", err)
			}
		})
	}
}

func FuzzBaseURL(f *testing.F) {
	for _, text := range []string{"https://h/v1/", "http://u:p@h", "h:1", "https://[::1%25en0]/%2f", "http:///v1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := parseBaseURL(text)
		if err != nil {
			return
		}
		again, err := parseBaseURL(base)
		if err != nil || again != base {
			t.Errorf("%q gives %q, which gives %q, %v", text, base, again, err)
		}
	})
}

// A credential goes over http:// to this machine alone, unless it is said that
// it may go further.
func TestCredentialsAreSentEncrypted(t *testing.T) {
	for base, want := range map[string]bool{
		"https://api.example":           true,
		"http://localhost:8080":         true,
		"http://LOCALHOST./v1":          true,
		"http://api.localhost":          true,
		"http://127.0.0.1":              true,
		"http://127.8.9.10:1":           true,
		"http://[::1]:8080":             true,
		"http://[::ffff:127.0.0.1]":     true,
		"http://api.example":            false,
		"http://10.0.0.7:11434":         false,
		"http://0.0.0.0:11434":          false,
		"http://[fe80::1%25eth0]:11434": false,
		"http://127.0.0.1.example":      false,
		"http://notlocalhost":           false,
		"http://2130706433":             false, // 127.0.0.1 to some resolvers only
	} {
		for _, o := range []HTTPOptions{{APIKey: "sk-secret-1"}, {AuthToken: "secret-token"}} {
			o.BaseURL = base
			_, err := NewHTTP(o)
			if got := err == nil; got != want || !want && !errors.Is(err, ErrUnencrypted) {
				t.Errorf("%s: error %v, want one: %t", base, err, !want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error has the credential: %v", err)
			}
			o.InsecureHTTP = true
			if _, err := NewHTTP(o); err != nil {
				t.Errorf("%s, where it may: %v", base, err)
			}
		}
		if _, err := NewHTTP(HTTPOptions{BaseURL: base}); err != nil {
			t.Errorf("%s without a credential: %v", base, err)
		}
	}
}

func TestABaseURLHidesTheKeyInItsPath(t *testing.T) {
	const key = "sk-ant-0123456789abcdef"
	s, err := NewHTTP(HTTPOptions{BaseURL: "https://gateway.test/" + key + "/", APIKey: key})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.BaseURL(); got != "https://gateway.test/[redacted]" {
		t.Errorf("the record has %s", got)
	}
}
