package safetext

import (
	"bytes"
	"regexp"
	"strings"
)

// apiKey is how keys of the Claude API are spelled, those of its administrators
// and of OAuth too. Placeholders are shorter.
var apiKey = regexp.MustCompile(`sk-ant-[a-z]{2,8}[0-9]{2}-[A-Za-z0-9_-]{80,200}`)

const (
	apiKeyStart   = "sk-ant-"
	longestAPIKey = len(apiKeyStart) + 11 + 200
)

// FindKey gives the byte at which the first text begins that looks like a key
// of the Claude API, whoever it belongs to; -1 where there is none.
func FindKey(text string) int {
	if !strings.Contains(text, apiKeyStart) {
		return -1
	}
	if at := apiKey.FindStringIndex(text); at != nil {
		return at[0]
	}
	return -1
}

// redactKeys replaces what FindKey finds. It is the same slice where there is
// none.
func redactKeys(text []byte) []byte {
	if !bytes.Contains(text, []byte(apiKeyStart)) || !apiKey.Match(text) {
		return text
	}
	return apiKey.ReplaceAllLiteral(text, []byte(Redacted))
}

// beforeAPIKey is beforeKey for what FindKey finds.
func beforeAPIKey(text []byte, cut int) int {
	from := max(0, cut-longestAPIKey)
	if !bytes.Contains(text[from:], []byte(apiKeyStart)) {
		return cut
	}
	for _, at := range apiKey.FindAllIndex(text[from:], -1) {
		if from+at[0] < cut && cut < from+at[1] {
			return from + at[0]
		}
	}
	return cut
}
