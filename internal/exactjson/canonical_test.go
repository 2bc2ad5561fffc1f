package exactjson_test

import (
	"testing"

	"github.com/evalrun/evalrun/internal/exactjson"
)

func TestEqualValuesAreWrittenEqually(t *testing.T) {
	for text, want := range map[string]string{
		` { "b" : 1.0 , "a" : [ true, null ] } `: `{"a":[true,null],"b":1}`,
		`{"a":{"z":1e2,"y":0.50}}`:               `{"a":{"y":0.5,"z":100}}`,
		`"\u0041\/"`:                             `"A/"`,
		`{"id":9007199254740993}`:                `{"id":9007199254740993}`, // which a float64 is not
		`{}`:                                     `{}`,
	} {
		if got, err := exactjson.Canonical([]byte(text)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{``, `{`, `{"a":1} 2`, `nul`} {
		if got, err := exactjson.Canonical([]byte(text)); err == nil {
			t.Errorf("%s is canonical as %s", text, got)
		}
	}
}
