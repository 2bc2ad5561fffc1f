package exprlang

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"

	"github.com/expr-lang/expr/ast"
)

// A match takes time for each byte of the text and each instruction of the
// pattern, up to 10 ns, and memory and time to compile for each instruction.
const (
	// matchPerStep is how many bytes times instructions are one step.
	matchPerStep = 128
	// maxPattern bounds a pattern, and all that are written out in one
	// expression together, by their weight. "[a-z]{1000}" has a thousand.
	maxPattern = 5_000
	// stepsToCompile is what an instruction costs that is compiled in a run.
	stepsToCompile = 4
	// maxKept bounds the patterns that are kept compiled, by their weight: some
	// 100 bytes each.
	maxKept = 500_000
	// rangesPerWeight is how many ranges of characters weigh as much as an
	// instruction. \pL has some 700.
	rangesPerWeight = 8
)

var errPattern = &sentence{message: fmt.Sprintf("the regular expression is too large: it comes to more than %d instructions", maxPattern)}

// Pattern is a compiled regular expression with its size.
type Pattern struct {
	*regexp.Regexp
	patternSize
}

// Weight is how much the pattern is, in instructions of its program.
func (p *Pattern) Weight() int { return p.weight }

// Steps is the work of a match of a text.
func (p *Pattern) Steps(text string) int { return 1 + len(text)*p.instructions/matchPerStep }

// patternSize is about how many instructions a pattern compiles to, and what
// it weighs with its ranges of characters.
type patternSize struct{ instructions, weight int }

// patterns keeps compiled patterns by their text, for all programs and runs.
// It forgets all where they come to too much.
var patterns struct {
	sync.RWMutex
	kept   map[string]*Pattern
	weight int
}

// CompilePattern refuses what Go's regexp refuses, and what is too large. What
// it has to do is charged before it does.
func CompilePattern(text string, charge func(steps int) error) (*Pattern, error) {
	patterns.RLock()
	p := patterns.kept[text]
	patterns.RUnlock()
	if p != nil {
		return p, nil
	}
	if err := charge(len(text)); err != nil {
		return nil, err
	}
	size, err := measurePattern(text)
	if err == nil {
		err = charge(stepsToCompile * size.weight)
	}
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, &sentence{message: err.Error()}
	}
	p = &Pattern{re, size}
	p.keep(text)
	return p, nil
}

func (p *Pattern) keep(text string) {
	patterns.Lock()
	defer patterns.Unlock()
	if patterns.kept == nil || patterns.weight+p.weight > maxKept {
		patterns.kept, patterns.weight = map[string]*Pattern{}, 0
	}
	if patterns.kept[text] == nil {
		patterns.kept[text] = p
		patterns.weight += p.weight
	}
}

func measurePattern(text string) (patternSize, error) {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return patternSize{}, &sentence{message: err.Error()}
	}
	size := sizeOf(parsed)
	if size.weight > maxPattern {
		return size, errPattern
	}
	return size, nil
}

// sizeOf estimates what a part of a pattern compiles to, up to a bit more than
// maxPattern.
func sizeOf(re *syntax.Regexp) patternSize {
	size := patternSize{1, 1}
	switch re.Op {
	case syntax.OpLiteral:
		size = patternSize{len(re.Rune), len(re.Rune)}
	case syntax.OpCharClass:
		size.weight += len(re.Rune) / 2 / rangesPerWeight
	}
	for _, sub := range re.Sub {
		part := sizeOf(sub)
		size.instructions += part.instructions
		size.weight += part.weight
	}
	if re.Op == syntax.OpRepeat {
		times := max(re.Min, re.Max, 1)
		size.instructions *= times
		size.weight *= times
	}
	return patternSize{min(size.instructions, maxPattern+1), min(size.weight, maxPattern+1)}
}

// checkPatterns refuses an expression whose patterns are too large, before
// anything compiles them.
func checkPatterns(root ast.Node, source string) *Error {
	total := 0
	var problem *Error
	Inspect(root, func(n ast.Node) {
		b, ok := n.(*ast.BinaryNode)
		if !ok || b.Operator != "matches" || problem != nil {
			return
		}
		text, ok := b.Right.(*ast.StringNode)
		if !ok {
			return
		}
		size, err := measurePattern(text.Value)
		if total += size.weight; total > maxPattern {
			err = errPattern
		}
		if err == errPattern { // the type check reports what else is wrong
			problem = newError(source, b.Right.Location(), errPattern.message, "")
		}
	})
	return problem
}

// match counts the work of a match.
func (p *Pattern) match(f *frame, text string) (any, error) {
	if err := f.work(p.Steps(text)); err != nil {
		return nil, err
	}
	return p.MatchString(text), nil
}

// matches rewrites the operator matches, which is false for nil.
func (r *rewriter) matches(n *ast.BinaryNode) ast.Node {
	return r.call(n, func(f *frame, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return false, nil
		}
		text, okText := args[0].(string)
		source, okSource := args[1].(string)
		if !okText || !okSource {
			return nil, r.mismatch(n, args[0], args[1])
		}
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		p, err := CompilePattern(source, f.work)
		if err != nil {
			return nil, err
		}
		return p.match(f, text)
	}, r.rewrite(n.Left), r.rewrite(n.Right))
}
