// Package possible says what an expression can be without running it: whether
// it can be true, whether it can be false, and which part of it decides that.
//
// It refuses to guess. A verdict holds for every value that the names can
// have by their types and by the facts that are given; where that is not
// known, the verdict is open. It follows conditions (x > 5 && x < 3), but of
// two names it does not know how they hang together.
package possible
