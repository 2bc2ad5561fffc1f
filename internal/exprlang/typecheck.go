package exprlang

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
)

var (
	tokenPattern = regexp.MustCompile(`\b(Identifier|Number|String|Bytes|Operator|Bracket)\(("(?:[^"\\]|\\.)*")\)`)
	eofPattern   = regexp.MustCompile(`unexpected (token EOF|end of expression)`)
)

// compilePhrases are those of the type checker. Like all tables of phrases it is
// made by the first error: it would be a tenth of the time that a command takes to
// start.
var compilePhrases = sync.OnceValue(func() []phrase {
	return []phrase{
		{regexp.MustCompile(`^non-bool expression \(type (.+)\) used as condition$`), "expected true or false as condition, found $1"},
		{regexp.MustCompile(`^builtin (\w+) takes only array \(got (.+)\)$`), "$1 needs a list, not $2"},
		{regexp.MustCompile(`^predicate should return boolean \(got (.+)\)$`), "the predicate must give true or false, not $1"},
		{regexp.MustCompile(`^cannot use (.+) as argument \(type (.+)\) to call (\w+) $`), "$3 needs $2 here, not $1"},
		{regexp.MustCompile(`^invalid argument for (\w+) \(type (.+)\)$`), "$1 cannot take $2"},
		{regexp.MustCompile(`^invalid operation: (\S+) \(mismatched type (.+)\)$`), "$1 cannot be applied to $2"},
		{regexp.MustCompile(`^type (.+) has no (?:field|method) (.+)$`), "$1 has no part $2"},
		{regexp.MustCompile(`^array elements can only be selected using an integer \(got (.+)\)$`), "the parts of a list are named by whole numbers, not by $1"},
		{regexp.MustCompile(`^cannot use (.+) to get an element from .+$`), "the keys of a map are strings, not $1"},
		{regexp.MustCompile(`^type string\[\w+\] is undefined$`), "a string has no elements; [0:1] is its first character"},
		{regexp.MustCompile(`^invalid integer literal: .*parsing "(\d+)": value out of range$`), "the integer $1 has more than 64 bits; expected $1.0, which is compared by every digit"},
		{regexp.MustCompile(`^compilation failed: (.+)$`), "the $1"},
	}
})

// syntaxError says what the parser found.
func syntaxError(source string, err error) *Error {
	fe, ok := asFileError(err)
	if !ok {
		return &Error{Length: len(source), Message: err.Error()}
	}
	if eofPattern.MatchString(fe.Message) {
		return &Error{Offset: len(source), Message: "unexpected end of the expression"}
	}
	message := tokenPattern.ReplaceAllString(fe.Message, "$2")
	message = regexp.MustCompile(`unexpected token `).ReplaceAllString(message, "unexpected ")
	e := newError(source, fe.Location, translate(message, compilePhrases()), "")
	e.Hint = syntaxElsewhere(source, e.Offset)
	return e
}

// typeError says what the type checker found, with the names and types of
// the operands.
func typeError(tree *parser.Tree, err error) *Error {
	source := tree.Source.String()
	fe, ok := asFileError(err)
	if !ok {
		return &Error{Length: len(source), Message: translate(err.Error(), compilePhrases())}
	}
	message, hint := translate(fe.Message, compilePhrases()), ""
	switch n := nodeAt(tree.Node, fe.Location).(type) {
	case *ast.BinaryNode:
		if strings.HasPrefix(fe.Message, "invalid operation: ") || strings.HasPrefix(fe.Message, "cannot use ") {
			message, hint = operandsError(n)
		}
	case *ast.UnaryNode:
		hint = notOf(n)
	case *ast.StringNode:
		if owner := ownerOf(tree.Node, n); owner != nil {
			message, hint = unknownField(owner, n.Value), partElsewhere(owner, n.Value)
		}
	}
	return newError(source, fe.Location, message, hint)
}

// notOf is how a comparison is denied: not binds more tightly than the
// operators of a comparison, so that `not text contains "x"` denies the text.
func notOf(n *ast.UnaryNode) string {
	if n.Operator != "not" && n.Operator != "!" {
		return ""
	}
	return fmt.Sprintf("%s binds more tightly than a comparison; write: not (a comparison)", n.Operator)
}

// nodeAt finds the node that a type error is about: an operator, or the name
// of a member.
func nodeAt(root ast.Node, loc file.Location) ast.Node {
	var found ast.Node
	Inspect(root, func(n ast.Node) {
		switch n.(type) {
		case *ast.BinaryNode, *ast.UnaryNode, *ast.StringNode:
			if found == nil && n.Location() == loc {
				found = n
			}
		}
	})
	return found
}

// ownerOf is the node whose member a name is, nil where it is no member.
func ownerOf(root ast.Node, name *ast.StringNode) ast.Node {
	var owner ast.Node
	Inspect(root, func(n ast.Node) {
		if m, ok := n.(*ast.MemberNode); ok && m.Property == name {
			owner = m.Node
		}
	})
	return owner
}

// unknownField says that a map has no such key, and which it has.
func unknownField(owner ast.Node, name string) string {
	n := owner.Nature()
	text, shown := wording.Start(spell(owner), 60), quoteMiddle(name, nameWidth)
	if n.TypeData == nil || n.Fields == nil || isListNode(owner) {
		return fmt.Sprintf("%s is %s: it has no part %s", text, describe(n), shown)
	}
	keys := slices.Sorted(maps.Keys(n.Fields))
	if near := diagnostic.Nearest(name, keys); near != "" {
		return fmt.Sprintf("%s has no %s; did you mean %q?", text, shown, near)
	}
	if len(keys) == 0 {
		return fmt.Sprintf("%s has no %s: it is empty", text, shown)
	}
	return fmt.Sprintf("%s has no %s; it has %s", text, shown, enumerate(keys, 20))
}

// operandsError says which types an operator was given.
func operandsError(n *ast.BinaryNode) (message, hint string) {
	left, right := n.Left.Nature(), n.Right.Nature()
	message = fmt.Sprintf("%s is %s and %s is %s: %s cannot be applied to them",
		wording.Start(spell(n.Left), 60), describe(left), wording.Start(spell(n.Right), 60), describe(right), n.Operator)
	switch {
	case n.Operator == "in" && right.IsString():
		hint = "for a part of a string write: string contains part"
	case left.IsString() && right.IsNumber():
		hint = numberHint(wording.Start(spell(n.Left), 60))
	case left.IsNumber() && right.IsString():
		hint = numberHint(wording.Start(spell(n.Right), 60))
	case left.IsDuration() && right.IsNumber():
		hint = `a duration is written duration("5s")`
	}
	return message, hint
}

// checkCalls refuses methods, but those of durations and times.
func checkCalls(tree *parser.Tree) *Error {
	var problem *Error
	Inspect(tree.Node, func(n ast.Node) {
		call, ok := n.(*ast.CallNode)
		if !ok || problem != nil {
			return
		}
		m, ok := call.Callee.(*ast.MemberNode)
		if ok && !isMethodOwner(m.Node) {
			problem = newError(tree.Source.String(), m.Location(), fmt.Sprintf("%s is not a function", wording.Start(spell(m), 60)), "")
		}
	})
	return problem
}
