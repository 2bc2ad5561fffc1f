package fakecloud

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// scope is what tokens must be asked for.
const scope = "https://www.googleapis.com/auth/cloud-platform"

// ServeHTTP gives a token to whom the account's key signed an assertion for (RFC
// 7523).
func (t *Tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := t.verify(r.FormValue("assertion")); err != nil {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_grant", "error_description": err.Error()})
		return
	}
	t.mu.Lock()
	token := fmt.Sprintf("ya29.token-of-the-fake-cloud-%d", len(t.given)+1)
	t.given = append(t.given, token)
	t.mu.Unlock()
	write(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": t.seconds})
}

// verify verifies an assertion's signature, RS256, and what it is for.
func (t *Tokens) verify(assertion string) error {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return fmt.Errorf("the assertion has %d parts", len(parts))
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&t.key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		return err
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	var claimed struct{ Scope string }
	if err := json.Unmarshal(claims, &claimed); err != nil || claimed.Scope != scope {
		return fmt.Errorf("the scope is %q (%v)", claimed.Scope, err)
	}
	return nil
}
