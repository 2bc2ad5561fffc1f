package assert

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// MaxClass is how long the name of a class may be, in bytes.
const MaxClass = 200

// Class is a compiled expression that gives the class of an answer, or the one
// that a case expects. It never changes and is safe for concurrent use.
type Class struct{ program *exprlang.Program }

// CompileClass compiles an expression that gives a class: text, a number, or
// true or false. The error is an *Error.
func (c *Compiler) CompileClass(expr string, scope *Scope) (*Class, error) {
	program, err := c.program(expr, scope)
	if err != nil {
		return nil, err
	}
	n := program.Type().Nature()
	value := n.Deref(nil)
	if program.IsAny() || value.IsString() || value.IsNumber() && !value.IsDuration() || value.IsBool() {
		return &Class{program}, nil
	}
	return nil, &Error{Length: len(expr), Message: fmt.Sprintf("a class is text, this gives %s", program.Type())}
}

// CompileExpected compiles an expression that gives the class that a case
// expects, which is known before anything is asked. The error is an *Error.
func (c *Compiler) CompileExpected(expr string, scope *Scope) (*Class, error) {
	class, err := c.CompileClass(expr, scope)
	if err != nil {
		return nil, err
	}
	if (&Assertion{class.program}).AsksAnswer() || class.program.Uses("sample") {
		return nil, &Error{
			Length: len(expr), Message: "expected uses something of the answer",
			Hint: "the expected class is known before anything is asked: vars.label",
		}
	}
	return class, nil
}

// UsesAnswer reports whether the expression names anything of an answer.
func (c *Class) UsesAnswer() bool { return (&Assertion{c.program}).UsesAnswer() }

// Uses reports whether the expression uses a top-level name.
func (c *Class) Uses(name string) bool { return c.program.Uses(name) }

// Of gives the class without the white space around it; "" is none. What is no
// text, number or truth value is an error, and so is what goes wrong inside of
// the expression. The class may be longer than MaxClass.
func (c *Class) Of(s *Subject) (string, error) {
	v, err := c.program.Run(s.names(c.program))
	if err != nil {
		var problem *Error
		if errors.As(err, &problem) {
			return "", errors.New(problem.Sentence())
		}
		return "", err
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return strings.TrimSpace(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case exprlang.Number:
		return v.String(), nil
	}
	if number, ok := exprlang.AsFloat(v); ok {
		return strconv.FormatFloat(number, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("expected a class, found %s", exprlang.Render(v, whyWidth))
}
