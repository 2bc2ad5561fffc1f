package exprlang

import (
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// spans finds where the nodes of a tree are in the source: expr-lang keeps
// only the place of each node's own token, in runes.
type spans struct {
	offsets []int // of every rune, in bytes
	tokens  []lexer.Token
}

func newSpans(source string) *spans {
	s := &spans{}
	for i := range source {
		s.offsets = append(s.offsets, i)
	}
	s.offsets = append(s.offsets, len(source))
	s.tokens, _ = lexer.Lex(file.NewSource(source))
	return s
}

func (s *spans) bytes(from, to int) span {
	limit := len(s.offsets) - 1
	return span{s.offsets[min(from, limit)], s.offsets[min(to, limit)]}
}

// token is the node's own token: the name of an identifier, of a member or of
// a function, the sign of an operator.
func (s *spans) token(n ast.Node) span {
	loc := n.Location()
	return s.bytes(loc.From, loc.To)
}

// whole is all of the node, with the brackets that belong to it.
func (s *spans) whole(n ast.Node) span {
	from, to := len(s.offsets), 0
	Inspect(n, func(n ast.Node) {
		if c, ok := n.(*ast.ConditionalNode); ok && c != nil {
			return // its place is not its own
		}
		loc := n.Location()
		from, to = min(from, loc.From), max(to, loc.To)
	})
	first, last := s.tokensBetween(from, to)
	if first < 0 {
		return s.bytes(from, to)
	}
	first, last = s.balance(first, last)
	return s.bytes(s.tokens[first].From, s.tokens[last].To)
}

// tokensBetween gives the first and the last token of a piece of source.
func (s *spans) tokensBetween(from, to int) (first, last int) {
	first = -1
	for i, t := range s.tokens {
		if t.From >= from && t.To <= to && t.Kind != lexer.EOF {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// balance widens a piece of source until its brackets close.
func (s *spans) balance(first, last int) (int, int) {
	open := 0
	for i := first; i <= last; i++ {
		open += bracket(s.tokens[i])
		for open < 0 && first > 0 {
			first--
			open += bracket(s.tokens[first])
		}
	}
	for open > 0 && last+1 < len(s.tokens) {
		last++
		open += bracket(s.tokens[last])
	}
	return first, last
}

// bracket is 1 for an opening bracket, -1 for a closing one.
func bracket(t lexer.Token) int {
	switch {
	case t.Kind != lexer.Bracket:
		return 0
	case strings.Contains("([{", t.Value):
		return 1
	}
	return -1
}
