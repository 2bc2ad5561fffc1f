package exprlang

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// Explanation says what every part of an expression was in a run, and which
// of them made the result.
type Explanation struct {
	Parts []Part // in the order of the source
	Why   string // one line: the parts that decided, with their values
}

// Part is a part of an expression whose value its source does not show. All
// places are bytes of the source.
type Part struct {
	// At and Len are the part's own token: the name of a variable, of a member
	// or of a function, the sign of an operator. The value belongs below it.
	At, Len int
	// From and To are all of the part.
	From, To int
	// Value is the value as a shortened literal. What explains it further
	// follows on lines of its own.
	Value string
	// Skipped says that the part was not evaluated, and so has no value.
	Skipped bool
	// Cause says that the part made the result what it is: a comparison that
	// failed, or an operand of it.
	Cause bool
}

// failedMark begins the line of a value that says why the run failed there.
const failedMark = "✗ "

// widths of rendered values, in characters.
const (
	partWidth = 72
	whyWidth  = 80
)

// traced is a program with probes.
type traced struct {
	program *vm.Program
	probes  *probes
	spans   *spans
	err     error
}

// traced compiles the program with probes, when it is first asked for.
func (p *Program) traced() *traced {
	p.once.Do(func() {
		p.trace = &traced{probes: newProbes(), spans: newSpans(p.source)}
		p.trace.program, p.trace.err = p.build(p.trace.probes)
	})
	return p.trace
}

// Explain evaluates the expression once more, with every part of it recorded.
// A result that is true is explained as well.
func (p *Program) Explain(values map[string]any) *Explanation {
	t := p.traced()
	if t.err != nil {
		return &Explanation{Why: t.err.Error()}
	}
	f := frame{values: values, record: newRecord(t.probes.next())}
	result, err := p.run(new(machine), t.program, f)
	e := &explainer{
		program: p, traced: t, record: f.record, notes: map[ast.Node][]string{}, views: map[ast.Node]string{},
		parts: map[int]Part{}, shown: map[shownMap]string{}, searches: maxSearches,
	}
	e.failure, _ = err.(*Error)
	Inspect(p.checked, e.sideBySide)
	e.findCauses(p.checked, result != true)
	e.decide()
	e.visit(p.checked)
	e.explainFailure()
	return &Explanation{Parts: e.list(), Why: e.why(result)}
}

// explainer turns the record of a run into an explanation.
type explainer struct {
	program *Program
	*traced
	record  *record
	failure *Error                // of the run
	notes   map[ast.Node][]string // lines that explain a value
	views   map[ast.Node]string   // values shortened around what matters
	causes  []ast.Node
	decided map[ast.Node]bool // the causes and their operands
	parts   map[int]Part      // by At
	shown   map[shownMap]string
	// searches is how many texts may still be searched for what is nearest to
	// another.
	searches int
}

// shownMap is a map that is shown in some width: many parts of an expression
// may be of one that is large.
type shownMap struct {
	at    uintptr
	width int
}

// slot is what a node was; seen is false where it was not evaluated.
func (e *explainer) slot(n ast.Node) slot {
	if id, ok := e.probes.number[n]; ok {
		return e.record.slots[id]
	}
	return slot{}
}

// visit makes the parts of a node and of those below it. Of two nodes with
// one token, as in a?.b, the outer one is shown.
func (e *explainer) visit(n ast.Node) {
	if _, ok := e.probes.number[n]; ok {
		s := e.slot(n)
		switch {
		case s.seen:
			e.add(n, s)
		case e.partly(n): // a ?. found nil and left the rest
		case !e.interrupted(n):
			e.skip(n)
			return
		case e.spans.token(n).from == e.failure.Offset:
			e.fail(n)
		}
	}
	for _, c := range e.below(n) {
		e.visit(c)
	}
}

// below are the children that have values: not the name of a function.
func (e *explainer) below(n ast.Node) []ast.Node {
	call, ok := n.(*ast.CallNode)
	if !ok {
		return children(n)
	}
	if m, ok := call.Callee.(*ast.MemberNode); ok {
		return append([]ast.Node{m.Node}, call.Arguments...)
	}
	return call.Arguments
}

// partly reports whether something inside of the node was evaluated.
func (e *explainer) partly(n ast.Node) bool {
	if e.failure != nil {
		return false
	}
	for _, c := range e.below(n) {
		if e.slot(c).seen || e.partly(c) {
			return true
		}
	}
	return false
}

// interrupted reports whether the run failed inside of the node.
func (e *explainer) interrupted(n ast.Node) bool {
	if e.failure == nil {
		return false
	}
	at := e.spans.whole(n)
	return at.from <= e.failure.Offset && e.failure.Offset < at.to
}

func (e *explainer) add(n ast.Node, s slot) {
	if b, ok := n.(*ast.BinaryNode); ok && connectives[b.Operator] {
		return // its operands say it all
	}
	lines := append([]string{e.view(n, partWidth)}, e.notes[n]...)
	lines = append(lines, s.reason...)
	e.put(n, Part{Value: strings.Join(lines, "\n"), Cause: e.decided[n]})
}

// decide notes the causes and their operands.
func (e *explainer) decide() {
	e.decided = map[ast.Node]bool{}
	for _, cause := range e.causes {
		e.decided[cause] = true
		for _, operand := range e.operands(cause) {
			e.decided[operand] = true
		}
	}
}

// render is Render, once for each map.
func (e *explainer) render(v any, width int) string {
	m, ok := v.(map[string]any)
	if !ok {
		return Render(v, width)
	}
	key := shownMap{reflect.ValueOf(m).Pointer(), width}
	text, ok := e.shown[key]
	if !ok {
		text = Render(m, width)
		e.shown[key] = text
	}
	return text
}

func (e *explainer) skip(n ast.Node) {
	all := e.spans.whole(n)
	if _, ok := e.parts[all.from]; !ok {
		e.parts[all.from] = Part{At: all.from, Len: all.to - all.from, From: all.from, To: all.to, Skipped: true}
	}
}

func (e *explainer) fail(n ast.Node) {
	e.put(n, Part{Value: failedMark + e.failure.Sentence(), Cause: true})
}

// explainFailure adds why the run failed to the part where it did, also where
// that has a value: one that is no condition, say.
func (e *explainer) explainFailure() {
	if e.failure == nil {
		return
	}
	line := failedMark + e.failure.Sentence()
	at := e.failure.Offset
	p, ok := e.parts[at]
	switch {
	case !ok || p.Skipped:
		p = Part{At: at, Len: e.failure.Length, From: at, To: at + e.failure.Length, Value: line}
	case !strings.HasPrefix(p.Value, failedMark):
		p.Value += "\n" + line
	}
	p.Cause = true
	e.parts[at] = p
}

// put places a part at its node, unless another has that place.
func (e *explainer) put(n ast.Node, p Part) {
	token, all := e.spans.token(n), e.spans.whole(n)
	p.At, p.Len, p.From, p.To = token.from, token.to-token.from, all.from, all.to
	if _, ok := e.parts[p.At]; !ok {
		e.parts[p.At] = p
	}
}

// connectives have no value of their own interest.
var connectives = map[string]bool{"&&": true, "and": true, "||": true, "or": true}

// view is a node's value as a literal.
func (e *explainer) view(n ast.Node, width int) string {
	s := e.slot(n)
	text, ok := e.views[n]
	if !ok {
		text = e.render(s.value, width)
	}
	if s.element {
		text = "[" + Render(s.index, 20) + "]: " + text
	}
	return text
}

func (e *explainer) list() []Part {
	parts := make([]Part, 0, len(e.parts))
	for _, p := range e.parts {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.At, b.At) })
	return parts
}
