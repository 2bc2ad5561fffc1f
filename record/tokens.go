package record

import (
	"math"
	"strconv"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// Tokens are the input and output tokens that an answer's usage counts; nil
// where it counts none, something else than a whole number from 0 up, as some
// servers have it, or one thing twice. What is not known is never 0.
func (e *Exchange) Tokens() (input, output *int64) {
	if len(e.Usage) == 0 || exactjson.HasDuplicates(e.Usage) {
		return nil, nil
	}
	err := Members(e.Usage, func(key, value []byte) error {
		switch string(key) {
		case "input_tokens":
			input = tokenCount(value)
		case "output_tokens":
			output = tokenCount(value)
		}
		return nil
	})
	if err != nil {
		return nil, nil
	}
	return input, output
}

// maxTokens bounds a count of tokens: the sum over a record must not overflow.
const maxTokens = 1e10

// tokenCount reads a whole number in any spelling that JSON has for one.
func tokenCount(raw []byte) *int64 {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		var f *float64
		if exactjson.Unmarshal(raw, &f) != nil || f == nil || *f != math.Trunc(*f) || math.Abs(*f) > maxTokens {
			return nil
		}
		n = int64(*f)
	}
	if n < 0 || n > maxTokens {
		return nil
	}
	return &n
}
