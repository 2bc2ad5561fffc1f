package assert

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// Error is what is wrong with an expression. Its offset and length are bytes
// of the expression's source.
type Error = exprlang.Error

// Scope is what is known of a case when its assertions are compiled. It must
// not change afterwards.
type Scope struct {
	// Vars are the case's variables as native values (string, int, float64,
	// bool, nil, []any, map[string]any): their types come from these.
	Vars map[string]any
	// Axes are the names of the variant's axes.
	Axes []string
	// Dir is what ReadFile's paths are relative to. Assertions of scopes with
	// one Dir share the files that they read.
	Dir string
	// ReadFile reads a file for matches_schema. The caller binds it to the
	// root. Nil: no file can be read.
	ReadFile func(path string) ([]byte, error)

	once  sync.Once
	shape string
}

// key differs for scopes in which the same expression means something else.
func (s *Scope) key() string {
	s.once.Do(func() {
		axes := slices.Sorted(slices.Values(s.Axes))
		s.shape = exprlang.Shape(exprlang.TypeOf(varsOf(s.Vars))) + "\x00" + strings.Join(axes, "\x01") + "\x00" + s.Dir
	})
	return s.shape
}

// Compiler compiles assertions and metrics. It keeps what it has compiled by
// expression and by the shape of the variables, and is safe for concurrent
// use.
type Compiler struct {
	mu       sync.Mutex
	envs     map[string]*environment // by a scope's key
	schemas  map[string]*schemas     // by a scope's Dir
	programs map[programKey]*compilation
}

// compilation is an expression that is compiled once, by whoever needs it first.
type compilation struct {
	once    sync.Once
	program *exprlang.Program
	files   []File
	err     error
}

// environment is what the expressions of equal scopes see.
type environment struct {
	*exprlang.Env
	schemas *schemas
}

type programKey struct{ scope, expr string }

// NewCompiler makes a Compiler that has compiled nothing yet.
func NewCompiler() *Compiler {
	return &Compiler{
		envs:     map[string]*environment{},
		schemas:  map[string]*schemas{},
		programs: map[programKey]*compilation{},
	}
}

// Compile compiles an assertion: an expression that gives true or false. The
// error is an *Error.
func (c *Compiler) Compile(expr string, scope *Scope) (*Assertion, error) {
	program, err := c.program(expr, scope)
	if err != nil {
		return nil, err
	}
	if !program.IsBool() && !program.IsAny() {
		return nil, &Error{
			Length:  len(expr),
			Message: fmt.Sprintf("an assertion gives true or false, this gives %s", program.Type()),
		}
	}
	return &Assertion{program: program}, nil
}

// program compiles an expression, or finds it compiled.
func (c *Compiler) program(expr string, scope *Scope) (*exprlang.Program, error) {
	of, env := c.compilation(expr, scope)
	of.once.Do(func() {
		if of.program, of.err = exprlang.Compile(expr, env.Env); of.err == nil {
			of.files, of.err = env.schemas.prepare(of.program)
		}
	})
	if of.err != nil {
		return nil, of.err
	}
	return of.program, nil
}

// compilation finds or begins what an expression is compiled to.
func (c *Compiler) compilation(expr string, scope *Scope) (*compilation, *environment) {
	key := programKey{scope.key(), expr}
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.programs[key]
	if of == nil {
		of = &compilation{}
		c.programs[key] = of
	}
	return of, c.environment(scope)
}

// File is a file that an expression was compiled with, such as a schema.
type File struct {
	Path string // from the Dir of the Scope
	Data []byte
}

// Files are what was read to compile an expression, files that others refer to
// as well. The expression must have been compiled.
func (c *Compiler) Files(expr string, scope *Scope) []File {
	of, _ := c.compilation(expr, scope)
	return of.files
}

// environment makes or finds the environment of a scope. The caller holds the
// lock.
func (c *Compiler) environment(scope *Scope) *environment {
	if env, ok := c.envs[scope.key()]; ok {
		return env
	}
	s, ok := c.schemas[scope.Dir]
	if !ok {
		s = newSchemas(scope.ReadFile)
		c.schemas[scope.Dir] = s
	}
	env := &environment{newEnv(scope, s), s}
	c.envs[scope.key()] = env
	return env
}
