package template

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/suite/internal/root"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// maxTemplateDepth bounds template files that fill in template files.
const maxTemplateDepth = 20

// environment is what the templates of one file may name: the variables of a
// shape, and the functions file, template and data, whose paths are relative
// to that file and literal, so that everything they read is known at load.
type environment struct {
	names *exprlang.Env
	types map[string]exprlang.Type
	rel   string // the file, relative to the root
	files *Files
	scope *Scope // what is being rendered, for template

	texts     map[string]*source.Value
	data      map[string]*source.Value
	templates map[string]*template
	// shared are the template files for these types by their paths below the
	// root: each is compiled once, however often it is filled in.
	shared map[string]*templateFile
	depth  int
}

// templateFile is a template file: its template is nil while it is being
// compiled, and where it is wrong.
type templateFile struct {
	template *template
	done     bool
}

// Files reads the text and data files that templates name, once each, and
// keeps account of the work of filling them in.
type Files struct {
	root  *root.Root
	work  *work.Budget
	texts map[string]*source.Value
	data  map[string]*source.Value
}

// NewFiles gives the files below a root, none of which is read yet.
func NewFiles(r *root.Root, w *work.Budget) *Files {
	return &Files{root: r, work: w, texts: map[string]*source.Value{}, data: map[string]*source.Value{}}
}

// Texts are the text files that were read, template files among them.
func (s *Files) Texts() iter.Seq[*source.Value] { return maps.Values(s.texts) }

// Data are the values of the data files that were read.
func (s *Files) Data() iter.Seq[*source.Value] { return maps.Values(s.data) }

// newEnvironment makes the environment of a file for variables of the types.
func newEnvironment(types map[string]exprlang.Type, rel string, files *Files) *environment {
	e := &environment{
		names: exprlang.NewEnv(), types: types, rel: rel, files: files,
		texts: map[string]*source.Value{}, data: map[string]*source.Value{}, templates: map[string]*template{},
		shared: map[string]*templateFile{},
	}
	for name, t := range types {
		e.names.Var(name, t)
	}
	e.names.Func("file", e.fileText, new(func(string) string))
	e.names.Func("data", e.dataValue, new(func(string) any))
	e.names.Func("template", e.fillIn, new(func(string) string))
	return e
}

// fileText is the function file: the text as it is.
func (e *environment) fileText(args ...any) (any, error) {
	if v := e.texts[args[0].(string)]; v != nil {
		return v.Text, nil
	}
	return nil, errors.New("file takes a literal path")
}

// dataValue is the function data: the value of a JSON or YAML file.
func (e *environment) dataValue(args ...any) (any, error) {
	if v := e.data[args[0].(string)]; v != nil {
		return v.Native(), nil
	}
	return nil, errors.New("data takes a literal path")
}

// fillIn is the function template: a file's text with its own templates
// filled in from the scope that is being rendered.
func (e *environment) fillIn(args ...any) (any, error) {
	t := e.templates[args[0].(string)]
	if t == nil {
		return nil, errors.New("template takes a literal path")
	}
	v, d := t.render(e.scope)
	if d != nil {
		return nil, *d
	}
	return v.Text, nil
}

// fileFunctions are the names that load looks for.
var fileFunctions = map[string]bool{"file": true, "template": true, "data": true}

// load reads the files that an expression names, at offset base of the
// string v, so that none is missing when the expression runs.
func (e *environment) load(v *source.Value, base int, program *exprlang.Program, diags *diagnostic.List) bool {
	calls := &callFinder{}
	node := program.Node()
	ast.Walk(&node, calls)
	ok := true
	for _, call := range calls.found {
		at, length := program.Span(call.path)
		lit, isLiteral := call.path.(*ast.StringNode)
		if !isLiteral {
			diags.Add(v.DiagnosticAt(base+at, length, call.name+" takes a literal path, so that what it reads is known before the run", ""))
			ok = false
			continue
		}
		if err := e.loadFile(call.name, lit.Value, diags); err != nil {
			if !errors.Is(err, errReported) {
				diags.Add(v.DiagnosticAt(base+at, length, fmt.Sprintf("cannot read %s: %v", diagnostic.Quote(lit.Value), err), ""))
			}
			ok = false
		}
	}
	return ok
}

// errReported is the error where diagnostics of their own explain what is wrong.
var errReported = errors.New("reported")

// loadFile reads one file for one of the file functions.
func (e *environment) loadFile(function, name string, diags *diagnostic.List) error {
	rel, err := e.files.root.Resolve(path.Dir(e.rel), name)
	if err != nil {
		return err
	}
	switch function {
	case "file":
		e.texts[name], err = e.files.text(rel)
	case "data":
		e.data[name], err = e.files.value(rel, diags)
	default:
		e.templates[name], err = e.templateFile(rel, diags)
	}
	return err
}

// templateFile compiles a template file in an environment of its own, since
// the paths in it are relative to it.
func (e *environment) templateFile(rel string, diags *diagnostic.List) (*template, error) {
	switch f := e.shared[rel]; {
	case f != nil && !f.done:
		return nil, errors.New("the template fills itself in, by itself or through others")
	case f != nil && f.template == nil:
		return nil, errReported
	case f != nil:
		return f.template, nil
	case e.depth >= maxTemplateDepth:
		return nil, fmt.Errorf("templates fill in templates more than %d deep", maxTemplateDepth)
	}
	text, err := e.files.text(rel)
	if err != nil {
		return nil, err
	}
	inner := newEnvironment(e.types, rel, e.files)
	inner.shared, inner.depth = e.shared, e.depth+1
	f := &templateFile{}
	e.shared[rel] = f
	t, ok := compileTemplate(text, inner, diags)
	f.done = true
	if !ok {
		return nil, errReported
	}
	f.template = t
	return t, nil
}

// text gives a file's text as a string value with a position.
func (s *Files) text(rel string) (*source.Value, error) {
	if v := s.texts[rel]; v != nil {
		return v, nil
	}
	s.root.Use(rel)
	data, err := s.root.Read(rel)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8 text")
	}
	if err := source.RefuseKey(string(data)); err != nil {
		return nil, err
	}
	v := source.New(s.root.Show(rel), rel, string(data)).Value()
	s.texts[rel] = v
	return v, nil
}

// value gives the value of a JSON or YAML file.
func (s *Files) value(rel string, diags *diagnostic.List) (*source.Value, error) {
	if v := s.data[rel]; v != nil {
		return v, nil
	}
	s.root.Use(rel)
	data, err := s.root.Read(rel)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{".json", ".yaml", ".yml"}, strings.ToLower(path.Ext(rel))) {
		return nil, errors.New("data reads .json, .yaml and .yml files; file reads any text")
	}
	docs, found := source.Parse(source.NewData(s.root.Show(rel), rel, string(data)))
	if len(found) > 0 {
		diags.Add(found...)
		return nil, errReported
	}
	if len(docs) != 1 {
		return nil, fmt.Errorf("it holds %d documents, expected one", len(docs))
	}
	s.data[rel] = docs[0]
	return docs[0], nil
}

// call is a call of a file function in an expression.
type call struct {
	name string
	path ast.Node
}

// callFinder collects the calls of file functions.
type callFinder struct{ found []call }

// Visit implements ast.Visitor.
func (f *callFinder) Visit(node *ast.Node) {
	c, ok := (*node).(*ast.CallNode)
	if !ok || len(c.Arguments) != 1 {
		return
	}
	if id, ok := c.Callee.(*ast.IdentifierNode); ok && fileFunctions[id.Value] {
		f.found = append(f.found, call{name: id.Value, path: c.Arguments[0]})
	}
}
