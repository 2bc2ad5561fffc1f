package possible

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// Outcome is what an expression can be.
type Outcome uint8

// The outcomes.
const (
	Open   Outcome = iota // true or false, or only a run tells
	Never                 // never true
	Always                // true whenever it can be evaluated
)

// Part is a piece of an expression's source, in bytes.
type Part struct{ Offset, Length int }

// Verdict is what an expression can be, and why.
type Verdict struct {
	Outcome Outcome
	// Decides is the part that decides.
	Decides Part
	// Given, unless its length is 0, is the part without which that could be
	// otherwise: it holds where Holds, and else it does not.
	Given Part
	Holds bool
	// Unless, of what is always true, is the first part that could be missing
	// or fail in a run; of no length where there is none.
	Unless Part
	// Useless, of an expression that is open, are the comparisons in it that
	// are always or never true.
	Useless []Useless
}

// Useless is a comparison that is always true, or never.
type Useless struct {
	Part
	Always bool
}

// Of judges an expression by its types and what is known beside them.
func Of(p *exprlang.Program, facts *Facts) Verdict {
	j := &judge{
		program: p, facts: facts, keys: map[ast.Node]string{}, constants: map[ast.Node]value{}, decided: map[ast.Node]bool{},
	}
	root := p.Tree()
	v := j.eval(root, nil)
	if j.steps > maxSteps {
		return Verdict{}
	}
	whole := v.restrict(boolKind)
	out := Verdict{}
	switch {
	case !whole.yes:
		out.Outcome = Never
	case !whole.no && v.kinds == boolKind:
		out.Outcome = Always
	default:
		out.Useless = j.useless(root)
		return out
	}
	if out.Outcome == Always && j.fails != nil {
		out.Unless = j.at(j.fails)
	}
	decides, given := j.why(root, out.Outcome == Always, nil)
	out.Decides = j.at(decides)
	if given != nil {
		out.Given, out.Holds = j.at(given.from), given.holds
	}
	return out
}

// at is where a part stands. All of an expression is its source: the place
// of a let is not its own.
func (j *judge) at(n ast.Node) Part {
	if n == j.program.Tree() {
		return Part{0, len(j.program.Source())}
	}
	if j.places == nil {
		j.places = j.program.Places()
	}
	offset, length := j.places(n)
	return Part{offset, length}
}

// condition that was assumed, as it was found.
type given struct {
	from  ast.Node
	holds bool
}

// why finds the part that makes a condition always true, or never, and what
// was assumed for that.
func (j *judge) why(n ast.Node, always bool, under *assumption) (ast.Node, *given) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return j.why(n.Node, !always, under)
		}
	case *ast.BinaryNode:
		and := n.Operator == "&&" || n.Operator == "and"
		or := n.Operator == "||" || n.Operator == "or"
		if and && !always || or && always {
			if left := j.eval(n.Left, under); always && !left.no || !always && !left.yes {
				return j.why(n.Left, always, under)
			}
			if after, ok := j.assume(n.Left, and, under); ok {
				return j.why(n.Right, always, after)
			}
		}
		if and || or {
			return n, nil
		}
	}
	if under == nil {
		return n, nil
	}
	if alone := j.eval(n, nil); always && !alone.no || !always && !alone.yes {
		return n, nil
	}
	return n, j.givenFor(n, under)
}

// givenFor finds what was assumed of a part of a comparison.
func (j *judge) givenFor(n ast.Node, under *assumption) *given {
	var found *given
	exprlang.Inspect(n, func(part ast.Node) {
		key := j.keys[part]
		if found != nil || key == "" {
			return
		}
		if a := under.of(key); a != nil {
			truth := under.of(j.keys[a.from])
			found = &given{from: a.from, holds: truth == nil || truth.value.yes}
		}
	})
	return found
}

// maxUseless bounds how many of an expression's parts are told.
const maxUseless = 10

// useless lists the first comparisons that are decided by themselves.
func (j *judge) useless(root ast.Node) []Useless {
	var out []Useless
	exprlang.Inspect(root, func(n ast.Node) {
		if always, ok := j.decided[n]; ok && len(out) < maxUseless {
			out = append(out, Useless{j.at(n), always})
		}
	})
	return slices.Clip(out)
}
