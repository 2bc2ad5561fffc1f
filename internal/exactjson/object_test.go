package exactjson_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestObjectKeepsOrderAndBytes(t *testing.T) {
	text := ` { "z" : 1.50 , "\u0061":"\u00e9\/", "z\\":{ "b" : [ ] } , "model":"old"} `
	o, err := exactjson.ParseObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"z":1.50,"\u0061":"\u00e9\/","z\\":{ "b" : [ ] },"model":"old"}`, string(o.Append(nil))); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{"z": "1.50", "a": `"\u00e9\/"`, `z\`: `{ "b" : [ ] }`, "Z": "", "b": ""} {
		if got := string(o.Get(name)); got != want {
			t.Errorf("Get(%q) = %s, want %s", name, got, want)
		}
	}
	for _, m := range o.Members() {
		if got := text[m.Start:m.End]; !strings.HasPrefix(got, string(m.Name)) || !strings.HasSuffix(got, string(m.Value)) {
			t.Errorf("the member %s is at %q", m.Name, got)
		}
	}
	o.Set("a", []byte("null"))
	o.Set("<é\u2028>", []byte("2"))
	other, err := exactjson.ParseObject([]byte(`{"\u006dodel":"new","\u006eew":0}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range other.Members() {
		o.Put(m)
	}
	const want = `{"z":1.50,"\u0061":null,"z\\":{ "b" : [ ] },"model":"new","<é\u2028>":2,"\u006eew":0}`
	if diff := cmp.Diff(want, string(o.Append(nil))); diff != "" {
		t.Error(diff)
	}
}

func TestTheLastOfDuplicatesCounts(t *testing.T) {
	for _, more := range []int{0, 100} { // without and with an index
		text := `{"a":1` + strings.Repeat(`,"b":0`, more) + `,"\u0061":2}`
		o, err := exactjson.ParseObject([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(o.Get("a")); got != "2" {
			t.Errorf("%.20s: a is %s, want 2", text, got)
		}
		o.Set("a", []byte("3"))
		o.Set("c", []byte("4"))
		o.Set("c", []byte("5"))
		if got := string(o.Get("a")) + string(o.Get("c")); got != "35" {
			t.Errorf("%.20s: a and c are %s, want 35", text, got)
		}
	}
}

// Members that come from outside one after the other take linear time.
func TestManyMembersTakeLinearTime(t *testing.T) {
	n := slowtest.Size(100_000, 2_000_000)
	var o exactjson.Object
	slowtest.Within(t, fmt.Sprintf("setting %d members", n), func() {
		for i := range n {
			o.Set(fmt.Sprint("name ", i), []byte("1"))
		}
	})
	if len(o.Members()) != n {
		t.Errorf("%d members, want %d", len(o.Members()), n)
	}
}

func TestNilIsAnObjectWithoutMembers(t *testing.T) {
	var o *exactjson.Object
	if got := string(o.Append(nil)); got != "{}" || o.Get("a") != nil || o.Members() != nil {
		t.Errorf("it is %s", got)
	}
}

func TestWhatIsNotAnObject(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                            "found a list, expected an object",
		` "a"`:                          "found a string, expected an object",
		`{}{}`:                          "invalid character '{' after top-level value",
		`{"a":1,}`:                      `invalid character '}' at start of string (expecting '"')`,
		`{a:1}`:                         `invalid character 'a' at start of string (expecting '"')`,
		`{"a":`:                         "the text ends too early",
		``:                              "the text ends too early",
		"\uFEFF{}":                      `invalid character '\ufeff' at start of value`,
		strings.Repeat(`{"a":`, 10_001): "nested more than 10000 levels deep",
		`{"a":` + strings.Repeat(`[`, 10_000) + `]]]]`:  "nested more than 10000 levels deep",
		`{"a":` + strings.Repeat(`[`, 9_999) + `0]]]]x`: "invalid character 'x' after array element (expecting ',' or ']')",
	} {
		if _, err := exactjson.ParseObject([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
	if _, err := exactjson.ParseArray([]byte(`{}`)); err == nil || err.Error() != "found an object, expected a list" {
		t.Errorf("an object as an array: %v", err)
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"":                 `""`,
		"a<b>&\"\\/é":      `"a<b>&\"\\/é"`,
		"\b\f\n\r\t\x00":   `"\b\f\n\r\t\u0000"`,
		"\u2028\x7f\u2029": `"\u2028` + "\x7f" + `\u2029"`,
		"\xff":             `"�"`,
	} {
		if got := string(exactjson.Quote(text)); got != want {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
	}
}

// FuzzObject compares what is read with encoding/json.
func FuzzObject(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"a":[2, 3],"b":{"c":"\"}"}}`, ` [ 1 , "]" , [ ] , { } ] `, `{"\u0061":null}`, `[]`, `{}`, `"a"`, `{"a":"\\"}`, `[1.5e3]`,
		`["\ud800\udc00","\ud800","\ud800\u0041","\udc00\ud800",` + "\"\xff\xed\xa0\x80\"]", `{"a":01}`, `{"a" 1}`, `{"a":1}}`, `nul`, "{\"\xff\":1}",
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		valid := json.Valid(text)
		if exactjson.Valid(text) != valid || (exactjson.Check(text) == nil) != valid {
			t.Fatalf("%q: encoding/json says %v", text, valid)
		}
		var want map[string]json.RawMessage
		isObject := json.Unmarshal(text, &want) == nil && want != nil
		o, err := exactjson.ParseObject(text)
		if (err == nil) != isObject || len(o.Members()) < len(want) {
			t.Fatalf("%q: %d members, want %q, error %v", text, len(o.Members()), want, err)
		}
		for name, value := range want {
			if string(o.Get(name)) != string(value) {
				t.Errorf("%q: member %q is %q, want %q", text, name, o.Get(name), value)
			}
		}
		for _, m := range o.Members() {
			if _, ok := want[m.Text()]; !ok {
				t.Errorf("%q: found a member %s", text, m.Name)
			}
		}
		var array []json.RawMessage
		isArray := json.Unmarshal(text, &array) == nil && array != nil
		elements, err := exactjson.ParseArray(text)
		if (err == nil) != isArray || len(elements) != len(array) {
			t.Fatalf("%q: elements %q, want %q", text, elements, array)
		}
		for i := range array {
			if string(elements[i]) != string(array[i]) {
				t.Errorf("%q: element %d is %q, want %q", text, i, elements[i], array[i])
			}
			var s *string
			isString := json.Unmarshal(array[i], &s) == nil && s != nil
			if got, ok := exactjson.Text(elements[i]); ok != isString || ok && got != *s {
				t.Errorf("%q is read as %q", elements[i], got)
			}
		}
	})
}
