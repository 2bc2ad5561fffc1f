package record

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestTokens(t *testing.T) {
	for usage, want := range map[string]string{
		`{"input_tokens":12,"output_tokens":6}`:       "12 6",
		`{"input_tokens":0,"output_tokens":0}`:        "0 0",
		`{"input_tokens":10.0,"output_tokens":1e2}`:   "10 100",
		`{"output_tokens":6}`:                         "? 6",
		`{"input_tokens":null,"output_tokens":6}`:     "? 6",
		`{"input_tokens":"12","output_tokens":6}`:     "? 6",
		`{"input_tokens":12,"output_tokens":-1}`:      "12 ?",
		`{"input_tokens":12,"output_tokens":-1.0}`:    "12 ?",
		`{"input_tokens":12,"output_tokens":1.5}`:     "12 ?",
		`{"input_tokens":12,"output_tokens":1e300}`:   "12 ?",
		`{"input_tokens":12,"output_tokens":1e999}`:   "12 ?",
		`{"input_tokens":true,"output_tokens":[6]}`:   "? ?",
		`{"input_tokens":9223372036854775807}`:        "? ?",
		`{"input_tokens":99999999999999999999999999}`: "? ?",
		`{"input_tokens":10000000000}`:                "10000000000 ?",
		`{"output_tokens":5000,"output_tokens":1}`:    "? ?",
		`{}`:                                    "? ?",
		`null`:                                  "? ?",
		`"12"`:                                  "? ?",
		`[12, 6]`:                               "? ?",
		``:                                      "? ?",
		`{"Input_Tokens":12,"input_tokens ":3}`: "? ?",
		`{"iterations":[{"input_tokens":1}]}`:   "? ?",
	} {
		e := Exchange{Measured: Measured{Usage: json.RawMessage(usage)}}
		in, out := e.Tokens()
		if got := number(in) + " " + number(out); got != want {
			t.Errorf("%s: %s, want %s", usage, got, want)
		}
	}
}

func number(n *int64) string {
	if n == nil {
		return "?"
	}
	return fmt.Sprint(*n)
}
