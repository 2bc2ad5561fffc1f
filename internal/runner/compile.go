package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
	"slices"
	"unicode/utf8"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// compiled are the assertions and metrics of all cases of one shape.
type compiled struct {
	// assertions are nil for a rubric and a check; rubrics reports that there is one.
	assertions []*assert.Assertion
	rubrics    bool
	// conditions are the assertions' when, nil where there is none.
	conditions []*assert.Assertion
	metrics    []measure
	// expectsError says that an assertion names error, so that an error of
	// the API may be what the case is about.
	expectsError bool
	// files are what they were read from besides the suite, and texts what
	// these hold.
	files []record.AssertionFile
	texts []record.Blob
	// costExpressions are the expressions that ask for the answer's cost.
	costExpressions []suite.Expression
	// timed says that something asks how long the answer took.
	timed bool
	// err is what is wrong with them, placed in the suite's file.
	err error
}

// compiling is the compilation of one case's expressions.
type compiling struct {
	compiler *assert.Compiler
	scope    *assert.Scope
	read     []assert.File
	diags    diagnostic.List
}

func (j *compiling) compile(c *suite.Case) *compiled {
	out := &compiled{}
	for _, a := range c.Assertions {
		var compiled *assert.Assertion
		if a.Rubric == nil && a.Check == nil {
			compiled = j.assertion(a.Expr)
		}
		out.rubrics = out.rubrics || a.Rubric != nil
		out.assertions = append(out.assertions, compiled)
		out.expectsError = out.expectsError || compiled != nil && compiled.ExpectsError()
		if compiled != nil && compiled.Uses("cost") {
			out.costExpressions = append(out.costExpressions, a.Expr)
		}
		var when *assert.Assertion
		if a.When != nil {
			when = j.assertion(*a.When)
		}
		out.conditions = append(out.conditions, when)
	}
	for _, m := range c.Metrics {
		compiled := j.measure(m)
		if compiled.Uses("cost") {
			out.costExpressions = append(out.costExpressions, m.Expr)
		}
		out.metrics = append(out.metrics, compiled)
	}
	out.timed = out.measuresTime() || slices.ContainsFunc(c.Suite.Gates, gatesTime)
	j.describeFiles(c.Suite, out)
	out.err = j.diags.Err()
	return out
}

// timeNames are the names of how long an answer took.
var timeNames = []string{"latency", "ttft", "tokens_per_second"}

// measuresTime reports whether an expression asks how long the answer took.
func (c *compiled) measuresTime() bool {
	return slices.ContainsFunc(timeNames, func(name string) bool {
		uses := func(a *assert.Assertion) bool { return a != nil && a.Uses(name) }
		return slices.ContainsFunc(c.assertions, uses) || slices.ContainsFunc(c.conditions, uses) ||
			slices.ContainsFunc(c.metrics, func(m measure) bool { return m.Uses(name) })
	})
}

// gatesTime reports whether a gate asks how long answers took.
func gatesTime(gate suite.Expression) bool {
	return slices.ContainsFunc(summary.GateNumbers(gate.Text), func(name string) bool { return slices.Contains(timeNames, name) })
}

// note notes the files of an expression.
func (j *compiling) note(e suite.Expression) {
	for _, f := range j.compiler.Files(e.Text, j.scope) {
		if !slices.ContainsFunc(j.read, func(known assert.File) bool { return known.Path == f.Path }) {
			j.read = append(j.read, f)
		}
	}
}

// maxFileText bounds the text of a file that is kept in the record, in bytes.
const maxFileText = 8 << 20

// describeFiles says in a case's shape which files its expressions need.
func (j *compiling) describeFiles(s *suite.Suite, out *compiled) {
	for _, f := range j.read {
		sum := sha256.Sum256(f.Data)
		hash := hex.EncodeToString(sum[:])
		out.files = append(out.files, record.AssertionFile{Path: s.FromRepository(path.Join(path.Dir(s.Path), f.Path)), SHA256: hash})
		if len(f.Data) <= maxFileText && utf8.Valid(f.Data) {
			out.texts = append(out.texts, record.Blob{SHA256: hash, MediaType: "text/plain; charset=utf-8", Text: string(f.Data)})
		}
	}
}

// assertion compiles one assertion; nil where it is wrong.
func (j *compiling) assertion(e suite.Expression) *assert.Assertion {
	a, err := j.compiler.Compile(e.Text, j.scope)
	if err != nil {
		j.diags.Add(placed(e, err))
	}
	j.note(e)
	return a
}

// placed gives an error of an expression its place in the file.
func placed(e suite.Expression, err error) diagnostic.Diagnostic {
	var wrong *assert.Error
	if errors.As(err, &wrong) {
		return e.Diagnostic(wrong.Offset, wrong.Length, wrong.Message, wrong.Hint)
	}
	return e.Diagnostic(0, len(e.Text), err.Error(), "")
}
