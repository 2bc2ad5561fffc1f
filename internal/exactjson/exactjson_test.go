package exactjson_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
)

func TestNamesAreExact(t *testing.T) {
	type inner struct {
		Type string          `json:"type"`
		Raw  json.RawMessage `json:"raw"`
	}
	type outer struct {
		MaxTokens *float64 `json:"max_tokens"`
		List      []inner  `json:"list"`
	}
	for text, want := range map[string]string{
		`{"MAX_TOKENS": 1}`:                             `{"max_tokens":null,"list":null}`,
		`{"max_tokens": 2, "MAX_TOKENS": 1}`:            `{"max_tokens":2,"list":null}`,
		`{"max_tokens": 1, "max_tokens": 2}`:            `{"max_tokens":2,"list":null}`,
		`{"max\u005ftokens": 3}`:                        `{"max_tokens":3,"list":null}`,
		`{"list": [{"Type": "a"}, {"type": "b"}]}`:      `{"max_tokens":null,"list":[{"type":"","raw":null},{"type":"b","raw":null}]}`,
		`{"list": [{"raw": {"a": 1.0, "a": 2}}]}`:       `{"max_tokens":null,"list":[{"type":"","raw":{"a":1.0,"a":2}}]}`,
		"{\"list\": [{\"type\": \"\xff\"}]}":            `{"max_tokens":null,"list":[{"type":"�","raw":null}]}`,
		`{"max_tokenſ": 1, "max_tokens": null}`:         `{"max_tokens":null,"list":null}`, // ſ folds to s
		` {"list": [], "unknown": {"max_tokens": 1}}  `: `{"max_tokens":null,"list":[]}`,
	} {
		var got outer
		if err := exactjson.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		out, err := json.Marshal(got)
		if err != nil || string(out) != want {
			t.Errorf("%s is read as %s, want %s (%v)", text, out, want, err)
		}
	}
}

func TestWhatIsNotAsExpectedIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		``:                           "EOF",
		`{`:                          "EOF",
		`{} {}`:                      "after top-level value",
		`[]`:                         "found a list, expected an object",
		`{"count": "1"}`:             "found a string at /count, expected a number",
		`{"list": [{"small": 300}]}`: "found a number at /list/0/small, expected a whole number that fits 8 bits",
		`{"when": "yesterday"}`:      `found a string at /when: parsing time "yesterday"`,
		`{"list": {}}`:               "found an object at /list, expected a list",
		`{"list": [{"is": 0}]}`:      "found a number at /list/0/is, expected true or false",
		`{"list": [{"is": true}, {"name": false}]}`: "found false at /list/1/name, expected a string",
	} {
		var got struct {
			Count *float64  `json:"count"`
			When  time.Time `json:"when"`
			List  []struct {
				Small int8   `json:"small"`
				Is    bool   `json:"is"`
				Name  string `json:"name"`
			} `json:"list"`
		}
		if err := exactjson.Unmarshal([]byte(text), &got); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}
