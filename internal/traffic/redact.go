package traffic

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
	"github.com/go-json-experiment/json/jsontext"
)

// structural are members of requests and answers by which they are understood.
var structural = []string{
	"type", "role", "id", "model", "media_type", "sha256", "stop_reason", "tool_use_id", "signature",
}

// redact replaces what matches in the texts of a JSON value, in requests and
// answers alike, so that they still belong together; in the input of a tool in
// names and numbers too.
func redact(raw json.RawMessage, patterns []*regexp.Regexp) (json.RawMessage, error) {
	if len(patterns) == 0 {
		return raw, nil
	}
	var out bytes.Buffer
	d, e := jsontext.NewDecoder(bytes.NewReader(raw)), jsontext.NewEncoder(&out)
	for name := ""; d.PeekKind() != 0; {
		kind, n := d.StackIndex(d.StackDepth())
		isName := kind == jsontext.KindBeginObject && n%2 == 0
		isValue := kind == jsontext.KindBeginObject && !isName
		token, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		inInput := strings.Contains(string(d.StackPointer()), "/input/")
		switch text := token.String(); {
		case token.Kind() == '"' && isName:
			name = text
			if inInput {
				token = jsontext.String(replaced(text, patterns))
			}
		case token.Kind() == '"' && !(isValue && slices.Contains(structural, name)):
			token = jsontext.String(replaced(text, patterns))
		case token.Kind() == '0' && inInput && replaced(text, patterns) != text:
			token = jsontext.String(record.Redacted)
		}
		if err := e.WriteToken(token); err != nil {
			return nil, err
		}
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func replaced(text string, patterns []*regexp.Regexp) string {
	for _, p := range patterns {
		text = p.ReplaceAllLiteralString(text, record.Redacted)
	}
	return text
}
