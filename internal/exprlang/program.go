package exprlang

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// Program is a compiled expression. It never changes and is safe for
// concurrent use.
type Program struct {
	source  string
	env     *Env
	checked ast.Node // parsed and type-checked, nothing put into it
	uses    map[string]bool
	program *vm.Program
	loops   bool // it has predicates
	// arguments are what the functions of families are called with.
	arguments map[string][]string

	once  sync.Once
	trace *traced
}

// Compile parses and type-checks an expression over the names of env. The
// error is an *Error.
func Compile(source string, env *Env) (program *Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			program, err = nil, &Error{Length: len(source), Message: fmt.Sprintf("the expression cannot be compiled: %v", r)}
		}
	}()
	if len(source) > maxSource {
		return nil, &Error{Length: len(source), Message: fmt.Sprintf("the expression is longer than %d bytes", maxSource)}
	}
	if strings.TrimSpace(source) == "" {
		return nil, &Error{Message: "the expression is empty"}
	}
	config := newConfig(env)
	tree, err := parser.ParseWithConfig(source, config)
	if err != nil {
		return nil, syntaxError(source, err)
	}
	if depth(tree.Node, maxDepth) > maxDepth || overloads(tree.Node, env) > maxOverloads {
		return nil, &Error{Length: len(source), Message: "the expression nests too deeply"}
	}
	if problem := checkPatterns(tree.Node, source); problem != nil {
		return nil, problem
	}
	env, arguments, problem := resolveFamilies(&tree.Node, source, env)
	if problem != nil {
		return nil, problem
	}
	uses, problem := resolveNames(tree.Node, source, env)
	if problem != nil {
		return nil, problem
	}
	if problem := check(tree, config, env, uses); problem != nil {
		return nil, problem
	}
	p := &Program{source: source, env: env, checked: tree.Node, uses: uses, arguments: arguments}
	Inspect(p.checked, func(n ast.Node) {
		if _, ok := n.(*ast.PredicateNode); ok {
			p.loops = true
		}
	})
	p.program, err = p.build(nil)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// newConfig is expr-lang's configuration for an Env. Its tables are shared by all
// that are made of the Env: making them takes as long as compiling a small
// expression. Nothing is optimised: the traced program must do what the plain one
// did.
func newConfig(env *Env) *conf.Config {
	shared := env.config
	shared.once.Do(func() {
		shared.Config = *conf.CreateNew()
		shared.Optimize = false
		for name, fn := range env.funcs {
			shared.Functions[name] = fn
		}
	})
	own := shared.Config
	return &own
}

// check checks the types of a tree.
func check(tree *parser.Tree, config *conf.Config, env *Env, uses map[string]bool) *Error {
	vars := types.Map{}
	for name := range uses {
		vars[name] = env.vars[name]
	}
	config.WithEnv(vars)
	for {
		_, err := checker.Check(tree, config)
		keep := &keepElementTypes{}
		ast.Walk(&tree.Node, keep)
		if keep.replaced {
			continue
		}
		if err != nil {
			return typeError(tree, err)
		}
		break
	}
	return checkCalls(tree)
}

// build compiles the rewritten tree, with probes unless they are nil.
func (p *Program) build(probes *probes) (*vm.Program, error) {
	r := &rewriter{source: p.source, env: p.env, functions: conf.FunctionsTable{}, probes: probes}
	root := r.rewrite(p.checked)
	config := &conf.Config{Functions: r.functions, ShortCircuit: true}
	program, err := compiler.Compile(&parser.Tree{Node: root, Source: file.NewSource(p.source)}, config)
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), "\n")
		return nil, &Error{Length: len(p.source), Message: translateRun(message)}
	}
	return program, nil
}

// Run evaluates the expression. values holds the value of every name that it
// uses, of the type that Env gave it; a value that is a func() (any, error) is
// called when the name is evaluated, each time. The error is an *Error.
func (p *Program) Run(values map[string]any) (any, error) {
	result, _, err := p.RunCounted(values)
	return result, err
}

// RunCounted is Run that also gives how many steps it took, with what it built
// counted as steps: it serves to bound the work of many runs.
func (p *Program) RunCounted(values map[string]any) (result any, steps int, err error) {
	f := frame{values: values, taken: &steps}
	if p.loops {
		result, err = p.run(new(machine), p.program, f)
		return result, steps, err
	}
	m := machines.Get().(*machine)
	defer machines.Put(m)
	result, err = p.run(m, p.program, f)
	return result, steps, err
}

// machine is what a run needs. A run with predicates leaves a scope behind in
// it for every one of their turns, so only those without share machines.
type machine struct {
	vm    vm.VM
	frame frame
}

var machines = sync.Pool{New: func() any { return new(machine) }}

func (p *Program) run(m *machine, program *vm.Program, f frame) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, &Error{Length: len(p.source), Message: translateRun(fmt.Sprint(r))}
		}
		if f.taken != nil {
			*f.taken = min(m.frame.steps, maxSteps) + min(m.frame.bytes, maxBytes)/bytesPerStep
		}
		m.frame = frame{}
	}()
	m.frame = f
	result, err = m.vm.Run(program, &m.frame)
	if err == nil {
		err = m.frame.walk(result)
	}
	if err != nil {
		return nil, runError(p.source, err)
	}
	return result, nil
}

// Source is the expression as it was written.
func (p *Program) Source() string { return p.source }

// NilMeaning is what it means that the result is nil, as Env.Nil has it; ""
// for most expressions.
func (p *Program) NilMeaning() string {
	r := rewriter{env: p.env}
	return r.nilMeaning(p.checked)
}

// Uses reports whether the expression uses a top-level name.
func (p *Program) Uses(name string) bool { return p.uses[name] }

// Names are the top-level names that the expression uses.
func (p *Program) Names() iter.Seq[string] { return maps.Keys(p.uses) }

// Node is the tree as it was parsed, before anything of ours was put into it:
// a new one each time. Locations count runes; Span converts them.
func (p *Program) Node() ast.Node {
	tree, err := parser.Parse(p.source)
	if err != nil {
		return &ast.NilNode{}
	}
	return tree.Node
}

// Span is where a node's own token is in the source, in bytes: the name
// of an identifier, of a member or of a function, the sign of an operator.
func (p *Program) Span(n ast.Node) (offset, length int) {
	at := spanOf(p.source, n.Location())
	return at.from, at.to - at.from
}

// Type is the static type of the result.
func (p *Program) Type() Type { return natureType{*p.checked.Nature()} }

// IsBool reports whether the result is known to be true or false.
func (p *Program) IsBool() bool { return p.checked.Nature().IsBool() }

// IsAny reports whether the type of the result is known only in a run.
func (p *Program) IsAny() bool {
	return unknownType(p.checked.Nature())
}

// asFileError finds expr-lang's own error in an error.
func asFileError(err error) (*file.Error, bool) {
	var fe *file.Error
	ok := errors.As(err, &fe)
	return fe, ok
}
