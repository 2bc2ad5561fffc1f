package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// whereFlag describes --where of the commands that read a record.
const whereFlag = "only cases for which `EXPR` over name, suite, tags, vars and variant is true, such as vars.lang == \"de\""

// byFlag describes --by of the commands that read the record of one run.
const byFlag = "give the numbers for each value of `EXPR` too, such as vars.lang, tags or variant.model"

// caseExpr is an expression over the recorded cases of a run, which a flag
// gives. A case for which it has no value, as where its suite lacks the
// variable, is none that it chooses; the first such problem is kept.
type caseExpr struct {
	flag, source string
	programs     map[string]*exprlang.Program // by what is known of a case; nil where it does not compile
	problem      error
	without      int // cases without a value
}

func newCaseExpr(flag, source string) *caseExpr {
	return &caseExpr{flag: flag, source: source, programs: map[string]*exprlang.Program{}}
}

// maxPrograms bounds how many programs are kept: cases may all differ in what
// variables they have.
const maxPrograms = 1000

// value evaluates the expression for a case; it reports false where there is no
// value.
func (x *caseExpr) value(c *record.Case) (any, bool) {
	v, err := x.evaluate(c)
	if err != nil {
		x.problem = cmp.Or(x.problem, err)
		x.without++
	}
	return v, err == nil
}

func (x *caseExpr) evaluate(c *record.Case) (any, error) {
	text := string(c.Vars)
	if text == "" {
		text = "{}"
	}
	vars, err := exprlang.DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	tags, axes := make([]any, len(c.Tags)), make(map[string]any, len(c.Axes))
	for i, tag := range c.Tags {
		tags[i] = tag
	}
	for axis, label := range c.Axes {
		axes[axis] = label
	}
	varsType, axesType := exprlang.TypeOf(vars), exprlang.TypeOf(axes)
	key := exprlang.Shape(varsType) + "\x00" + exprlang.Shape(axesType)
	program := x.programs[key]
	if program == nil {
		env := exprlang.NewEnv()
		for name, t := range map[string]exprlang.Type{
			"name": exprlang.String, "suite": exprlang.String, "tags": exprlang.List(exprlang.String), "vars": varsType, "variant": axesType,
		} {
			env.Var(name, t)
		}
		if program, err = exprlang.Compile(x.source, env); err != nil {
			return nil, err
		}
		if len(x.programs) >= maxPrograms {
			clear(x.programs)
		}
		x.programs[key] = program
	}
	return program.Run(map[string]any{"name": c.Case, "suite": c.Suite, "tags": tags, "vars": vars, "variant": axes})
}

// wrong is an error of the expression, with its hint.
func (x *caseExpr) wrong(err error) error {
	d := diagnostic.Diagnostic{Message: fmt.Sprintf("%s %s: %v", x.flag, diagnostic.Quote(x.source), err)}
	if e := new(exprlang.Error); errors.As(err, &e) {
		d.Hint = e.Hint
	}
	return usage(d.Message, d.Hint)
}

// filter chooses cases of a record by --where. The zero value chooses all.
type filter struct{ source string }

// apply has the record give the chosen cases alone. It gives how many cases
// there are in all. None chosen is an error, since it is how a misspelt value
// shows; a note on stderr counts the cases for which the expression has no
// value.
func (f filter) apply(notes io.Writer, file *record.File) (all int, err error) {
	x := newCaseExpr("--where", f.source)
	kept, all, err := file.Only(func(c *record.Case) (bool, error) {
		v, ok := x.value(c)
		if _, isBool := v.(bool); ok && !isBool {
			return false, x.wrong(errors.New("it is neither true nor false"))
		}
		return v == true, nil
	})
	switch {
	case err != nil:
		return 0, err
	case kept == 0 && x.problem != nil:
		return 0, x.wrong(x.problem)
	case kept == 0:
		return 0, x.wrong(fmt.Errorf("none of the record's %s is chosen", wording.Count(all, "case")))
	case x.without > 0:
		fmt.Fprintf(notes, "--where has no value for %s, which %s left out: %v\n", wording.Count(x.without, "case"), inflected(x.without, "is", "are"), x.problem)
	}
	return all, nil
}

// only is apply for a side of a comparison; nil where all cases are compared.
func (f filter) only(notes io.Writer) func(*record.File) error {
	if f.source == "" {
		return nil
	}
	return func(file *record.File) error {
		_, err := f.apply(notes, file)
		return err
	}
}
