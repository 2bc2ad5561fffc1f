package record

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEveryFieldIsReadAsItWasWritten writes lines with all of their fields set.
// Their raw JSON keeps its bytes, but for white space between tokens.
func TestEveryFieldIsReadAsItWasWritten(t *testing.T) {
	written[Run](t)
	written[Case](t)
	written[Exchange](t)
	written[Blob](t)
	written[Sample](t)
	written[Gate](t)
	written[Summary](t)
	written[Verdict](t)
	written[Spent](t)
}

func written[T Line](t *testing.T) {
	t.Helper()
	text, err := filled[T]().appendTo(nil)
	if err != nil {
		t.Fatal(err)
	}
	var want, got T
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if err := decode(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-encoding/json +decode):\n%s", diff)
	}
	value := reflect.ValueOf(got)
	for i := range value.NumField() {
		if field := value.Type().Field(i); value.Field(i).IsZero() && field.Tag.Get("json") != "-" {
			t.Errorf("%T.%s is not read again", got, field.Name)
		}
	}
	if bytes.Count(text, []byte("\n")) != 1 || !bytes.HasSuffix(text, []byte("}\n")) {
		t.Errorf("%T is not one line:\n%s", got, text)
	}
	const raw = `{"z":[1.50,null],"a\u0041":"<&>` + "\u2028" + `"}`
	if bytes.Contains(text, []byte("1.50")) && !bytes.Contains(text, []byte(raw)) {
		t.Errorf("raw JSON is spelled otherwise than as %s:\n%s", raw, text)
	}
}

// filled gives a value with all fields set, those too of what it holds, and
// two of each list and map.
func filled[T any]() T {
	var value T
	fill(reflect.ValueOf(&value).Elem())
	return value
}

func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(header.Started))
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte("{\"z\": [1.50, null],\n \"a\\u0041\" : \"<&>\u2028\"}"))
	case v.Kind() == reflect.String:
		v.SetString("a \"text\" \\ with <é\u2028\x00\xff> and\n")
	case v.Kind() == reflect.Int:
		v.SetInt(-12)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Float64:
		v.SetFloat(1.25e-7)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"z", "a \"name\"", ""} {
			value := reflect.New(v.Type().Elem()).Elem()
			fill(value)
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	case v.Kind() == reflect.Struct && v.NumField() > 0 && v.Type().Field(0).IsExported():
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

func TestWhatJSONCannotHoldIsNamed(t *testing.T) {
	e, s := exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Pass)
	e.Response = json.RawMessage(`<html>`)
	s.Metrics = map[string]float64{"length": math.NaN()}
	for want, line := range map[string]Line{
		`invalid character '<' at start of value within "/response"`: e,
		`/metrics/length: unsupported value: NaN`:                    s,
	} {
		if _, err := line.appendTo(nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: %v, want %s", line, err, want)
		}
	}
}

// BenchmarkEncode writes the three lines of a sample, and has encoding/json
// write them.
func BenchmarkEncode(b *testing.B) {
	c, e, s := caseLine(greeting, 1, 1), benchExchange(greeting, 1), sampleLine(greeting, 1, Pass)
	c.Assertions = []Assertion{{At: "ants.yaml:14:7", Expr: "true", Level: "fail", Weight: 1}, {At: "ants.yaml:14:7", Expr: "true", Level: "fail", Weight: 1}}
	s.Assertions = []Check{{Outcome: Pass}, {I: 1, Outcome: Pass}}
	lines := []Line{c, e, s}
	for name, write := range map[string]func([]byte, Line) ([]byte, error){
		"ours":          func(dst []byte, line Line) ([]byte, error) { return line.appendTo(dst) },
		"encoding-json": func(dst []byte, line Line) ([]byte, error) { return json.Marshal(line) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				for _, line := range lines {
					var err error
					if buf, err = write(buf[:0], line); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
