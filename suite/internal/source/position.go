package source

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// style is how a String was written. The zero value is plain text, or text
// that was not written but computed.
type style uint8

const (
	plainStyle style = iota
	singleStyle
	doubleStyle // JSON's strings are a part of YAML's double-quoted ones
	literalStyle
	foldedStyle
	verbatimStyle // the text is the file's own
)

// styleOf gives the style of a scalar node.
func styleOf(n *yaml.Node) style {
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.SingleQuotedStyle:
		return singleStyle
	case yaml.DoubleQuotedStyle:
		return doubleStyle
	case yaml.LiteralStyle:
		return literalStyle
	case yaml.FoldedStyle:
		return foldedStyle
	}
	return plainStyle
}

// PositionAt is the position in the file of a byte of v.Text. Where the text cannot be
// followed through the source, as when it was not written but computed, it is
// the position where the value starts.
func (v *Value) PositionAt(offset int) diagnostic.Position {
	if v.file == nil || v.Line == 0 {
		return v.Position()
	}
	runs, ok := v.trace()
	if !ok {
		return v.Position()
	}
	return v.file.position(sourceOffset(runs, offset))
}

// DiagnosticAt builds a diagnostic on length bytes of v.Text from offset on.
func (v *Value) DiagnosticAt(offset, length int, message, hint string) diagnostic.Diagnostic {
	if v.file == nil || v.Line == 0 {
		return diagnostic.Diagnostic{Position: v.Position(), Message: message, Hint: hint}
	}
	runs, ok := v.trace()
	if !ok {
		return v.file.diag(v.Line, v.Column, 1, message, hint)
	}
	begin := sourceOffset(runs, offset)
	return v.file.diagAt(begin, sourceOffset(runs, offset+length)-begin, message, hint)
}

// Diagnostic is a problem of the value as a whole. It has no position where the
// value was not written in a file.
func (v *Value) Diagnostic(message, hint string) diagnostic.Diagnostic {
	if v.Kind == String && v.Text != "" {
		line, _, _ := strings.Cut(v.Text, "\n")
		return v.DiagnosticAt(0, len(line), message, hint)
	}
	if v.file == nil || v.Line == 0 {
		return diagnostic.Diagnostic{Position: v.Position(), Message: message, Hint: hint}
	}
	return v.file.diag(v.Line, v.Column, max(1, len(v.Text)), message, hint)
}

// Diagnostic is a problem of the member, at its key where that was written
// with it, else at its value.
func (m Member) Diagnostic(message, hint string) diagnostic.Diagnostic {
	if m.Value.file == nil || m.Line == 0 {
		return m.Value.Diagnostic(message, hint)
	}
	return m.Value.file.diag(m.Line, m.Column, utf8.RuneCountInString(m.Key), message, hint)
}

// Misspelt is a problem of the member's key, in place of which the key near
// was meant; "" is none. Its edit corrects the key as it is written, in the
// same quotes; there is none where it is not written in one piece before its
// colon.
func (m Member) Misspelt(message, hint, near string) diagnostic.Diagnostic {
	d := m.Diagnostic(message, hint)
	if near == "" || m.Value.file == nil || m.Line == 0 {
		return d
	}
	rest := d.Source
	for range d.Column - 1 {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	for _, quote := range []string{"", `"`, "'"} {
		written := quote + m.Key + quote
		if behind, ok := strings.CutPrefix(rest, written); ok && strings.HasPrefix(strings.TrimLeft(behind, " \t"), ":") {
			end := d.Column + utf8.RuneCountInString(written)
			d.Edits = []diagnostic.Edit{{Position: d.Position, EndLine: d.Line, EndColumn: end, Text: quote + near + quote}}
		}
	}
	return d
}
