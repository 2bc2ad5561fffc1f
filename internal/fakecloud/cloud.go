package fakecloud

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// Cloud has an API answer as a cloud offers it. One of Signed, Key and Tokens says
// how it knows who asks. It may be used by many goroutines at once.
type Cloud struct {
	API http.Handler
	// Signed asks for signatures, Key for the key as x-api-key, Bearer for the
	// token, and Tokens for one that it gave itself.
	Signed      *Signer
	Key, Bearer string
	Tokens      *Tokens
	// Under is the path below which the API is.
	Under string
	// Workspace must be the header anthropic-workspace-id; "" asks for none.
	Workspace string
	// Models is the path below which models are asked, as on Vertex AI; "" is as
	// the API has it.
	Models string
	// Throttled is how many requests are refused as too many before one is
	// answered; Leak has every request refused with its credentials in the error.
	Throttled int
	Leak      bool

	mu     sync.Mutex
	called []string
}

// Called lists the methods and paths of the requests that were let through.
func (c *Cloud) Called() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.called...)
}

// ServeHTTP answers a request.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if c.Tokens != nil && r.URL.Path == "/token" {
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.Tokens.ServeHTTP(w, r)
		return
	}
	if err := c.check(r, body); err != nil {
		w.Header().Set("x-amzn-errortype", "InvalidSignatureException")
		write(w, http.StatusForbidden, map[string]any{"message": err.Error()})
		return
	}
	if c.Leak {
		write(w, http.StatusBadRequest, map[string]any{"message": "refused " + r.Header.Get("authorization") + " of " + r.Header.Get("x-amz-security-token") + r.Header.Get("x-api-key")})
		return
	}
	if c.throttles() {
		c.throttle(w)
		return
	}
	for _, name := range []string{"authorization", "x-amz-date", "x-amz-security-token"} {
		r.Header.Del(name)
	}
	r.Header.Set("x-api-key", "known")
	to := "/v1/messages"
	if c.Models != "" {
		if to, body, err = c.translated(r, body); err != nil {
			write(w, http.StatusBadRequest, map[string]any{"error": map[string]any{"code": 400, "message": err.Error(), "status": "INVALID_ARGUMENT"}})
			return
		}
	} else {
		to = strings.TrimPrefix(r.URL.Path, c.Under)
	}
	r.URL.Path = to
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	c.API.ServeHTTP(w, r)
}

// check verifies who asks, and where.
func (c *Cloud) check(r *http.Request, body []byte) error {
	key, auth := r.Header.Get("x-api-key"), r.Header.Get("authorization")
	switch {
	case !strings.HasPrefix(r.URL.Path, c.Under+"/v1/"):
		return fmt.Errorf("%s is not below %s", r.URL.Path, c.Under)
	case r.Header.Get("anthropic-workspace-id") != c.Workspace:
		return fmt.Errorf("the workspace is %q", r.Header.Get("anthropic-workspace-id"))
	case c.Key == "" && key != "":
		return fmt.Errorf("a key of another server was sent")
	case c.Key != "" && (key != c.Key || auth != ""):
		return fmt.Errorf("the key is not known")
	case c.Bearer != "" && auth != "Bearer "+c.Bearer:
		return fmt.Errorf("the token is not known")
	case c.Tokens != nil && !c.Tokens.gave(strings.TrimPrefix(auth, "Bearer ")):
		return fmt.Errorf("the token was not given here")
	case c.Signed != nil:
		return c.Signed.Verify(r, body)
	}
	return nil
}

// throttles reports whether a request is refused as one too many, and lists it
// where it is not.
func (c *Cloud) throttles() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Throttled > 0 {
		c.Throttled--
		return true
	}
	return false
}

// throttle refuses a request as one too many, as the cloud words that.
func (c *Cloud) throttle(w http.ResponseWriter) {
	switch {
	case c.Signed != nil: // the JSON protocols of AWS have it as a 400
		w.Header().Set("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/coral/")
		write(w, http.StatusBadRequest, map[string]any{"message": "Too many requests, please wait before trying again."})
	case c.Tokens != nil:
		write(w, http.StatusTooManyRequests, []any{map[string]any{"error": map[string]any{"code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED"}}})
	default:
		write(w, http.StatusTooManyRequests, map[string]any{"error": map[string]any{"code": "RateLimitReached", "message": "Please retry later."}})
	}
}

// asked is a path of Vertex AI behind the models.
var asked = regexp.MustCompile(`^([a-z0-9.@-]+):(rawPredict|streamRawPredict)$`)

// translated makes a request of the API of one of Vertex AI.
func (c *Cloud) translated(r *http.Request, body []byte) (path string, sent []byte, err error) {
	rest, ok := strings.CutPrefix(r.URL.Path, c.Models)
	found := asked.FindStringSubmatch(rest)
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); !ok || found == nil || err != nil {
		return "", nil, fmt.Errorf("%s is no address of a model: %v", r.URL.Path, err)
	}
	if string(members["anthropic_version"]) != `"vertex-2023-10-16"` || r.Header.Get("anthropic-version") != "" {
		return "", nil, fmt.Errorf("anthropic_version is %s", members["anthropic_version"])
	}
	delete(members, "anthropic_version")
	r.Header.Set("anthropic-version", "2023-06-01")
	if found[1] == "count-tokens" {
		sent, err = json.Marshal(members)
		return "/v1/messages/count_tokens", sent, err
	}
	if members["model"] != nil || (string(members["stream"]) == "true") != (found[2] == "streamRawPredict") {
		return "", nil, fmt.Errorf("model: Extra inputs are not permitted, or %s is for other requests", found[2])
	}
	c.mu.Lock()
	c.called = append(c.called, found[0])
	c.mu.Unlock()
	model, _, _ := strings.Cut(found[1], "@")
	members["model"], _ = json.Marshal(model)
	sent, err = json.Marshal(members)
	return "/v1/messages", sent, err
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Tokens gives tokens to a service account, as Google does. Each ends after so
// many seconds.
type Tokens struct {
	key     *rsa.PrivateKey
	seconds int

	mu    sync.Mutex
	given []string
}

// NewTokens makes an account, whose tokens end after so many seconds.
func NewTokens(seconds int) (*Tokens, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return &Tokens{key: key, seconds: seconds}, err
}

// Account is the file of the account's credentials. Its tokens are given at the
// address.
func (t *Tokens) Account(project, address string) []byte {
	der, _ := x509.MarshalPKCS8PrivateKey(t.key)
	file, _ := json.Marshal(map[string]string{
		"type": "service_account", "project_id": project, "private_key_id": "1", "client_email": "evalrun@example.iam.gserviceaccount.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": address + "/token",
	})
	return file
}

// Given lists the tokens that were given.
func (t *Tokens) Given() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string{}, t.given...)
}

func (t *Tokens) gave(token string) bool {
	for _, given := range t.Given() {
		if given == token {
			return true
		}
	}
	return false
}
