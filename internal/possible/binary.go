package possible

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// comparisons are the operators that hold two values against each other.
var comparisons = []string{"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches"}

func (j *judge) binary(n *ast.BinaryNode, under *assumption) value {
	switch n.Operator {
	case "&&", "and":
		return j.connective(n, true, under)
	case "||", "or":
		return j.connective(n, false, under)
	case "??":
		left := j.eval(n.Left, under)
		if left.kinds&nilKind == 0 && !left.dead() {
			return left
		}
		return left.restrict(anyKind &^ nilKind).join(j.eval(n.Right, under))
	}
	left, right := j.eval(n.Left, under), j.eval(n.Right, under)
	if !slices.Contains(comparisons, n.Operator) {
		return j.arithmetic(n, left, right)
	}
	out := j.compare(n, left, right)
	if under != nil {
		left, right = j.eval(n.Left, nil), j.eval(n.Right, nil)
	}
	if alone := j.compare(n, left, right); alone.yes != alone.no {
		j.decided[n] = alone.yes
	}
	return out
}

// connective is && (of true) or || (of false): the right side is looked at
// under the assumption that the left one has not decided.
func (j *judge) connective(n *ast.BinaryNode, and bool, under *assumption) value {
	left := j.condition(n.Left, j.eval(n.Left, under))
	right := nothing
	goesOn := and && left.yes || !and && left.no
	if after, ok := j.assume(n.Left, and, under); ok && goesOn {
		right = j.condition(n.Right, j.eval(n.Right, after))
	}
	if and {
		return truth(right.yes, left.no || right.no)
	}
	return truth(left.yes || right.yes, right.no)
}

// arithmetic bounds sums and differences, and what is multiplied by a
// constant.
func (j *judge) arithmetic(n *ast.BinaryNode, left, right value) value {
	out := typed(n.Nature())
	numbers := left.kinds == numberKind && right.kinds == numberKind
	if !numbers && (left.kinds != durationKind || right.kinds != durationKind) {
		j.mayFail(n)
		return out
	}
	switch n.Operator {
	case "+":
		out.span = left.span.add(right.span)
	case "-":
		out.span = left.span.add(right.span.negate())
	case "*":
		out.span = product(left.span, right.span)
	case "/", "%":
		j.mayFail(n)
		return out
	default:
		return out
	}
	return out.tidy()
}

// product bounds what two numbers that are not negative make.
func product(a, b span) span {
	if a.low < 0 || b.low < 0 {
		return everything
	}
	return span{low: a.low * b.low, high: everything.high}.exact()
}

// compare is what a comparison of two values can be.
func (j *judge) compare(n *ast.BinaryNode, left, right value) value {
	switch {
	case left.dead() || right.dead():
		return nothing
	case left.only != nil && right.only != nil && len(left.only)*len(right.only) <= maxSet:
		return j.compareConstants(n, left.only, right.only)
	}
	if key := j.key(n.Left); key != "" && key == j.key(n.Right) && !j.mayBeNaN(n.Left) {
		if v, ok := j.same(n, left); ok {
			return v
		}
	}
	switch n.Operator {
	case "==":
		return equal(left, right)
	case "!=":
		v := equal(left, right)
		return truth(v.no, v.yes)
	case "<", "<=", ">", ">=":
		return j.order(n, left, right)
	case "in":
		return j.in(n, left, right)
	case "matches":
		return j.matches(n, left, right)
	}
	return j.substring(n, left, right)
}

// compareConstants evaluates the comparison of every two constants.
func (j *judge) compareConstants(n *ast.BinaryNode, left, right []any) value {
	out := nothing
	for _, a := range left {
		for _, b := range right {
			result, ok := exprlang.Compare(n.Operator, a, b)
			if !ok {
				j.mayFail(n)
				continue
			}
			out = out.join(truth(result, !result))
		}
	}
	return out
}

// same is the comparison of a value with itself.
func (j *judge) same(n *ast.BinaryNode, v value) (value, bool) {
	switch n.Operator {
	case "==":
		return truth(true, false), true
	case "!=":
		return truth(false, true), true
	case "<", ">":
		j.order(n, v, v)
		return truth(false, true), true
	case "<=", ">=":
		j.order(n, v, v)
		return truth(true, false), true
	}
	return value{}, false
}

// equal tells whether two values can be equal, and whether they can differ.
func equal(a, b value) value {
	canEqual := overlap(a, b)
	if a.only != nil || b.only != nil {
		canEqual = meets(a, b)
	}
	one := a.kinds == numberKind && b.kinds == numberKind && a.span.one() && a.span == b.span
	return truth(canEqual, !one)
}

// meets tells whether a value, of which one has only some, can be the other.
func meets(a, b value) bool {
	if a.only == nil {
		a, b = b, a
	}
	return slices.ContainsFunc(a.only, func(c any) bool { return b.holds(c) && b.fits(c) })
}

// overlap tells whether two values that are not known one by one can be
// equal.
func overlap(a, b value) bool {
	both := a.kinds & b.kinds
	return both&(nilKind|stringKind|otherKind) != 0 ||
		both&boolKind != 0 && (a.yes && b.yes || a.no && b.no) ||
		both&(numberKind|durationKind) != 0 && !a.span.meet(b.span).empty()
}

// fits tells whether a constant can be what a function gave that changes
// nothing of it.
func (v value) fits(c any) bool {
	s, ok := c.(string)
	if !ok {
		return true
	}
	return !slices.ContainsFunc(v.fixed, func(f fixed) bool { return f.apply(s) != s })
}

// order is <, <=, > or >=.
func (j *judge) order(n *ast.BinaryNode, a, b value) value {
	const ordered = numberKind | stringKind | durationKind
	both := a.kinds & b.kinds & ordered
	if a.kinds&^both != 0 || b.kinds&^both != 0 || both&(both-1) != 0 {
		j.mayFail(n)
	}
	if n.Operator[0] == '>' {
		a, b = b, a
	}
	strict := len(n.Operator) == 1
	out := nothing
	if both&stringKind != 0 {
		out = truth(true, true)
	}
	if both&(numberKind|durationKind) != 0 {
		can := !a.span.meet(b.span.below(!strict)).empty()
		cannot := !a.span.meet(b.span.above(strict)).empty()
		out = out.join(truth(can, cannot))
	}
	return out
}

// in is an element of a list of constants; of all else only a run knows.
func (j *judge) in(n *ast.BinaryNode, left, _ value) value {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		j.mayFail(n)
		return truth(true, true)
	}
	yes, never := false, left
	for _, item := range list.Nodes {
		c, literal := exprlang.Literal(item)
		if !literal {
			j.mayFail(n)
			return truth(true, true)
		}
		yes = yes || equal(left, constant(c)).yes
		never = never.without(c)
	}
	return truth(yes, !never.dead())
}

// substring is contains, startsWith or endsWith.
func (j *judge) substring(n *ast.BinaryNode, a, b value) value {
	if (a.kinds|b.kinds)&^(stringKind|nilKind) != 0 {
		j.mayFail(n)
	}
	if a.kinds&stringKind == 0 || b.kinds&stringKind == 0 {
		return truth(false, true)
	}
	if b.only == nil {
		return truth(true, true)
	}
	yes, no := false, a.kinds&nilKind != 0
	for _, c := range b.only {
		s, ok := c.(string)
		no = no || !ok || s != ""
		yes = yes || ok && !slices.ContainsFunc(a.fixed, func(f fixed) bool { return f.letters && f.apply(s) != s })
	}
	return truth(yes, no)
}

// matches knows of a pattern whether it matches everything.
func (j *judge) matches(n *ast.BinaryNode, a, b value) value {
	if a.kinds&^(stringKind|nilKind) != 0 || b.only == nil {
		j.mayFail(n)
	}
	if a.kinds&stringKind == 0 {
		return truth(false, true)
	}
	if len(b.only) == 1 && a.kinds == stringKind {
		if s, ok := b.only[0].(string); ok && matchesAll(s) {
			return truth(true, false)
		}
	}
	return truth(true, true)
}

// matchesAll tells whether a pattern matches in every text: it matches the
// empty text wherever that stands.
func matchesAll(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || looksAround(re) {
		return false
	}
	found, err := regexp.MatchString(pattern, "")
	return err == nil && found
}

// looksAround tells whether what a pattern matches depends on where it does.
func looksAround(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	return slices.ContainsFunc(re.Sub, looksAround)
}

// fixed is a function that does not change what it gave. letters says that
// it changes each letter by itself, so that parts stay what they are.
type fixed struct {
	name    string
	letters bool
	apply   func(string) string
}

// The functions of expr-lang itself that do not change what they gave.
var (
	lower = fixed{"lower", true, strings.ToLower}
	upper = fixed{"upper", true, strings.ToUpper}
	trim  = fixed{"trim", false, strings.TrimSpace}
)
