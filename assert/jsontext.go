package assert

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// isJSON reports whether a text is one JSON value and nothing else but
// whitespace.
func isJSON(text string) bool { return json.Valid([]byte(text)) }

// errNoJSON says that extract_json has found nothing.
var errNoJSON = errors.New("the text holds no JSON object or array")

// extractWork bounds how often extractJSON reads a text over, in bytes beyond
// a few times its length.
const extractWork = 1 << 20

// readPerStep is how many bytes of JSON are read in one step.
const readPerStep = 64

// extract is extractJSON as expressions call it: how often it reads the text
// over is known behind it.
func extract(texts []string) (any, error) {
	v, read, err := extractJSON(texts[0])
	return exprlang.Because{Value: v, Steps: read / readPerStep}, err
}

// extractJSON is the JSON in a text that may hold more than that: the text
// itself where it is JSON, else what stands in its first code fence that is,
// else the first object or array in it. Whole numbers are ints. read is how
// many bytes it has read beyond a few times the text's length.
func extractJSON(text string) (v any, read int, err error) {
	if v, err := exprlang.DecodeJSON(text); err == nil {
		return v, 0, nil
	}
	for _, block := range fences(text) {
		if v, err := exprlang.DecodeJSON(block); err == nil {
			return v, 0, nil
		}
	}
	most := extractWork + 4*len(text)
	for start := range len(text) {
		if c := text[start]; c != '{' && c != '[' {
			continue
		}
		d := json.NewDecoder(strings.NewReader(text[start:]))
		var raw json.RawMessage
		err := d.Decode(&raw)
		if err == nil {
			v, err := exprlang.DecodeJSON(string(raw))
			return v, read, err
		}
		if read += readBy(err, len(text)-start); read > most {
			break
		}
	}
	return nil, read, errNoJSON
}

// readBy is about how much was read until an error: up to a syntax error, or
// all.
func readBy(err error, rest int) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return int(syntax.Offset)
	}
	return rest
}

// fences are the contents of a text's Markdown code fences.
func fences(text string) []string {
	const mark = "```"
	var blocks []string
	for {
		_, after, ok := strings.Cut(text, mark)
		if !ok {
			return blocks
		}
		_, body, ok := strings.Cut(after, "\n") // the language is left out
		if !ok {
			return blocks
		}
		block, rest, _ := strings.Cut(body, mark)
		blocks = append(blocks, block)
		text = rest
	}
}
