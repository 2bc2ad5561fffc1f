package fakeapi

import (
	"encoding/json"
	"unicode"
	"unicode/utf8"
)

// A token of this server is a word of up to maxWord letters and digits with
// the space before it, or any other single character. That is nobody's
// tokenizer; it is near enough for limits and always the same.
const maxWord = 8

// nextToken is the length in bytes of the first token of text, which is not
// empty.
func nextToken(text string) int {
	length, letters := 0, 0
	for i, r := range text {
		word := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case i == 0 && !word && r != ' ':
			return max(1, utf8.RuneLen(r))
		case i > 0 && !word, letters == maxWord:
			return length
		case word:
			letters++
		}
		length = i + utf8.RuneLen(r)
	}
	return length
}

// countTokens counts the tokens of text.
func countTokens(text string) int {
	n := 0
	for text != "" {
		text = text[nextToken(text):]
		n++
	}
	return n
}

// cutTokens is the first most tokens of text, and how many they are.
func cutTokens(text string, most int) (short string, n int) {
	end := 0
	for ; n < most && end < len(text); n++ {
		end += nextToken(text[end:])
	}
	return text[:end], n
}

// imageTokens is what an image or a document counts, whatever its size.
const imageTokens = 1500

// inputTokens counts what a request sends: three for each turn and the tokens
// of what it holds.
func inputTokens(c *Call) int {
	n := 0
	for _, turn := range list(c.Request["messages"]) {
		n += 3 + contentTokens(object(turn)["content"])
	}
	n += contentTokens(c.Request["system"])
	for _, tool := range list(c.Request["tools"]) {
		n += jsonTokens(tool)
	}
	return n
}

func contentTokens(content any) int {
	if s, ok := content.(string); ok {
		return countTokens(s)
	}
	n := 0
	for _, block := range list(content) {
		n += blockTokens(object(block))
	}
	return n
}

// blockTokens counts one block, of a request or of an answer.
func blockTokens(block map[string]any) int {
	switch block["type"] {
	case "text":
		return countTokens(str(block["text"]))
	case "thinking":
		return countTokens(str(block["thinking"]))
	case "image", "document":
		return imageTokens
	case "tool_result":
		return contentTokens(block["content"])
	}
	return jsonTokens(block)
}

// jsonTokens is a token for every four bytes of JSON.
func jsonTokens(v any) int {
	b, err := json.Marshal(v)
	if err != nil {
		return 0
	}
	return (len(b) + 3) / 4
}
