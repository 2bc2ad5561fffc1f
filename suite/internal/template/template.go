// Package template fills in the {{ expressions }} of a suite's texts. A Set is the
// templates of a case compiled for one shape of its variables, a Scope the
// variables of one case; all that a template reads is known once it is compiled.
package template

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// template is a string with its {{ expressions }} compiled: literal text and
// expressions in turn.
type template struct {
	origin *source.Value
	env    *environment
	parts  []part
}

// part is literal text, or an expression where program is set. at is the
// expression's offset in the string.
type part struct {
	text    string
	program *exprlang.Program
	node    ast.Node // of the program
	at      int
}

// whole gives the only expression of a template that is nothing else; what
// it yields keeps its type.
func (t *template) whole() *part {
	if len(t.parts) == 1 && t.parts[0].program != nil {
		return &t.parts[0]
	}
	return nil
}

// Has reports whether the string holds an expression to fill in.
func Has(v *source.Value) bool {
	return v.Kind == source.String && !v.Raw && !v.IsData() && strings.Contains(v.Text, "{{")
}

// span is an expression in a string, by byte offsets of what is between
// the braces.
type span struct{ start, end int }

// spans finds the {{ … }} of a text. Braces inside the expression's strings
// and maps do not end it.
func spans(text string) ([]span, *exprlang.Error) {
	var out []span
	for at := 0; ; {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			return out, nil
		}
		start := at + open + 2
		end := closing(text, start)
		if end < 0 {
			return nil, &exprlang.Error{
				Offset: start - 2, Length: 2,
				Message: "{{ is not closed by }}",
				Hint:    "text that must keep its braces is tagged !raw",
			}
		}
		out = append(out, span{start, end})
		at = end + 2
	}
}

// closing gives the offset of the }} that ends the expression at start, or
// -1.
func closing(text string, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\'', '`':
			n := quoted(text[i:])
			if n == 0 {
				return -1
			}
			i += n - 1
		case '{':
			depth++
		case '}':
			if depth == 0 && strings.HasPrefix(text[i:], "}}") {
				return i
			}
			depth--
		}
	}
	return -1
}

// quoted gives the length of the quoted string that s begins with, quotes
// included; 0 where it does not end.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] != '`':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return 0
}

// compileTemplate compiles the expressions of a string for the names of env.
func compileTemplate(v *source.Value, env *environment, diags *diagnostic.List) (*template, bool) {
	found, e := spans(v.Text)
	if e != nil {
		diags.Add(exprDiag(v, 0, e))
		return nil, false
	}
	t := &template{origin: v, env: env}
	ok, at := true, 0
	for _, s := range found {
		if lit := v.Text[at : s.start-2]; lit != "" {
			t.parts = append(t.parts, part{text: lit})
		}
		at = s.end + 2
		p, valid := compilePart(v, s, env, diags)
		if !valid {
			ok = false
			continue
		}
		t.parts = append(t.parts, p)
	}
	if rest := v.Text[at:]; rest != "" {
		t.parts = append(t.parts, part{text: rest})
	}
	return t, ok
}

func compilePart(v *source.Value, s span, env *environment, diags *diagnostic.List) (part, bool) {
	source := v.Text[s.start:s.end]
	if !env.files.work.Spend(work.CompileSteps) {
		return part{}, false
	}
	if strings.TrimSpace(source) == "" {
		diags.Add(v.DiagnosticAt(s.start-2, 4+len(source), "{{ }} holds no expression", ""))
		return part{}, false
	}
	program, err := exprlang.Compile(source, env.names)
	if err != nil {
		e := exprlang.AsError(err)
		if strings.HasPrefix(e.Message, "unknown name") && !strings.Contains(e.Message, "did you mean") && e.Hint == "" {
			e.Hint = "variables are defined under `vars:`"
			if strings.Contains(e.Message, `"env"`) {
				e.Hint = "env.NAME is defined only with --env NAME on the command line"
			}
		}
		diags.Add(exprDiag(v, s.start, e))
		return part{}, false
	}
	if !env.load(v, s.start, program, diags) {
		return part{}, false
	}
	return part{program: program, node: program.Node(), at: s.start}, true
}

// render fills the template in. What a whole-string template yields keeps
// its type; inside a longer string lists and maps are JSON, and null is an
// error.
func (t *template) render(sc *Scope) (*source.Value, *diagnostic.Diagnostic) {
	t.env.scope = sc
	if p := t.whole(); p != nil {
		v, err := t.value(p, sc)
		if err != nil {
			return nil, err
		}
		if d := sc.spend(t, p, work.Weigh(v, sc.left)); d != nil {
			return nil, d
		}
		return v.ComputedAt(t.origin), nil
	}
	var b strings.Builder
	for i := range t.parts {
		p := &t.parts[i]
		if p.program == nil {
			if d := sc.spend(t, p, len(p.text)); d != nil {
				return nil, d
			}
			b.WriteString(p.text)
			continue
		}
		v, err := t.value(p, sc)
		if err != nil {
			return nil, err
		}
		if d := sc.spend(t, p, work.Weigh(v, sc.left)); d != nil {
			return nil, d
		}
		switch v.Kind {
		case source.Null:
			d := t.origin.DiagnosticAt(p.at, len(p.program.Source()), "the expression yields null, expected a value to insert",
				"`?? \"\"` inserts nothing where the value is null")
			return nil, &d
		case source.List, source.Map:
			b.Write(v.AppendJSON(nil))
		default:
			b.WriteString(v.Text)
		}
	}
	out := &source.Value{Kind: source.String, Text: b.String()}
	return out.ComputedAt(t.origin), nil
}

// value evaluates one expression. A plain path into the variables is taken
// from the values as written, so that numbers keep their spelling and maps
// their order.
func (t *template) value(p *part, sc *Scope) (*source.Value, *diagnostic.Diagnostic) {
	if v := sc.sourceValue(p.node, t.env); v != nil {
		return v, nil
	}
	result, steps, err := p.program.RunCounted(sc.natives())
	t.env.files.work.Spend(steps)
	if err == nil {
		var v *source.Value
		if v, err = source.FromNative(result); err == nil {
			return v, nil
		}
	}
	d := exprDiag(t.origin, p.at, exprlang.AsError(err))
	return nil, &d
}

// exprDiag is the diagnostic of an error in an expression that begins at an
// offset of the string v.
func exprDiag(v *source.Value, offset int, e *exprlang.Error) diagnostic.Diagnostic {
	return v.DiagnosticAt(offset+e.Offset, e.Length, e.Message, e.Hint)
}

// AppendSources writes a value as it was written, and behind it the files
// that its templates name.
func (ts *Set) AppendSources(dst []byte, v *source.Value) []byte {
	dst = v.AppendJSON(dst)
	seen := map[*template]bool{}
	eachString(v, func(s *source.Value) {
		if t := ts.compiled[s]; t != nil {
			dst = t.appendFiles(dst, seen)
		}
	})
	return dst
}

// appendFiles writes the files that a template names, and those that the
// templates among them do, each template once.
func (t *template) appendFiles(dst []byte, seen map[*template]bool) []byte {
	if seen[t] {
		return dst
	}
	seen[t] = true
	for _, c := range t.calls() {
		lit, ok := c.path.(*ast.StringNode)
		if !ok {
			continue
		}
		dst = append(dst, 0)
		switch name := lit.Value; c.name {
		case "file":
			dst = append(dst, t.env.texts[name].Text...)
		case "data":
			dst = t.env.data[name].AppendJSON(dst)
		default:
			inner := t.env.templates[name]
			dst = append(dst, inner.origin.Text...)
			dst = inner.appendFiles(dst, seen)
		}
	}
	return dst
}

// calls are the template's calls of file functions.
func (t *template) calls() []call {
	found := &callFinder{}
	for i := range t.parts {
		if t.parts[i].program != nil {
			node := t.parts[i].node
			ast.Walk(&node, found)
		}
	}
	return found.found
}
