package exprlang

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/wording"
)

// findCauses finds the comparisons and conditions that made a node false where it
// was wanted true, or true where it was wanted false.
func (e *explainer) findCauses(n ast.Node, wanted bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			e.findCauses(n.Node, !wanted)
			return
		}
	case *ast.BinaryNode:
		if connectives[n.Operator] {
			e.findOperandCauses(n.Left, wanted)
			e.findOperandCauses(n.Right, wanted)
			return
		}
	case *ast.ConditionalNode:
		e.findCauses(n.Exp1, wanted)
		e.findCauses(n.Exp2, wanted)
		return
	case *ast.VariableDeclaratorNode:
		e.findCauses(n.Expr, wanted)
		return
	case *ast.SequenceNode:
		e.findCauses(n.Nodes[len(n.Nodes)-1], wanted)
		return
	}
	if e.slot(n).seen {
		e.causes = append(e.causes, n)
	}
}

// findOperandCauses blames an operand of && or || that was not what was wanted.
func (e *explainer) findOperandCauses(n ast.Node, wanted bool) {
	if v, known := e.truth(n); known && v != wanted {
		e.findCauses(n, wanted)
	}
}

// truth is whether a node was true, where it was evaluated to true or false.
func (e *explainer) truth(n ast.Node) (value, known bool) {
	if s := e.slot(n); s.seen {
		value, known = s.value.(bool)
		return value, known
	}
	switch n := n.(type) {
	case *ast.BoolNode:
		return n.Value, true
	case *ast.VariableDeclaratorNode:
		return e.truth(n.Expr)
	case *ast.ConditionalNode:
		if cond, known := e.truth(n.Cond); known && cond {
			return e.truth(n.Exp1)
		}
		return e.truth(n.Exp2)
	}
	return false, false
}

// maxWhy bounds the line that says why, in characters.
const maxWhy = 400

// why names what decided in one line.
func (e *explainer) why(result any) string {
	if e.failure != nil {
		return e.failure.Sentence()
	}
	var facts []string
	length := 0
	for _, cause := range e.causes {
		if length > maxWhy*utf8.UTFMax {
			break // what follows is not shown
		}
		for _, fact := range e.facts(cause) {
			if !slices.Contains(facts, fact) {
				facts = append(facts, fact)
				length += len(fact)
			}
		}
	}
	if len(facts) == 0 {
		return fmt.Sprintf("it is %v", result == true)
	}
	return wording.Start(strings.Join(facts, ", "), maxWhy)
}

// facts are the operands of a comparison that failed, the result and the
// arguments of a function that gave the wrong result.
func (e *explainer) facts(cause ast.Node) []string {
	if reason := e.slot(cause).reason; len(reason) > 0 {
		return []string{e.nameOf(cause) + ": " + strings.Join(reason, "; ")}
	}
	var facts []string
	if _, ok := cause.(*ast.BinaryNode); !ok {
		facts = []string{e.fact(cause)}
	}
	for _, operand := range e.operands(cause) {
		facts = append(facts, e.fact(operand))
	}
	return append(facts, e.notesInLine(cause)...)
}

// operands are what a comparison compares or a function is given, as far as
// it was evaluated.
func (e *explainer) operands(cause ast.Node) []ast.Node {
	switch cause.(type) {
	case *ast.BinaryNode, *ast.BuiltinNode, *ast.CallNode:
	default:
		return nil
	}
	var operands []ast.Node
	for _, c := range e.below(cause) {
		if e.slot(c).seen {
			operands = append(operands, c)
		}
	}
	return operands
}

// notesInLine are the notes of a node that are one line; a diff is not.
func (e *explainer) notesInLine(n ast.Node) []string {
	if notes := e.notes[n]; len(notes) == 1 {
		return notes
	}
	return nil
}

// fact is a part of the source and its value.
func (e *explainer) fact(n ast.Node) string {
	return e.nameOf(n) + " = " + e.view(n, whyWidth)
}

// nameOf is a node's source on one line.
func (e *explainer) nameOf(n ast.Node) string {
	all := e.spans.whole(n)
	return wording.Start(strings.Join(strings.Fields(e.program.source[all.from:all.to]), " "), 60)
}
