package messages

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseRateLimits(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		header map[string]string
		want   RateLimits
	}{
		{"none", nil, RateLimits{}},
		{"one", map[string]string{
			"anthropic-ratelimit-requests-limit": "4000", "anthropic-ratelimit-requests-remaining": "12",
			"anthropic-ratelimit-requests-reset": "2026-11-22T10:00:30Z",
		}, RateLimits{Requests: &RateLimit{4000, 12, 30 * time.Second}}},
		{"by the server's clock", map[string]string{
			"anthropic-ratelimit-input-tokens-limit": "10", "anthropic-ratelimit-input-tokens-remaining": "10",
			"anthropic-ratelimit-input-tokens-reset": "2026-11-22T11:00:30Z", "date": "Sun, 22 Nov 2026 11:00:10 GMT",
		}, RateLimits{InputTokens: &RateLimit{10, 10, 20 * time.Second}}},
		{"a reset that is past or no time", map[string]string{
			"anthropic-ratelimit-tokens-limit": "10", "anthropic-ratelimit-tokens-remaining": "0",
			"anthropic-ratelimit-tokens-reset":        "2026-11-22T09:00:30Z",
			"anthropic-ratelimit-output-tokens-limit": "10", "anthropic-ratelimit-output-tokens-remaining": "5",
			"anthropic-ratelimit-output-tokens-reset": "soon",
		}, RateLimits{Tokens: &RateLimit{10, 0, 0}, OutputTokens: &RateLimit{10, 5, 0}}},
		{"of fast mode", map[string]string{
			"anthropic-ratelimit-input-tokens-limit": "10", "anthropic-ratelimit-input-tokens-remaining": "10",
			"anthropic-fast-input-tokens-limit": "5", "anthropic-fast-input-tokens-remaining": "1",
			"anthropic-ratelimit-output-tokens-limit": "7", "anthropic-ratelimit-output-tokens-remaining": "7",
		}, RateLimits{InputTokens: &RateLimit{5, 1, 0}, OutputTokens: &RateLimit{7, 7, 0}}},
		{"nonsense", map[string]string{
			"anthropic-ratelimit-tokens-limit": "0", "anthropic-ratelimit-tokens-remaining": "0",
			"anthropic-ratelimit-requests-limit": "10", "anthropic-ratelimit-requests-remaining": "11",
			"anthropic-ratelimit-input-tokens-limit": "10", "anthropic-ratelimit-input-tokens-remaining": "-1",
			"anthropic-ratelimit-output-tokens-limit": "many", "anthropic-ratelimit-output-tokens-remaining": "1",
		}, RateLimits{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{}
			for name, value := range test.header {
				header.Set(name, value)
			}
			if diff := cmp.Diff(test.want, parseRateLimits(header, now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsOfTheAccount(t *testing.T) {
	for _, test := range []struct {
		err  Error
		want bool
	}{
		{Error{Status: 429, Code: "enforced_spend_limit_reached"}, true},
		{Error{Status: 429, Message: "You have reached your API usage limits: …"}, true},
		{Error{Status: 400, Message: "This organization has been disabled."}, true},
		{Error{Status: 400, Message: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing …"}, true},
		{Error{Status: 400, Message: "You have reached your specified API usage limits. You will regain access on …"}, true},
		{Error{Status: 429, Message: "This request would exceed your organization's rate limit."}, false},
		{Error{Status: 400, Code: "organization_on_hold", Message: "…"}, true},
		{Error{Status: 400, Code: "cmek_key_disabled", Message: "…"}, true},
		{Error{Status: 503, Code: "cmek_key_unreachable", Message: "…"}, false},
		{Error{Status: 400, Message: "messages: Field required"}, false},
		{Error{Status: 500, Message: "You have reached your API usage limits"}, false},
	} {
		if got := test.err.OfAccount(); got != test.want {
			t.Errorf("%v: %t, want %t", &test.err, got, test.want)
		}
	}
}
