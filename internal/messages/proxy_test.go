package messages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A name server may give the name of this machine any address, and the key goes
// there in the clear.
func TestTheNameOfThisMachineLeadsNowhereElse(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true, "192.0.2.1:80": false, "[2001:db8::1]:80": false} {
		if err := onlyThisMachine("tcp", address, nil); (err == nil) != want || err != nil && !errors.Is(err, ErrUnencrypted) {
			t.Errorf("%s: %v", address, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := newTransport(nil, true).DialContext(ctx, "tcp", "192.0.2.1:80"); !errors.Is(err, ErrUnencrypted) {
		t.Errorf("connected elsewhere: %v", err)
	}
}

// TestAProxyThatRepeatsItsPassword: its page shows the header that it was sent.
func TestAProxyThatRepeatsItsPassword(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "you sent %s", r.Header.Get("Proxy-Authorization"))
	}))
	defer proxy.Close()
	to, _ := url.Parse(proxy.URL)
	to.User = url.UserPassword("me", "a-password-of-mine")
	const sent = "bWU6YS1wYXNzd29yZC1vZi1taW5l"
	ex := send(t, newTestHTTP(t, HTTPOptions{BaseURL: "http://api.test", Proxy: http.ProxyURL(to), Secrets: []string{sent}}), hello())
	if got := ex.Error.Error(); strings.Contains(got, sent) || !strings.Contains(got, "Basic [redacted]") {
		t.Errorf("the error is %s", got)
	}
}

func TestSendThroughProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "api.test" {
			t.Errorf("the proxy was asked for %s", r.URL)
		}
		answerHello(w)
	}))
	defer proxy.Close()
	to, _ := url.Parse(proxy.URL)
	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: "http://api.test", Proxy: http.ProxyURL(to)}), hello())

	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	if newTransport(nil, false).Proxy != nil {
		t.Error("a proxy is taken from the environment unasked")
	}
}

// net/http knows this machine by fewer names than checkEncrypted does.
func TestProxyGetsNothingThatIsForThisMachine(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the proxy was asked for %s", r.URL)
		answerHello(w)
	}))
	defer proxy.Close()
	to, _ := url.Parse(proxy.URL)
	for _, host := range []string{"localhost.", "LOCALHOST.", "127.0.0.1"} {
		mustFail(t, newTestHTTP(t, HTTPOptions{
			BaseURL: "http://" + host + ":1",
			Proxy:   http.ProxyURL(to),
			Retry:   RetryOptions{maxAttempts: 1},
		}), hello())
	}
}

func TestSendHidesProxyPassword(t *testing.T) {
	s := newTestHTTP(t, HTTPOptions{
		BaseURL: "http://api.test",
		Retry:   RetryOptions{maxAttempts: 1},
		Proxy: func(*http.Request) (*url.URL, error) {
			return nil, errors.New(`invalid proxy address "http://user:pass/word@proxy:x"`)
		},
	})
	ex := mustFail(t, s, hello())
	if strings.Contains(ex.Error.Message, "word") || !strings.Contains(ex.Error.Message, "invalid proxy address") {
		t.Errorf("error %v", ex.Error)
	}
}
