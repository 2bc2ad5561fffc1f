package prices

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// usage is what of an answer's usage object has a price.
type usage struct {
	counts
	ServerToolUse  map[string]*float64 `json:"server_tool_use"`
	ServiceTier    string              `json:"service_tier"`
	InferenceGeo   string              `json:"inference_geo"`
	Speed          string              `json:"speed"`
	Iterations     []iteration         `json:"iterations"`
	FallbackCredit struct {
		Status struct {
			Type string `json:"type"`
		} `json:"status"`
	} `json:"fallback_credit"`
}

// counts are the tokens of an answer, or of one of the samplings that it took.
// Those that are nil were absent or null.
type counts struct {
	InputTokens              *float64            `json:"input_tokens"`
	OutputTokens             *float64            `json:"output_tokens"`
	CacheCreationInputTokens *float64            `json:"cache_creation_input_tokens"`
	CacheReadInputTokens     *float64            `json:"cache_read_input_tokens"`
	CacheCreation            map[string]*float64 `json:"cache_creation"`
}

// The members of cache_creation and server_tool_use that have a price. Web
// fetches are charged as the tokens that they read.
const (
	write5mTokens = "ephemeral_5m_input_tokens"
	write1hTokens = "ephemeral_1h_input_tokens"
	webSearches   = "web_search_requests"
	webFetches    = "web_fetch_requests"
)

// parseUsage reads a usage object and checks that its counts can be priced.
func parseUsage(raw json.RawMessage) (*usage, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, errors.New("the answer has no usage")
	}
	if exactjson.HasDuplicates(raw) {
		return nil, errors.New("the answer's usage has one name twice")
	}
	u := new(usage)
	if err := exactjson.Unmarshal(raw, u); err != nil {
		return nil, fmt.Errorf("the answer's usage is not as the API has it: %w", err)
	}
	if err := u.check(); err != nil {
		return nil, err
	}
	return u, errors.Join(u.checkTools(), u.checkCredit())
}

// check holds that the tokens can be priced.
func (u *counts) check() error {
	switch {
	case u.InputTokens == nil:
		return errors.New("the answer's usage has no input_tokens")
	case u.OutputTokens == nil:
		return errors.New("the answer's usage has no output_tokens")
	}
	for _, n := range []*float64{u.InputTokens, u.OutputTokens, u.CacheCreationInputTokens, u.CacheReadInputTokens} {
		if !isCount(n) {
			return fmt.Errorf("the answer's usage counts %v tokens", *n)
		}
	}
	return u.checkWrites()
}

// checkWrites holds that the tokens written to the cache are told apart by
// how long they are kept, as their prices differ.
func (u *counts) checkWrites() error {
	sum := 0.0
	for name, n := range u.CacheCreation {
		known := name == write5mTokens || name == write1hTokens
		if !isCount(n) || !known && count(n) > 0 {
			return fmt.Errorf("the answer's usage counts %v %s", *n, name)
		}
		sum += count(n)
	}
	if total := count(u.CacheCreationInputTokens); total != 0 && total != sum {
		return fmt.Errorf("the answer's usage has %.0f tokens written to the cache, and says for %.0f how long they are kept", total, sum)
	}
	return nil
}

// checkTools holds that every tool that was used on the server is known.
func (u *usage) checkTools() error {
	for name, n := range u.ServerToolUse {
		known := name == webSearches || name == webFetches
		if !isCount(n) || !known && count(n) > 0 {
			return fmt.Errorf("the answer's usage counts %v %s", *n, name)
		}
	}
	return nil
}

// checkCredit holds that no credit of a refusal was redeemed for tokens that
// are counted as written to the cache: they are billed as if they were read.
func (u *usage) checkCredit() error {
	if u.FallbackCredit.Status.Type == "redeemed" && u.write5m()+u.write1h() > 0 {
		return errors.New("the answer's usage has a fallback_credit, which changes the price of what was written to the cache")
	}
	return nil
}

// prompt is the length of the prompt in tokens: what a price may depend on.
func (u *counts) prompt() float64 {
	return count(u.InputTokens) + u.write5m() + u.write1h() + count(u.CacheReadInputTokens)
}

func (u *counts) write5m() float64 { return count(u.CacheCreation[write5mTokens]) }
func (u *counts) write1h() float64 { return count(u.CacheCreation[write1hTokens]) }

// count is a count that is 0 where it is absent.
func count(n *float64) float64 {
	if n == nil {
		return 0
	}
	return *n
}

// isCount reports whether a number, where there is one, counts something.
func isCount(n *float64) bool {
	const most = 1 << 53 // above it a float64 skips whole numbers
	return n == nil || *n >= 0 && *n <= most && *n == math.Trunc(*n)
}
