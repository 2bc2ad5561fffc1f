package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/evalrun/evalrun/suite/internal/source"
)

// compileSchema compiles a schema, which also holds it against the
// metaschema and resolves every reference.
func compileSchema(t testing.TB, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// readDocuments reads the documents of a suite file.
func readDocuments(t *testing.T, file string) (documents []*Value, readable bool) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parse := source.ParseYAML
	if filepath.Ext(file) == ".json" {
		parse = source.ParseJSON
	}
	documents, found := parse(source.New(file, file, string(data)))
	return documents, len(found) == 0
}

func TestSchemaTakesWhatLoads(t *testing.T) {
	schema := compileSchema(t, Schema())
	var files []string
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/ok/*.json", "../examples/suites/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s matches %d files: %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		documents, readable := readDocuments(t, file)
		if !readable {
			t.Errorf("%s cannot be read", file)
		}
		for _, doc := range documents {
			if err := schema.Validate(jsonValue(doc)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// semantic are the wrong suites whose fault no schema can see: it lies in an
// expression, in another file, in what layers make together, or in YAML that
// means something else than it seems to. Every other file of testdata/err is
// wrong in its structure.
var semantic = []string{
	"assert-comments", "assert-none", "assert-two-exprs", "cluster-unknown", "data-not-data", "data-wrong",
	"dataset-bad-json", "dataset-bad-jsonl", "dataset-bare-quote", "dataset-column-empty", "dataset-column-forms", "dataset-column-twice",
	"dataset-constant-name", "dataset-csv-number", "dataset-empty-file", "dataset-glob", "dataset-glob-large", "dataset-glob-stars", "dataset-inline-names",
	"dataset-kind", "dataset-list-of-text", "dataset-missing", "dataset-no-rows", "dataset-not-object",
	"dataset-not-utf8", "dataset-open-quote", "dataset-out-of-root", "dataset-same-names", "dataset-secret", "dataset-semicolons",
	"dataset-short-row", "dataset-types", "dataset-unknown-column", "document-image", "extra-body-both", "extra-body-messages", "header-characters",
	"image-absolute", "image-directory", "image-empty-file", "image-env", "image-from-data", "image-git",
	"image-is-pdf", "image-is-text", "image-missing", "image-out-of-root", "judge-incomplete", "judge-template", "judge-tool",
	"matrix-label-twice", "matrix-name",
	"matrix-too-many", "name-duplicate", "no-max-tokens", "no-messages", "no-model", "null-takes-away",
	"prefer-no-matrix", "prefer-over", "prefer-pinned", "prefer-turn",
	"repeat-need", "rubric-names", "rubric-no-judge", "rubric-template", "sampled-alone", "sampled-first", "sampled-twice", "spellings", "suite-name-duplicate", "system-only", "system-twice",
	"template-block", "template-cycle", "template-empty", "template-env", "template-file-computed",
	"template-file-cycle", "template-file-env", "template-file-escapes", "template-file-missing",
	"template-inside-file", "template-kind", "template-no-vars", "template-null", "template-syntax",
	"template-type", "template-unclosed", "template-unknown", "tool-results-expr", "tool-results-name",
	"tool-results-template", "max-turns-few", "turn-template-null", "yaml-hash",
}

func TestSchemaRefusesWrongStructure(t *testing.T) {
	schema := compileSchema(t, Schema())
	files, err := filepath.Glob("testdata/err/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range semantic {
		if !slices.Contains(files, "testdata/err/"+name+".yaml") {
			t.Errorf("%s is listed as semantic, but there is no such file", name)
		}
	}
	for _, file := range files {
		name := filepath.Base(file[:len(file)-len(".yaml")])
		documents, readable := readDocuments(t, file)
		refused := !readable || len(documents) == 0
		for _, doc := range documents {
			refused = refused || schema.Validate(jsonValue(doc)) != nil
		}
		if refused == slices.Contains(semantic, name) {
			t.Errorf("%s: the schema refuses it: %v; a fault that no schema can see must be listed as semantic, and no other", name, refused)
		}
	}
}

func TestDefaultsSchema(t *testing.T) {
	schema := compileSchema(t, DefaultsSchema())
	for text, want := range map[string]bool{
		"model: claude-opus-4-6\nassert: len(text) > 0\nx-a: &a 1\n": true,
		"temperature: null\nmatrix: {model: [a, b]}\n":               true,
		"name: a\n":                   false,
		"cases: [{name: a}]\n":        false,
		"skip: later\n":               false,
		"max_token: 5\n":              false,
		"metrics: {a b: len(text)}\n": false,
	} {
		docs, found := source.ParseYAML(source.New(defaultsFile, defaultsFile, text))
		if len(found) > 0 {
			t.Fatal(found)
		}
		if err := schema.Validate(jsonValue(docs[0])); (err == nil) != want {
			t.Errorf("%q: %v, want valid: %v", text, err, want)
		}
	}
}

// Every key says what it is, and every choice has a name: they are what an
// editor shows.
func TestKeysAreDescribed(t *testing.T) {
	var walk func(at string, value any)
	walk = func(at string, value any) {
		if list, ok := value.([]any); ok {
			for i, element := range list {
				walk(fmt.Sprintf("%s/%d", at, i), element)
			}
		}
		of, _ := value.(node)
		properties, _ := of["properties"].(node)
		for name, p := range properties {
			if p, ok := p.(node); ok && p["description"] == nil && p["$ref"] == nil {
				t.Errorf("%s: the key %s has no description", at, name)
			}
		}
		choices, _ := of["anyOf"].([]any)
		for i, c := range choices {
			if c := c.(node); c["title"] == nil && c["$ref"] == nil && c["allOf"] == nil && len(choices) > 1 {
				t.Errorf("%s: choice %d has no title", at, i)
			}
		}
		for key, part := range of {
			walk(at+"/"+key, part)
		}
	}
	for _, schema := range [][]byte{Schema(), DefaultsSchema()} {
		var of node
		if err := json.Unmarshal(schema, &of); err != nil {
			t.Fatal(err)
		}
		walk("", of)
	}
}

// The examples of the tables are values that the schema takes.
func TestKeyExamplesAreValid(t *testing.T) {
	schema := compileSchema(t, Schema())
	for _, l := range []level{suiteLevel, caseLevel} {
		own := node{}
		for _, table := range [][]key{fieldTable, ownTable} {
			for _, k := range table {
				if k.example != nil && l.takes(k.name) {
					own[k.name] = k.example
				}
			}
		}
		doc := node{"cases": []any{own}}
		if l == suiteLevel {
			doc = own
			doc["cases"] = []any{node{}}
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
}

func TestShapesKnowTheRoles(t *testing.T) {
	turn := definitions()["turn"].(node)["anyOf"].([]any)
	api := turn[len(turn)-2].(node)["properties"].(node)
	enum := api["role"].(node)["anyOf"].([]any)[0].(node)["enum"].([]any)
	for i, role := range roles {
		if enum[i] != role {
			t.Errorf("the schema's roles are %v, the loader's %v", enum, roles)
		}
	}
}

// jsonValue is a document as package jsonschema takes it.
func jsonValue(doc *Value) any {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc.AppendJSON(nil)))
	if err != nil {
		return err
	}
	return v
}
