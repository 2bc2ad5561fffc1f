package exprlang

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// run compiles and runs an expression over the test values.
func run(t testing.TB, source string) (any, error) {
	t.Helper()
	p, err := Compile(source, testEnv())
	if err != nil {
		return nil, err
	}
	return p.Run(testValues())
}

// What expr-lang is silent about is an error here, and says what was found.
func TestRunErrors(t *testing.T) {
	for _, c := range []struct{ source, at, message string }{
		{`json.missing != "x"`, "missing", `json has no key "missing"; it has a, list, nested, null, ok`},
		{`json.nestd.name == "x"`, "nestd", `json has no key "nestd"; did you mean "nested"?`},
		{`json["missing"] == nil`, "[", `json has no key "missing"`},
		{`json.null.x == 1`, "x", `json.null is nil: it has no key "x"`},
		{`json.a.x == 1`, "x", `json.a is an integer: it has no key "x"`},
		{`json.list[3] == 1`, "[", `json.list[3] does not exist: the list has 3 elements`},
		{`json.list[-4] == 1`, "[", `json.list[-4] does not exist: the list has 3 elements`},
		{`json.list.name == 1`, "name", `json.list is a list: its parts are named by whole numbers, not by "name"`},
		{`json[0] == 1`, "[", `json is a map: its keys are strings, not an integer`},
		{`blocks[0].text == "x" || blocks[5].text == "y"`, "[", `blocks[5] does not exist`},
		{`any(json.list, .x == 1)`, "x", `the element is an integer: it has no key "x"`},
		{`"x" in json.missing`, "missing", `json has no key "missing"`},
		{`get(json.missing, "x") == nil`, "missing", `json has no key "missing"`},
		{`error.status == 400`, "status", `error is nil: the request was answered`},
		{`unknown.Seconds() > 1`, "Seconds", `unknown is nil`},
		{`unknown?.Seconds() > 1`, ">", `unknown?.Seconds() is nil and 1 is an integer: > cannot be applied to them`},
		{`unknown?.Milliseconds() < 1`, "<", `unknown?.Milliseconds() is nil and 1 is an integer: < cannot be applied to them`},
		{`unknown?.Round(json.a) == nil && ttft?.Round(json.a) == ttft`, "Round", `expected a duration, found an integer`},
		{`latency.Round(json.a) == ttft`, "Round", `expected a duration, found an integer`},
		{`json.a > "5"`, ">", `json.a is an integer and "5" is a string: > cannot be applied to them`},
		{`json.null < 5`, "<", `json.null is nil and 5 is an integer`},
		{`json.nested contains "x"`, "contains", `json.nested is a map and "x" is a string`},
		{`json.a + "x" == "5x"`, "+", `json.a is an integer and "x" is a string`},
		{`json.a && true`, "a", `expected true or false, found an integer: json.a`},
		{`!json.null`, "null", `expected true or false, found nil: json.null`},
		{`json.a ? 1 : 2`, "a", `expected true or false, found an integer`},
		{`any(json.list, #)`, "#", `expected true or false, found an integer: the element`},
		{`any(json.nested, # == 1)`, "nested", `any needs a list: json.nested is a map`},
		{`json.a in "x"`, "in", `json.a is an integer and "x" is a string`},
		{`json.a matches "x"`, "matches", `json.a is an integer and "x" is a string`},
		{`text matches json.nested.name + "("`, "matches", `missing closing )`},
		{`n / 0 > 1`, "/", `division by zero`},
		{`n % 0 > 1`, "%", `division by zero`},
		{`-json.nested == 1`, "nested", `json.nested is a map: - needs a number`},
		{`upper(json.a) == "X"`, "upper", `expected a string, found an integer`},
		{`len(json.a) == 1`, "len", `len cannot take an integer`},
		{`int(text) == 1`, "int", `int cannot make a number of "Hello, world"`},
		{`fromJSON("{") == 1`, "fromJSON", `not JSON`},
		{`fromJSON("1 2") == 1`, "fromJSON", `not JSON: something follows`},
		{`duration("five") < latency`, "duration", `invalid duration`},
		{`reduce([], #acc + #) == 1`, "", `reduce of empty array`},
		{`len(groupBy(json.list, [#])) == 1`, "groupBy", `a list cannot be a key`},
		{`broken() == "x"`, "broken", `it is broken`},
		{`cost < latency.Seconds() && json.list < 3`, "<", `json.list is a list`},
	} {
		_, err := run(t, c.source)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an error", c.source, err)
			continue
		}
		if at := c.source[e.Offset : e.Offset+e.Length]; c.at != "" && at != c.at || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: at %q: %s; want at %q: %s", c.source, at, e.Message, c.at, c.message)
		}
		if strings.ContainsAny(e.Message, "\n") || strings.Contains(e.Message, "interface {}") {
			t.Errorf("%s: not a plain sentence: %q", c.source, e.Message)
		}
	}
}

// A variable whose name a function has taken, or that cannot be written bare,
// is reached through vars, and the error says so.
func TestVariablesThatCannotBeWritten(t *testing.T) {
	for source, hint := range map[string]string{
		`count > 2`:     `the variable is vars["count"]`,
		`a-b > 2`:       `the variable is vars["a-b"]`,
		`vars.a-b == 1`: ``,
	} {
		_, err := run(t, source)
		var e *Error
		if !errors.As(err, &e) || e.Hint != hint {
			t.Errorf("%s: %+v, want the hint %q", source, e, hint)
		}
	}
	env := NewEnv()
	for _, name := range []string{"in", "if", "true", "a-b", "len", "upper", "vars"} {
		env.Var(name, Map{"in": Int})
	}
	if got := strings.Join(env.Names(), " "); got != "vars" {
		t.Errorf("names that can be written: %s", got)
	}
	p, err := Compile(`vars["in"] == 1 && len([1]) == 1 && upper("a") == "A"`, env)
	if err != nil {
		t.Fatal(err)
	}
	v, err := p.Run(map[string]any{"vars": map[string]any{"in": 1}, "len": 7, "upper": "x"})
	if err != nil || v != true {
		t.Errorf("builtins must win: %v, %v", v, err)
	}
}

// Values that are made on demand are made only where they are evaluated.
func TestLazyValues(t *testing.T) {
	made := 0
	values := testValues()
	values["json"] = func() (any, error) {
		made++
		return nil, errors.New("text is not JSON")
	}
	for source, want := range map[string]string{
		`text == "x" && json.a == 1`:   "",
		`text != "x" || json.a == 1`:   "",
		`json.a == 1 || text != "x"`:   "text is not JSON",
		`text == "Hello" ? json : 1`:   "",
		`any(blocks, json.a == .text)`: "text is not JSON",
	} {
		p, err := Compile(source, testEnv())
		if err != nil {
			t.Fatal(err)
		}
		made = 0
		_, err = p.Run(values)
		if want == "" && (err != nil || made != 0) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: made %d times, %v; want %q", source, made, err, want)
		}
	}
}

// Every run stays in its budgets, and the error says which one it left.
func TestBudgets(t *testing.T) {
	for source, want := range map[string]string{
		`reduce(1..30, #acc + #acc, "xxxxxxxxxx") == ""`:                         "builds more than 16 MiB",
		`len(split(repeat("x,", 100000), ",")) == 100001`:                        "",
		`len(repeat(repeat("x", 1000000), 1000000)) == 1`:                        "builds more than 16 MiB",
		`len(replace(repeat("x", 100000), "", repeat("y", 100000))) == 1`:        "builds more than 16 MiB",
		`len(replace(repeat("x", 100000), "x", repeat("y", 100000), -1)) == 1`:   "builds more than 16 MiB",
		`len(join(map(1..10000, "x"), repeat("y", 100000))) == 1`:                "builds more than 16 MiB",
		`len(join(map(1..10000, text + repeat("y", 10000)))) == 1`:               "builds more than 16 MiB",
		`any(1..1000, any(1..1000, any(1..1000, false)))`:                        "takes more than 1000000 steps",
		`count(1..999, len(1..999) == 1) == 1`:                                   "",
		`reduce(1..9000, #acc + text, "") == "x"`:                                "builds more than 16 MiB",
		`len(1..2000000) == 1`:                                                   "builds more than 1000000 list elements",
		`len(1..9223372036854775807) == 1`:                                       "builds more than 1000000 list elements",
		`len(map(1..900000, [#, #, #, #, #, #, #, #, #, #])) == 1`:               "builds more than 1000000 list elements",
		`toJSON(reduce(1..40, [#acc, #acc], "x")) == ""`:                         "takes more than 1000000 steps",
		`string(reduce(1..40, [#acc, #acc], "x")) == ""`:                         "takes more than 1000000 steps",
		`reduce(1..40, [#acc, #acc], "x") == reduce(1..40, [#acc, #acc], "y")`:   "",
		`reduce(1..40, [#acc, #acc], "x") == reduce(1..40, [#acc, #acc], "x")`:   "takes more than 1000000 steps",
		`reduce(1..40, [#acc, #acc], "x") in [reduce(1..40, [#acc, #acc], "x")]`: "takes more than 1000000 steps",
		`reduce(1..5000, [#acc], 1)`:                                             "nests more than 1000 levels deep",
		`reduce(1..40, [#acc, #acc], "x")`:                                       "takes more than 1000000 steps",
		`len(flatten(reduce(1..40, [#acc, #acc], "x"))) == 1`:                    "takes more than 1000000 steps",
		`max(reduce(1..40, [#acc, #acc], 1)) == 1`:                               "takes more than 1000000 steps",
		`reduce(1..20000, [#acc], 1) == reduce(1..20000, [#acc], 2)`:             "nests more than 1000 levels deep",
		`len(uniq(1..50000)) == 1`:                                               "takes more than 1000000 steps",
		`any(1..100000, text matches repeat("(x*)*", 100))`:                      "",
		`any(1..10000, repeat(text, 1000) contains "y")`:                         "builds more than 16 MiB",
		`len(fromJSON("[" + repeat("1,", 100000) + "1]")) == 100001`:             "",
		`let s = repeat("x", 1000000); any(1..100000, s contains "y")`:           "takes more than 1000000 steps",
		`let s = repeat("x", 1000000); any(1..100000, s == s + "")`:              "",
		`sum(map(1..1000, len(sort(1..1000)))) == 1`:                             "builds more than 16 MiB",
		`toJSON(reduce(1..900, [#acc], repeat("[", 1000))) == ""`:                "",
	} {
		p, err := Compile(source, testEnv())
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		_, err = p.Run(testValues())
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
}

// A long answer is not taken apart into more values than a run may build, only
// to find that out.
func TestSplitIsBoundedBeforeItSplits(t *testing.T) {
	values := testValues()
	values["text"] = strings.Repeat("x,", 4<<20)
	for _, source := range []string{`len(split(text, ","))`, `len(splitAfter(text, ","))`, `len(split(text, ""))`} {
		p, err := Compile(source, testEnv())
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = p.Run(values)
		runtime.ReadMemStats(&after)
		if err == nil || err.Error() != errBytes.Error() || after.TotalAlloc-before.TotalAlloc > maxBytes {
			t.Errorf("%s: %v after %d bytes", source, err, after.TotalAlloc-before.TotalAlloc)
		}
	}
}

// Compiling stays bounded too: the type checker tries every signature of a
// function for every one of its argument's.
func TestCompileIsBounded(t *testing.T) {
	for _, source := range []string{
		strings.Repeat("trimPrefix(", 60) + `"x"` + strings.Repeat(")", 60) + ` == "x"`,
		strings.Repeat("join([", 20) + `"x"` + strings.Repeat("])", 20) + ` == "x"`,
		strings.Repeat("(", 8000) + "1" + strings.Repeat(")", 8000),
		strings.Repeat("!", 15000) + "true",
		strings.Repeat("-", 15000) + "1",
		strings.Repeat("[", 8000) + strings.Repeat("]", 8000),
		strings.Repeat("true && ", 2000) + "true",
		strings.Repeat("x", maxSource+1),
		strings.Repeat("true ? ", 2000) + "1",
	} {
		if _, err := Compile(source, testEnv()); err == nil {
			t.Logf("compiled: %.40s…", source)
		}
	}
	if _, err := Compile(strings.Repeat("trimPrefix(", 60)+`"x"`+strings.Repeat(")", 60)+` == "x"`, testEnv()); err == nil {
		t.Error("exponential type checks are not refused")
	}
}

// A program is shared by goroutines.
func TestConcurrentRuns(t *testing.T) {
	p, err := Compile(`any(blocks, .text == "ho") && json.a == 5 && shout(text) == "x"`, testEnv())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	for range 8 {
		go func() {
			for range 100 {
				if v, err := p.Run(testValues()); v != false || err != nil {
					t.Errorf("%v, %v", v, err)
				}
				if e := p.Explain(testValues()); !strings.HasPrefix(e.Why, "shout(text) = ") {
					t.Errorf("why: %s", e.Why)
				}
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
}

// A struct by value among the names made expr-lang's compiler panic.
func TestStructsDoNotPanic(t *testing.T) {
	type point struct{ X int }
	env := NewEnv()
	env.Var("p", TypeOf(point{}))
	env.Var("q", TypeOf(&point{}))
	for _, source := range []string{`p.X == 1`, `q.X == 1`, `p == q`, `p.Y`} {
		p, err := Compile(source, env)
		if err == nil {
			_, err = p.Run(map[string]any{"p": point{1}, "q": &point{1}})
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// A type is written in one way, whatever the order of a map.
func TestShape(t *testing.T) {
	a := TypeOf(map[string]any{"b": []any{1, 2}, "a": map[string]any{"x": nil, "y": "s"}})
	b := TypeOf(map[string]any{"a": map[string]any{"y": "t", "x": nil}, "b": []any{3}})
	if Shape(a) != Shape(b) {
		t.Errorf("%s and %s", Shape(a), Shape(b))
	}
	for _, other := range []any{
		map[string]any{"b": []any{1, "x"}, "a": map[string]any{"x": nil, "y": "s"}},
		map[string]any{"b": []any{1}, "a": map[string]any{"x": nil}},
		nil, "s", 1, 1.5, true, []any{},
	} {
		if Shape(TypeOf(other)) == Shape(a) {
			t.Errorf("%v has the shape of another", other)
		}
	}
}
