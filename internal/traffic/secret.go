package traffic

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/safetext"
)

// secrets are how keys and passwords look whose form is known.
var secrets = sync.OnceValue(func() []secretForm {
	return []secretForm{
		{"an API key", regexp.MustCompile(`\bsk-[A-Za-z0-9_-]{32,}`)},
		{"an access key of AWS", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)},
		{"a token of GitHub", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})`)},
		{"a token of GitLab", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20}`)},
		{"a token of Slack", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10}`)},
		{"a key of Google", regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}`)},
		{"a key of Stripe", regexp.MustCompile(`\b[rs]k_live_[A-Za-z0-9]{16}`)},
		{"a token of Hugging Face", regexp.MustCompile(`\bhf_[A-Za-z0-9]{30}`)},
		{"a token of npm", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}`)},
		{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
		{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10}`)},
		{"a password in a URL", regexp.MustCompile(`[a-z]://[^/\s:@"'<>]{1,100}:[^/\s@"'<>]{3,100}@`)},
	}
})

// secretForm is how one kind of secret looks.
type secretForm struct {
	what    string
	pattern *regexp.Regexp
}

// refuseSecrets is an error where a request or its answer holds what looks like a
// secret. It does not repeat it.
func refuseSecrets(e *Exchange) error {
	var found []string
	for _, part := range []struct {
		name string
		text []byte
	}{{"request", e.Body.Text()}, {"response", e.Answer.Raw}} {
		if what := secretIn(exact(part.text)); what != "" {
			found = append(found, fmt.Sprintf("the %s holds what looks like %s", part.name, what))
		}
	}
	if found == nil {
		return nil
	}
	return &hintedError{strings.Join(found, ", and ") + ", which import writes to no file",
		"--redact REGEXP replaces what matches; a secret that others could read is to be revoked"}
}

// secretIn names the secret that a text seems to hold; "" for none.
func secretIn(text []byte) string {
	if safetext.FindKey(string(text)) >= 0 {
		return "an API key"
	}
	for _, s := range secrets() {
		if s.pattern.Match(text) {
			return s.what
		}
	}
	return ""
}
