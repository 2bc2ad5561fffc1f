package messages

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

func TestHeadersThatCannotBeSent(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"x-gateway", "abc def", ""},
		{"Cookie", "a=b; c=d", ""},
		{"anthropic-workspace-id", "wrkspc_1", ""},
		{"X-API-Key", "secret", "ANTHROPIC_API_KEY"},
		{"authorization", "Bearer secret", "ANTHROPIC_AUTH_TOKEN"},
		{"anthropic-beta", "secret", "`betas` in a suite"},
		{"ANTHROPIC-VERSION", "secret", "--api-version"},
		{"proxy-authorization", "secret", "HTTPS_PROXY"},
		{"host", "secret", "makes this header itself"},
		{"Content-Length", "5", "makes this header itself"},
		{"transfer-encoding", "secret", "makes this header itself"},
		{"accept-encoding", "secret", "makes this header itself"},
		{"x-amz-date", "secret", "makes this header itself"},
		{"x-a", "secret\r\nx-b: c", "line break or another character that no header can carry, at byte 7 of"},
		{"x-a", "secret\nx", "at byte 7"},
		{"x-a", "secret\x00", "at byte 7"},
		{"x-a", "sécret", "at byte 2"},
		{"x-a", "secret ", "begins or ends with a space"},
		{"x-a", "", "it has no value"},
		{"x a", "secret", "letters, digits and dashes"},
		{"x-a:", "secret", "letters, digits and dashes"},
		{"x\r\ny", "secret", "letters, digits and dashes"},
		{"", "secret", "letters, digits and dashes"},
	} {
		err := CheckHeader(c.name, c.value)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q is refused: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %q gives %v, want %q", c.name, c.value, err, c.want)
		case err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n")):
			t.Errorf("%q: the error repeats the value, or a line break: %q", c.name, err)
		}
		if _, senderErr := NewHTTP(HTTPOptions{Header: http.Header{c.name: {c.value}}}); (senderErr == nil) != (err == nil) {
			t.Errorf("%q: a sender takes it: %v", c.name, senderErr)
		}
	}
}

// A header is sent wherever the key is, and nowhere else.
func TestHeadersGoWithEveryRequestAndNoFurther(t *testing.T) {
	const secret = "gateway-secret-0123456789"
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("x-gateway")+" "+r.Header.Get("content-type"))
		switch r.URL.Path {
		case "/v1/messages":
			w.Header().Set("location", other.URL+"/?token="+secret)
			w.WriteHeader(http.StatusTemporaryRedirect)
		case "/v1/messages/count_tokens":
			w.Write([]byte(`{"input_tokens":3}`))
		default:
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"error":{"type":"permission_error","message":"not with ` + secret + `"}}`))
		}
	}))
	defer server.Close()
	s, err := NewHTTP(HTTPOptions{BaseURL: server.URL, APIKey: "k", Header: http.Header{"x-gateway": {"Key " + secret}, "X-Other": {"1"}}})
	if err != nil {
		t.Fatal(err)
	}
	req := &Request{Body: payload.New([]byte(`{"model":"m","max_tokens":1,"messages":[]}`)), Model: "m"}
	ex, err := s.Send(context.Background(), req, record.Identity{})
	if err != nil || ex.Error == nil || strings.Contains(ex.Error.Message, secret) {
		t.Errorf("a redirect gives %+v, %v", ex, err)
	}
	if n, err := s.CountTokens(context.Background(), req); n != 3 || err != nil {
		t.Errorf("counting gives %d, %v", n, err)
	}
	_, err = s.Model(context.Background(), "m", "")
	if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "not with [redacted]") {
		t.Errorf("a server that repeats a header gives %v", err)
	}
	want := "POST /v1/messages Key gateway-secret-0123456789 application/json\n" +
		"POST /v1/messages/count_tokens Key gateway-secret-0123456789 application/json\n" +
		"GET /v1/models/m Key gateway-secret-0123456789 "
	if strings.Join(got, "\n") != want {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

// A header may be the credential, so it goes over http:// to this machine alone.
func TestSecretHeadersAreEncrypted(t *testing.T) {
	_, err := NewHTTP(HTTPOptions{BaseURL: "http://api.example", Header: http.Header{"X-Gateway": {"secret"}}})
	if err == nil || !strings.Contains(err.Error(), "http:// to another machine") {
		t.Errorf("a secret header to http:// gives %v", err)
	}
	if _, err := NewHTTP(HTTPOptions{BaseURL: "http://api.example", Header: http.Header{"Anthropic-Workspace-Id": {"wrkspc_1"}}}); err != nil {
		t.Errorf("a workspace to http:// gives %v", err)
	}
}
