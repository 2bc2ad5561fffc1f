package exprlang

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser/utils"
)

// Env is the strict set of names an expression may use. It is built once and
// then only read: after the last Var and Func it is safe for concurrent use.
type Env struct {
	vars  map[string]Type
	funcs map[string]*builtin.Function
	costs map[string]func(args []any) int
	// subjects are the variables that functions take before their arguments.
	subjects map[string]string
	nils     map[string]string
	hints    map[string]string // of names that are none
	// families are functions whose calls are variables.
	families map[string]func(argument string) (Type, error)
	config   *sharedConfig
}

// sharedConfig is expr-lang's configuration for an Env, made when its first
// expression is compiled.
type sharedConfig struct {
	once sync.Once
	conf.Config
}

// NewEnv is an Env with expr-lang's own functions and no variables.
func NewEnv() *Env {
	return &Env{
		vars:     map[string]Type{},
		funcs:    map[string]*builtin.Function{},
		costs:    map[string]func([]any) int{},
		subjects: map[string]string{},
		nils:     map[string]string{},
		hints:    map[string]string{},
		families: map[string]func(string) (Type, error){},
		config:   &sharedConfig{},
	}
}

// Var adds a variable. Functions win over a variable of the same name: an
// expression that means the variable gets an error when it is compiled.
func (e *Env) Var(name string, t Type) { e.vars[name] = t }

// Func adds a function. Its signatures are functions, or pointers to
// functions, whose types say what it takes and gives; without any it takes
// and gives anything. Its error is shown as it is: a plain sentence. It must
// be safe for concurrent use and must not change its arguments.
func (e *Env) Func(name string, fn func(args ...any) (any, error), signatures ...any) {
	f := &builtin.Function{Name: name, Func: fn}
	for _, s := range signatures {
		t := reflect.TypeOf(s)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Func {
			panic(fmt.Sprintf("exprlang: signature of %s is no function: %s", name, t))
		}
		f.Types = append(f.Types, t)
	}
	e.funcs[name] = f
}

// Cost says what a call of a function costs in steps, for functions whose
// work grows faster than their arguments.
func (e *Env) Cost(name string, cost func(args []any) int) { e.costs[name] = cost }

// Over makes a variable the subject of a function: a call has its value before
// the arguments that are written, and uses its name. Signatures are of the
// written arguments alone.
func (e *Env) Over(function, variable string) { e.subjects[function] = variable }

// Nil says what it means that a variable is nil: the sentence that an
// expression gets which asks for a part of it, or computes with it.
func (e *Env) Nil(name, meaning string) { e.nils[name] = meaning }

// Names lists the variables that can be written bare, sorted.
func (e *Env) Names() []string {
	names := make([]string, 0, len(e.vars))
	for name := range e.vars {
		if !e.isFunction(name) && writable(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// keywords are what the parser reads as something else than a name.
var keywords = []string{
	"true", "false", "nil", "not", "and", "or", "in", "let", "if", "else",
	"matches", "contains", "startsWith", "endsWith",
}

// writable reports whether a name can be written bare.
func writable(name string) bool {
	return utils.IsValidIdentifier(name) && !strings.HasPrefix(name, "$") && !slices.Contains(keywords, name)
}

// isFunction reports whether a name is a function, ours or expr-lang's.
func (e *Env) isFunction(name string) bool {
	if e.funcs[name] != nil || e.families[name] != nil {
		return true
	}
	_, ok := builtin.Index[name]
	return ok
}

// functionNames lists all functions, sorted.
func (e *Env) functionNames() []string {
	names := slices.Collect(maps.Keys(e.funcs))
	names = slices.AppendSeq(names, maps.Keys(e.families))
	names = append(names, builtin.Names...)
	slices.Sort(names)
	return slices.Compact(names)
}
