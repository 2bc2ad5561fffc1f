package record

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLinesAreSpelledAsEncodingJSONSpellsThem holds every field of every line,
// set and not, to encoding/json.
func TestLinesAreSpelledAsEncodingJSONSpellsThem(t *testing.T) {
	spelled(t, Case{Tags: []string{}, Assertions: []Assertion{}})
	spelled(t, Exchange{Attempts: []Attempt{}})
	spelled(t, Sample{Assertions: []Check{}})
	spelled(t, filled[Run]())
	spelled(t, filled[Case]())
	spelled(t, filled[Exchange]())
	spelled(t, filled[Sample]())
	spelled(t, filled[Gate]())
	spelled(t, filled[Summary]())
	spelled(t, filled[Verdict]())
}

// spelled holds a line to encoding/json, but for what the record sets itself.
func spelled[T Line](t *testing.T, line T) {
	t.Helper()
	got, err := line.appendTo(nil)
	if err != nil {
		t.Fatal(err)
	}
	value := reflect.ValueOf(&line).Elem()
	value.FieldByName("Kind").SetString(strings.ToLower(value.Type().Name()))
	if f := value.FieldByName("Format"); f.IsValid() {
		f.SetInt(Format)
	}
	if f := value.FieldByName("Ordinal"); f.IsValid() {
		f.Set(value.FieldByName("Sample"))
	}
	want, err := appendJSON(nil, line)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%T (-encoding/json +ours):\n%s", line, diff)
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
		`response is not valid JSON: "<html>"`:  e,
		`length is NaN, which JSON cannot hold`: s,
	} {
		if _, err := line.appendTo(nil); err == nil || err.Error() != want {
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
		"encoding-json": func(dst []byte, line Line) ([]byte, error) { return appendJSON(dst, line) },
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
