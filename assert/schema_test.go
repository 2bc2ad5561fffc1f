package assert

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
)

// schemaScope is a scope whose files are these.
func schemaScope(files map[string]string, read *[]string) *Scope {
	s := scope()
	s.Dir = "suites"
	var mu sync.Mutex
	s.ReadFile = func(path string) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		*read = append(*read, path)
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return s
}

var schemaFiles = map[string]string{
	"ant.json": `{"type": "object", "required": ["name", "legs"], "properties": {
		"name": {"type": "string"}, "legs": {"$ref": "../shared/legs.json"}, "a/b~c": {"type": "null"}}}`,
	"../shared/legs.json":       `{"$ref": "more/count.json#/$defs/count"}`,
	"../shared/more/count.json": `{"$defs": {"count": {"type": "integer", "multipleOf": 2}}}`,
	"broken.json":               `{"type": `,
	"invalid.json":              `{"type": "strong"}`,
	"file.json":                 `{"$ref": "file:///etc/passwd"}`,
	"web.json":                  `{"$ref": "https://example.com/schema.json"}`,
	"up.json":                   `{"$ref": "../../../../secret.json"}`,
	"draft7.json":               `{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}], "format": "email"}`,
	"exploding.json": `{"$defs": {"n": {"anyOf": [
		{"type": "array", "items": {"$ref": "#/$defs/n"}, "maxItems": 0},
		{"type": "array", "items": {"$ref": "#/$defs/n"}, "minItems": 2},
		{"type": "array", "items": {"$ref": "#/$defs/n"}, "minItems": 3}]}}, "$ref": "#/$defs/n"}`,
}

func TestMatchesSchema(t *testing.T) {
	var read []string
	sc, c := schemaScope(schemaFiles, &read), NewCompiler()
	s := subject(t)
	s.Exchange = answer(t, `{"content":[{"type":"text","text":"{\"name\": 5, \"legs\": 7, \"a/b~c\": 1, \"list\": [1, \"x\"]}"}]}`)
	for _, expr := range []struct{ expr, why string }{
		{`matches_schema({"name": "ant", "legs": 6}, "ant.json")`, ""},
		{`matches_schema({"name": "ant", "legs": 6.0}, "ant.json")`, ""},
		{`not matches_schema(json, "ant.json")`, ""},
		{`matches_schema(json, "ant.json")`, `matches_schema(json, "ant.json"): /a~1b~0c: got number, want null; /legs: multipleOf: got 7, want 2; /name: got number, want string`},
		{`matches_schema({"name": "ant"}, "ant.json")`, `/: missing property 'legs'`},
		{`json.list | matches_schema({"items": {"type": "integer"}})`, `/1: got string, want integer`},
		{`matches_schema(split("a b", " "), {"type": "array", "maxItems": 2})`, ""},
		{`matches_schema(json, {"type": vars.capital})`, `the schema is not valid`},
		{`matches_schema(json, vars.capital)`, `a schema's file must be named by a literal`},
		{`matches_schema(["x"], "draft7.json")`, ""},
		{`matches_schema([1], "draft7.json")`, `/0: got number, want string`},
		// One that is computed may be the model's: it names no file.
		{`matches_schema(1, {"$ref": vars.capital + ".json"})`, `the schema refers to the file Paris.json; only a schema that is written in the expression`},
		{`matches_schema(reduce(1..60, [#acc], 1), "exploding.json")`, `the validation was stopped: it takes more than 100000 steps`},
	} {
		a, err := c.Compile(expr.expr, sc)
		if err != nil {
			t.Errorf("%s: %v", expr.expr, err)
			continue
		}
		r := a.Check(s)
		if (r.Outcome == Pass) != (expr.why == "") || !strings.Contains(r.Why, expr.why) {
			t.Errorf("%s: %d %q, want %q", expr.expr, r.Outcome, r.Why, expr.why)
		}
	}
	if got := strings.Join(read, " "); strings.Count(got, "ant.json") != 1 {
		t.Errorf("files are read once: %s", got)
	}
}

// What is wrong with a schema is found when the assertion is compiled, at the
// schema.
func TestSchemaErrors(t *testing.T) {
	var read []string
	sc := schemaScope(schemaFiles, &read)
	for expr, want := range map[string]string{
		`matches_schema(json, "missing.json")`:     `cannot read the schema "missing.json": open missing.json: file does not exist`,
		`matches_schema(json, "broken.json")`:      `broken.json is not JSON: unexpected EOF`,
		`matches_schema(json, "invalid.json")`:     `the schema is not valid: /type: `,
		`matches_schema(json, "file.json")`:        `a schema refers to file:///etc/passwd: only files below the root can be referred to`,
		`matches_schema(json, "web.json")`:         `a schema refers to https://example.com/schema.json: only files`,
		`matches_schema(json, "up.json")`:          `open ../../../../secret.json: file does not exist`,
		`matches_schema(json, {"type": "strong"})`: `the schema is not valid: /type: `,
		`matches_schema(json, {"$ref": "#/x"})`:    `x`,
	} {
		_, err := NewCompiler().Compile(expr, sc)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) || strings.Contains(e.Message, "\n") {
			t.Errorf("%s: %v, want %q", expr, err, want)
			continue
		}
		if at := expr[e.Offset : e.Offset+e.Length]; !strings.HasPrefix(at, `"`) && !strings.HasPrefix(at, "{") {
			t.Errorf("%s: the error is at %q", expr, at)
		}
	}
	if _, err := NewCompiler().Compile(`matches_schema(json, "ant.json")`, scope()); err == nil || !strings.Contains(err.Error(), "no schema file can be read here") {
		t.Errorf("without files: %v", err)
	}
}

// A schema is shared by the goroutines that judge.
func TestSchemaConcurrently(t *testing.T) {
	var read []string
	a, err := NewCompiler().Compile(`matches_schema({"name": "ant", "legs": 6}, "ant.json")`, schemaScope(schemaFiles, &read))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s := subject(t)
			for range 50 {
				if r := a.Check(s); r.Outcome != Pass {
					t.Error(r.Why)
				}
			}
		})
	}
	wg.Wait()
}

// What a schema costs counts as the expression's work, however often it is
// asked and whoever computed it.
func TestTheWorkOfSchemasIsBounded(t *testing.T) {
	var read []string
	sc := schemaScope(schemaFiles, &read)
	wide := strings.TrimSuffix(strings.Repeat(`{"minLength": 1},`, 300), ",")
	for _, expr := range []string{
		`let wide = {"allOf": [` + wide + `]}; all(1..300000, matches_schema("x", wide))`,
		`all(1..300000, matches_schema(#, {"const": #}))`,
		`let long = repeat("x", 1000000); all(1..2000, matches_schema(long, {"pattern": "y|x"}))`,
	} {
		a, err := NewCompiler().Compile(expr, sc)
		if err != nil {
			t.Fatal(err)
		}
		if r := a.Check(subject(t)); !strings.Contains(r.Why, "takes more than 1000000 steps") {
			t.Errorf("%.60s: %q", expr, r.Why)
		}
	}
	s := newSchemas(nil)
	for i := range maxCompiled + 10 {
		if _, _, err := s.inline(map[string]any{"const": i}, false); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.compiled) > maxCompiled {
		t.Errorf("%d computed schemas are kept", len(s.compiled))
	}
}
