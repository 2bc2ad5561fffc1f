package assert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// schemaFunction is the name of the function that checks a value against a
// JSON Schema, of draft 2020-12 unless it says otherwise.
const schemaFunction = "matches_schema"

// schemas are the JSON Schemas that the expressions of one directory use,
// each compiled once. Files are read while expressions are compiled, never
// while they run. It is safe for concurrent use.
type schemas struct {
	read func(path string) ([]byte, error)

	mu       sync.Mutex
	compiled map[string]*schema // by path, or by the JSON of a map
}

func newSchemas(read func(string) ([]byte, error)) *schemas {
	return &schemas{read: read, compiled: map[string]*schema{}}
}

// file compiles a schema file, or finds it compiled.
func (s *schemas) file(name string) (*schema, error) {
	if s.read == nil {
		return nil, errors.New("no schema file can be read here")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.compiled[name]; ok {
		return c, nil
	}
	c, err := compileSchema(schemaURL(name), nil, s.read)
	if err != nil {
		return nil, err
	}
	s.compiled[name] = c
	return c, nil
}

// maxCompiled bounds how many schemas are kept that are computed in a run.
const maxCompiled = 1000

// inline compiles a schema that is written out or computed, or finds it
// compiled; steps is the work that this was. One that is computed may be data,
// even the model's: no file is read for it.
func (s *schemas) inline(value any, written bool) (c *schema, steps int, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, 0, fmt.Errorf("the schema is not JSON: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.compiled[string(text)]; ok {
		return c, 0, nil
	}
	read := s.read
	if !written && read != nil {
		read = refuseFile
	}
	if c, err = compileSchema(schemaURL("inline schema"), jsonValue(value), read); err != nil {
		return nil, 0, err
	}
	if written || len(s.compiled) < maxCompiled {
		s.compiled[string(text)] = c
	}
	return c, compileSteps + len(text), nil
}

// compileSteps is what compiling the smallest schema costs in steps.
const compileSteps = 100

// refuseFile is what a schema reads that no suite has written.
func refuseFile(name string) ([]byte, error) {
	return nil, fmt.Errorf("the schema refers to the file %s; only a schema that is written in the expression or in a file may", name)
}

// match is matches_schema(value, schema): whether the value is valid, with
// all violations where it is not. The schema is a map, or the path of a file
// as a literal.
func (s *schemas) match(args ...any) (any, error) {
	c, compiling, err := s.find(args[1])
	if err != nil {
		return nil, err
	}
	violations, validating, err := c.validate(args[0])
	if err != nil {
		return nil, err
	}
	return exprlang.Because{Value: len(violations) == 0, Reasons: violations, Steps: compiling + validating}, nil
}

// find gives a compiled schema, and the steps that it took to compile it.
func (s *schemas) find(which any) (*schema, int, error) {
	switch which := which.(type) {
	case map[string]any:
		return s.inline(which, false)
	case string:
		s.mu.Lock()
		defer s.mu.Unlock()
		if c, ok := s.compiled[which]; ok {
			return c, 0, nil
		}
		return nil, 0, errors.New("a schema's file must be named by a literal: it is read before anything is sent")
	}
	return nil, 0, fmt.Errorf("a schema is a map or the path of a file, found %s", exprlang.Render(which, 40))
}

// jsonValue is a value of expressions as package jsonschema takes it: a number
// from 2⁵³ on by its digits, what only expr-lang's own functions give as lists
// and maps like all others.
func jsonValue(v any) any {
	switch v := v.(type) {
	case exprlang.Number:
		return v.JSON()
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = jsonValue(item)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, item := range v {
			m[key] = jsonValue(item)
		}
		return m
	case nil, bool, int, float64, string:
		return v
	}
	text, err := exprlang.AppendJSON(nil, v)
	if err != nil {
		return v
	}
	decoded, err := exprlang.DecodeJSON(string(text))
	if err != nil {
		return v
	}
	return jsonValue(decoded)
}

// schema is one compiled schema. Its meter counts the work of one validation,
// so there is one at a time.
type schema struct {
	mu    sync.Mutex
	meter *meter
	root  *jsonschema.Schema
	files []File
}

// validate lists the violations of a value, each with its JSON Pointer, and
// says how many steps it took.
func (s *schema) validate(v any) (violations []string, steps int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			violations, steps, err = nil, 0, fmt.Errorf("%v", r)
		}
	}()
	s.meter.count = 0
	invalid := s.root.Validate(jsonValue(v))
	var list *jsonschema.ValidationError
	if errors.As(invalid, &list) {
		violations = violationsOf(list)
		slices.Sort(violations)
		return slices.Compact(violations), s.meter.count, nil
	}
	return nil, s.meter.count, invalid
}

var english = message.NewPrinter(language.English)

// violationsOf are the innermost errors of a validation: the outer ones only
// say that there are inner ones.
func violationsOf(e *jsonschema.ValidationError) []string {
	if len(e.Causes) == 0 {
		if extra, ok := e.ErrorKind.(*kind.AdditionalProperties); ok {
			slices.Sort(extra.Properties) // they come in the order of a Go map
		}
		at := "/" + strings.Join(pointer(e.InstanceLocation), "/")
		return []string{at + ": " + e.ErrorKind.LocalizedString(english)}
	}
	var list []string
	for _, cause := range e.Causes {
		list = append(list, violationsOf(cause)...)
	}
	return list
}

// pointer escapes the tokens of a JSON Pointer (RFC 6901).
func pointer(tokens []string) []string {
	escaped := make([]string, len(tokens))
	for i, t := range tokens {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(t)
	}
	return escaped
}

// schemaRoot is where the directory of a suite is in the URLs of schemas:
// deep enough for any number of ../ that leads anywhere.
var schemaRoot = "suite:///" + strings.Repeat("d/", 32)

// schemaURL is the URL of a file, by its path from the suite's directory.
func schemaURL(name string) string {
	u := url.URL{Path: path.Join(strings.TrimPrefix(schemaRoot, "suite://"), name)}
	return "suite://" + u.EscapedPath()
}

// schemaPath is the path from the suite's directory of what a URL names.
func schemaPath(location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "suite" {
		return "", fmt.Errorf("a schema refers to %s: only files below the root can be referred to", location)
	}
	root := strings.Split(strings.Trim(strings.TrimPrefix(schemaRoot, "suite://"), "/"), "/")
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	common := 0
	for common < len(root) && common < len(parts)-1 && root[common] == parts[common] {
		common++
	}
	return strings.Repeat("../", len(root)-common) + path.Join(parts[common:]...), nil
}

// loader reads the files that a schema refers to.
type loader struct {
	read func(string) ([]byte, error)
}

// Load implements jsonschema.URLLoader.
func (l loader) Load(location string) (any, error) {
	name, err := schemaPath(location)
	if err != nil {
		return nil, err
	}
	if l.read == nil {
		return nil, fmt.Errorf("%s: no file can be read here", name)
	}
	data, err := l.read(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the schema %q: %w", name, err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", name, err)
	}
	return v, nil
}
