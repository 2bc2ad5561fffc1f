package messages

import (
	"cmp"
	"net/http"
	"strconv"
	"time"
)

// RateLimit is one of the API's limits as an answer's headers state it: a
// bucket that holds Limit and has Remaining in it, and is full again after
// Reset if nothing is taken. Reset is 0 where the headers do not state it.
type RateLimit struct {
	Limit, Remaining int64
	Reset            time.Duration
}

// RateLimits are the limits in an answer's headers, nil where one is absent:
// anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-…, each
// for a minute. The limits of fast mode, anthropic-fast-…, go before those that
// they take the place of.
type RateLimits struct {
	Requests, Tokens, InputTokens, OutputTokens *RateLimit
}

// serverTime is when an answer was made by the server's clock, where the header
// Date has it: the other times in its headers are relative to that.
func serverTime(header http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		return date
	}
	return now
}

// parseRateLimits reads the headers of an answer.
func parseRateLimits(header http.Header, now time.Time) RateLimits {
	now = serverTime(header, now)
	return RateLimits{
		Requests: parseRateLimit(header, "Anthropic-Ratelimit-Requests", now),
		Tokens:   parseRateLimit(header, "Anthropic-Ratelimit-Tokens", now),
		InputTokens: cmp.Or(parseRateLimit(header, "Anthropic-Fast-Input-Tokens", now),
			parseRateLimit(header, "Anthropic-Ratelimit-Input-Tokens", now)),
		OutputTokens: cmp.Or(parseRateLimit(header, "Anthropic-Fast-Output-Tokens", now),
			parseRateLimit(header, "Anthropic-Ratelimit-Output-Tokens", now)),
	}
}

// parseRateLimit reads the headers of one limit. What is no limit is nil.
func parseRateLimit(header http.Header, name string, now time.Time) *RateLimit {
	limit, err := strconv.ParseInt(header.Get(name+"-Limit"), 10, 64)
	if err != nil || limit <= 0 {
		return nil
	}
	remaining, err := strconv.ParseInt(header.Get(name+"-Remaining"), 10, 64)
	if err != nil || remaining < 0 || remaining > limit {
		return nil
	}
	out := &RateLimit{Limit: limit, Remaining: remaining}
	if reset, err := time.Parse(time.RFC3339, header.Get(name+"-Reset")); err == nil {
		out.Reset = max(0, reset.Sub(now))
	}
	return out
}
