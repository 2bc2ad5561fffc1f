package assert

import (
	"cmp"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// Literal is a text that an assertion compares with a part of the answer
// whose values the API or the request gives.
type Literal struct {
	Of   LiteralOf
	Text string
	// Offset and Length are its place in the source, in bytes.
	Offset, Length int
}

// LiteralOf is what a Literal is compared with.
type LiteralOf string

// What literals are compared with: a stop_reason, the type of a content
// block, the name of a tool that was used.
const (
	StopReason LiteralOf = "stop_reason"
	BlockType  LiteralOf = "content block type"
	ToolName   LiteralOf = "tool name"
)

// Literals lists the texts that the assertion compares with what the API or
// the request says, in the order of its source.
func (a *Assertion) Literals() []Literal {
	var out []Literal
	for _, c := range a.program.Comparisons() {
		if of := literalOf(c.Subject); of != "" {
			out = append(out, Literal{Of: of, Text: c.Text, Offset: c.Offset, Length: c.Length})
		}
	}
	for _, arg := range a.program.TextArguments() {
		if namesTool(arg.Function, arg.Index) {
			out = append(out, Literal{Of: ToolName, Text: arg.Text, Offset: arg.Offset, Length: arg.Length})
		}
	}
	slices.SortStableFunc(out, func(a, b Literal) int { return cmp.Compare(a.Offset, b.Offset) })
	return out
}

// The types whose members have known values.
var (
	exchangeShape = exprlang.Shape(exchangeType)
	blockShape    = exprlang.Shape(blockType)
	toolUseShape  = exprlang.Shape(toolUseType)
)

func literalOf(n ast.Node) LiteralOf {
	if id, ok := n.(*ast.IdentifierNode); ok && id.Value == "stop_reason" {
		return StopReason
	}
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return ""
	}
	name, _ := m.Property.(*ast.StringNode)
	if name == nil {
		return ""
	}
	switch shape := exprlang.ShapeOf(m.Node); {
	case shape == exchangeShape && name.Value == "stop_reason":
		return StopReason
	case (shape == blockShape || shape == toolUseShape) && name.Value == "type":
		return BlockType
	case shape == toolUseShape && name.Value == "name":
		return ToolName
	}
	return ""
}
