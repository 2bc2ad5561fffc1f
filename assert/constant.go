package assert

import (
	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// shares are the functions that give a share, between 0 and 1.
var shares = map[string]bool{"similarity": true, "token_f1": true, "rouge_l": true, "bleu": true}

// UsesAnswer reports whether the expression names anything of an answer, or of
// the error in its place. Where it does not, every answer gives it the same
// outcome.
func (a *Assertion) UsesAnswer() bool {
	for name := range exchangeType {
		if name != "request" && a.program.Uses(name) {
			return true
		}
	}
	return a.program.Uses("turns") || a.program.Uses("prefilled_text")
}

// SharesAboveOne lists the comparisons of a share, such as similarity(…),
// with a number above 1, which no share reaches.
func (a *Assertion) SharesAboveOne() []exprlang.SourceRange {
	return a.program.SharesAboveOne(func(n ast.Node) bool { return exprlang.IsCallOf(n, shares) })
}
