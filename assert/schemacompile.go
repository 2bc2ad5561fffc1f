package assert

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// compileSchema compiles the schema at a URL, or the given one as if it stood
// there. What it refers to is read by read alone.
func compileSchema(location string, inline any, read func(string) ([]byte, error)) (*schema, error) {
	s := &schema{}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(loader{s.reading(read)})
	patterns := &patterns{meter: &meter{seen: map[*jsonschema.Schema]bool{}}, compiled: map[string]pattern{}}
	c.UseRegexpEngine(patterns.compile)
	if inline != nil {
		if err := c.AddResource(location, inline); err != nil {
			return nil, schemaError(err)
		}
	}
	root, err := c.Compile(location)
	if err != nil {
		return nil, schemaError(err)
	}
	patterns.compiled = nil
	s.root, s.meter = root, patterns.meter
	s.meter.attach(root)
	return s, nil
}

// reading notes what is read for a schema.
func (s *schema) reading(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	if read == nil {
		return nil
	}
	return func(name string) ([]byte, error) {
		data, err := read(name)
		if err == nil {
			s.files = append(s.files, File{name, data})
		}
		return data, err
	}
}

// maxPatterns bounds the regular expressions of a schema together, by their
// weight.
const maxPatterns = 50_000

// patterns compiles the regular expressions of a schema.
type patterns struct {
	meter    *meter
	compiled map[string]pattern // nil once the schema is compiled
	weight   int
}

// pattern is a regular expression whose matches the meter counts.
type pattern struct {
	*exprlang.Pattern
	meter *meter
}

// MatchString implements jsonschema.Regexp.
func (p pattern) MatchString(text string) bool {
	p.meter.spend(p.Steps(text))
	return p.Pattern.MatchString(text)
}

// compile implements jsonschema.RegexpEngine. Once the schema is compiled it is
// asked about values alone, which are to be regular expressions: those count as
// work and are not kept.
func (ps *patterns) compile(text string) (jsonschema.Regexp, error) {
	if p, ok := ps.compiled[text]; ok {
		return p, nil
	}
	compiled, err := exprlang.CompilePattern(text, func(steps int) error {
		if ps.compiled == nil {
			ps.meter.spend(steps)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p := pattern{compiled, ps.meter}
	if ps.compiled == nil {
		return p, nil
	}
	if ps.weight += compiled.Weight(); ps.weight > maxPatterns {
		return nil, fmt.Errorf("the regular expressions of the schema come to more than %d instructions", maxPatterns)
	}
	ps.compiled[text] = p
	return p, nil
}

// schemaError says in one line why a schema cannot be compiled.
func schemaError(err error) error {
	var invalid *jsonschema.SchemaValidationError
	var violations *jsonschema.ValidationError
	var load *jsonschema.LoadURLError
	switch {
	case errors.As(err, &invalid) && errors.As(invalid.Err, &violations):
		return fmt.Errorf("the schema is not valid: %s", strings.Join(violationsOf(violations), "; "))
	case errors.As(err, &load):
		return load.Err
	}
	text := strings.ReplaceAll(err.Error(), schemaRoot, "")
	return errors.New(strings.Join(strings.Fields(text), " "))
}

// prepare compiles the schemas that an expression writes out or names, so
// that what is wrong with them is found before anything is sent. It gives the
// files that they were read from.
func (s *schemas) prepare(p *exprlang.Program) (files []File, err error) {
	if !strings.Contains(p.Source(), schemaFunction) {
		return nil, nil
	}
	var problem error
	exprlang.Inspect(p.Node(), func(n ast.Node) {
		call, ok := n.(*ast.CallNode)
		if !ok || problem != nil || len(call.Arguments) != 2 {
			return
		}
		if name, ok := call.Callee.(*ast.IdentifierNode); !ok || name.Value != schemaFunction {
			return
		}
		c, err := s.prepareOne(call.Arguments[1])
		if err != nil {
			offset, length := p.Span(call.Arguments[1])
			problem = &Error{Offset: offset, Length: length, Message: err.Error()}
		}
		if c != nil {
			files = append(files, c.files...)
		}
	})
	return files, problem
}

// prepareOne compiles the schema that an argument is, if it is a literal.
func (s *schemas) prepareOne(n ast.Node) (c *schema, err error) {
	v, ok := exprlang.Literal(n)
	if !ok {
		return nil, nil
	}
	switch v := v.(type) {
	case string:
		c, err = s.file(v)
	case map[string]any:
		c, _, err = s.inline(v, true)
	}
	return c, err
}
