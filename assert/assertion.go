package assert

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// Outcome is what came of an assertion.
type Outcome uint8

// The outcomes.
const (
	Fail Outcome = iota
	Pass
)

// Result is the outcome of one assertion over one subject.
type Result struct {
	Outcome Outcome
	// Why says in one line why it failed: the values of its names, or the
	// sentence of what went wrong. It holds untrusted text. "" on a pass.
	Why string
	// Trace is what every part of a failed expression was; nil on a pass.
	Trace Trace
}

// Assertion is a compiled assertion. It never changes and is safe for
// concurrent use.
type Assertion struct{ program *exprlang.Program }

// Uses reports whether the expression uses a top-level name.
func (a *Assertion) Uses(name string) bool { return a.program.Uses(name) }

// ExpectsError reports whether the expression names error, so that an error
// of the API may be what it waits for.
func (a *Assertion) ExpectsError() bool { return a.program.Uses("error") }

// AsksAnswer reports whether the expression uses a name that another
// answer, or another conversation, could change.
func (a *Assertion) AsksAnswer() bool {
	for _, name := range []string{"turns", "prefilled_text"} {
		if a.program.Uses(name) {
			return true
		}
	}
	for name := range exchangeType {
		if a.program.Uses(name) {
			return true
		}
	}
	return false
}

// Check evaluates the assertion.
func (a *Assertion) Check(s *Subject) Result {
	v, err := a.program.Run(s.names(a.program))
	if err == nil && v == true {
		return Result{Outcome: Pass}
	}
	return a.explain(s, v, err)
}

// Holds evaluates the assertion as a condition, such as when: whether it is
// true, or the *Error of what went wrong.
func (a *Assertion) Holds(s *Subject) (bool, error) {
	v, err := a.program.Run(s.names(a.program))
	if err != nil {
		return false, err
	}
	holds, isBool := v.(bool)
	if !isBool {
		return false, notBool(a.program.Source(), v)
	}
	return holds, nil
}

// notBool is the error of a value that is neither true nor false.
func notBool(source string, v any) *Error {
	return &Error{
		Length:  len(source),
		Message: fmt.Sprintf("expected true or false, found %s", exprlang.Render(v, whyWidth)),
	}
}

// explain says why an assertion failed. v and err are what the run gave.
func (a *Assertion) explain(s *Subject, v any, err error) Result {
	e := a.program.Explain(s.names(a.program))
	r := Result{Why: e.Why, Trace: trace(e)}
	switch _, isBool := v.(bool); {
	case err != nil:
		r.Why = err.Error()
		if problem, ok := err.(*Error); ok {
			r.Why = problem.Sentence()
		}
	case !isBool:
		r.Why = notBool(a.program.Source(), v).Message
	}
	return r
}

// whyWidth bounds a value in Why, in characters.
const whyWidth = 120

// trace is an explanation in the form of the record.
func trace(e *exprlang.Explanation) Trace {
	steps := make(Trace, len(e.Parts))
	for i, p := range e.Parts {
		steps[i] = Step(p)
	}
	return steps
}
