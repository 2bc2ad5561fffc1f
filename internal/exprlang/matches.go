package exprlang

import (
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

const (
	// smallPattern is how many instructions a pattern may have whose matches
	// are not counted as work.
	smallPattern = 200
	// instructionsPerStep is how many instructions of a pattern cost as much
	// as comparing a text does.
	instructionsPerStep = 32
	// stepsToCompile is what an instruction costs that is compiled in a run.
	stepsToCompile = 4
)

// pattern is a compiled regular expression and its number of instructions.
type pattern struct {
	*regexp.Regexp
	size int
}

// compilePattern refuses what Go's regexp refuses.
func compilePattern(text string) (*pattern, error) {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, &sentence{message: err.Error()}
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, &sentence{message: err.Error()}
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, &sentence{message: err.Error()}
	}
	return &pattern{re, len(program.Inst)}, nil
}

// match counts the work of a match: it grows with text and pattern.
func (p *pattern) match(f *frame, text string) (any, error) {
	if err := f.work(len(text) / bytesPerStep * (1 + p.size/instructionsPerStep)); err != nil {
		return nil, err
	}
	return p.MatchString(text), nil
}

// matches rewrites the operator matches, which is false for nil.
func (r *rewriter) matches(n *ast.BinaryNode) ast.Node {
	c := *n
	c.Left, c.Right = r.rewrite(n.Left), r.rewrite(n.Right)
	var constant *pattern
	if s, ok := n.Right.(*ast.StringNode); ok {
		constant, _ = compilePattern(s.Value) // the type check has found no error
	}
	if constant != nil && constant.size <= smallPattern && isString(n.Left) && r.loops == 0 {
		return &c
	}
	left, right := r.text(n.Left), r.text(n.Right)
	return r.call(n, func(f *frame, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return false, nil
		}
		text, okText := args[0].(string)
		source, okSource := args[1].(string)
		if !okText || !okSource {
			return nil, mismatch("matches", left, right, args[0], args[1])
		}
		if constant != nil {
			return constant.match(f, text)
		}
		p, err := compilePattern(source)
		if err != nil {
			return nil, err
		}
		if err := f.work(stepsToCompile * p.size); err != nil {
			return nil, err
		}
		return p.match(f, text)
	}, c.Left, c.Right)
}
