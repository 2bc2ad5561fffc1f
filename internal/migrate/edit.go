package migrate

import (
	"path"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// Op is the change as an operation on the text of a suite. The diagnostic says why
// there is none: what is changed was not written in a suite, or not as it is.
func (c *Change) op(of *suite.Case) (suite.EditOp, *diagnostic.Diagnostic) {
	op := suite.EditOp{Value: c.Value, Text: c.Append}
	if c.Append != "" && c.From != nil {
		op.Raw, op.Rendered = c.From.Position(), c.Filled
	}
	var at diagnostic.Diagnostic
	switch {
	case c.In == header:
		return c.headerOp(of)
	case c.Op == "replace" && c.Append != "", c.Op == "add" && c.Append != "" && c.Old != nil && c.Old.Kind == suite.List:
		op.Kind, op.At, at = suite.AppendText, c.Old.Position(), c.Old.Diagnostic("", "")
		if c.Old.Kind == suite.List {
			op.Kind = suite.AddItem
		}
	case c.Op == "replace" && c.Key.Key == "role":
		op.Kind, op.At, op.Text, at = suite.SetScalar, c.Key.Value.Position(), c.Value.Text, c.Old.Diagnostic("", "")
		if c.Key.Value.Line == 0 { // written in short, as `system: …`
			op.Kind, op.At, op.Key = suite.RenameKey, c.Old.Position(), c.Key.Value.Text
		}
	case c.Op == "replace":
		op.Kind, op.At, op.Text, at = suite.SetScalar, c.Old.Position(), c.Value.Text, c.Old.Diagnostic("", "")
		if c.Old.IsComputed() {
			return op, refused(at, of, c, "a template gives the value: edit it by hand")
		}
	case c.Op == "remove" && c.Key.Key != "":
		op.Kind, op.At, at = suite.RemoveMember, positionOf(c.Key), c.Key.Diagnostic("", "")
	case c.Op == "remove":
		op.Kind, op.At, at = suite.RemoveItem, c.Old.Position(), c.Old.Diagnostic("", "")
	case c.Old != nil:
		op.Kind, op.At, op.Key, at = suite.AddMember, c.Old.Position(), c.name(), c.Old.Diagnostic("", "")
	default:
		op.Kind, op.At, op.Key, at = suite.AddBeside, positionOf(c.Key), c.name(), c.Key.Diagnostic("", "")
	}
	return op, c.writable(op, at, of)
}

// writable says why an operation cannot be made in a suite's file; nil where it can.
func (c *Change) writable(op suite.EditOp, at diagnostic.Diagnostic, of *suite.Case) *diagnostic.Diagnostic {
	switch {
	case op.At.File == "" || op.At.Line == 0:
		return refused(at, of, c, "it is not written in the suite: edit it by hand")
	case path.Base(filepath.ToSlash(op.At.File)) == "evalrun.yaml":
		return refused(at, of, c, "it is of all suites: edit it by hand")
	}
	return nil
}

// headerOp is a change of the anthropic-beta header as an operation on betas.
func (c *Change) headerOp(of *suite.Case) (suite.EditOp, *diagnostic.Diagnostic) {
	written := of.Request.WrittenBetas
	if c.Op == "add" {
		op := suite.EditOp{Kind: suite.AddItem, Text: c.Value.Text}
		if written != nil {
			op.At = written.Position()
			return op, c.writable(op, written.Diagnostic("", ""), of)
		}
		messages, _ := of.Request.Written.Member("messages")
		op.Kind, op.Key, op.At, op.Text = suite.AddBeside, "betas", positionOf(messages), ""
		op.Value = &suite.Value{Kind: suite.List, Items: []*suite.Value{c.Value}}
		return op, c.writable(op, messages.Diagnostic("", ""), of)
	}
	for _, item := range items(written) {
		if item.Text == c.Old.Text {
			op := suite.EditOp{Kind: suite.RemoveItem, At: item.Position()}
			return op, c.writable(op, item.Diagnostic("", ""), of)
		}
	}
	return suite.EditOp{}, refused(diagnostic.Diagnostic{}, of, c, "it is not written in the suite: edit it by hand")
}

// name is the name of the member that is added.
func (c *Change) name() string { return path.Base(c.Path) }

func positionOf(m suite.Member) diagnostic.Position {
	if m.Value == nil || m.Line == 0 {
		return diagnostic.Position{}
	}
	return diagnostic.Position{File: m.Value.Position().File, Line: m.Line, Column: m.Column}
}

// refused is that a change cannot be written, where what is changed is written or
// else at the case.
func refused(at diagnostic.Diagnostic, of *suite.Case, c *Change, why string) *diagnostic.Diagnostic {
	if at.File == "" || at.Line == 0 {
		at = of.Diagnostic("", "")
	}
	at.Message = c.Op + " " + c.Path + " cannot be written here: " + why
	return &at
}
