package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/record"
)

// Gate is a condition of a suite over its numbers.
type Gate struct {
	Expr string
	// Outcome is record.Pass or record.Fail where the gate is the same
	// whatever the samples without an answer would have been, and else, or
	// where it cannot be evaluated, record.Errored. It is record.Skip where the
	// run is a shard: a gate is of all of them together.
	Outcome string
	// Value says what decided, such as cases.pass_rate = 0.97, or what went
	// wrong. It may hold untrusted text.
	Value string
}

// gates evaluates the gates of a suite, whose numbers are known, and says
// whether they decide it.
func (g group) gates(exprs []string, all Numbers, correct corrector) (out []Gate, decide bool) {
	if len(exprs) == 0 {
		return nil, false
	}
	scope := g.scope()
	env := newGateEnv(scope)
	known := newMeasures(g, all, correct)
	low, high := &gateValues{scope, false, known}, &gateValues{scope, true, known}
	for _, expr := range exprs {
		program, err := compileGate(expr, env)
		if err != nil {
			out = append(out, Gate{expr, record.Errored, err.Error()})
			continue
		}
		decide = decide || namesPassRate(program)
		out = append(out, evaluate(program, low, high))
	}
	return out, decide
}

// unevaluated are the gates of a suite of which there is but a part.
func unevaluated(exprs []string, outcome, value string) (out []Gate, decide bool) {
	for _, expr := range exprs {
		out = append(out, Gate{expr, outcome, value})
		decide = decide || slices.Contains(exprlang.Mentions(expr), "pass_rate")
	}
	return out, decide
}

// evaluate evaluates a gate at both bounds that errors leave.
func evaluate(program *exprlang.Program, low, high *gateValues) Gate {
	out := Gate{Expr: program.Source(), Outcome: record.Errored}
	atLow, whyLow, err := low.run(program)
	if err != nil {
		out.Value = err.Error()
		return out
	}
	atHigh, whyHigh, err := high.run(program)
	if err != nil {
		out.Value = err.Error()
		return out
	}
	switch {
	case atLow && atHigh:
		out.Outcome = record.Pass
	case !atLow && !atHigh:
		out.Outcome = record.Fail
	}
	out.Value = whyLow
	if whyHigh != whyLow {
		out.Value = fmt.Sprintf("with errors as failures %s; as passes %s", whyLow, whyHigh)
	}
	return out
}

// run evaluates a gate at one bound, and says what decided.
func (v *gateValues) run(program *exprlang.Program) (holds bool, why string, err error) {
	result, err := program.Run(v.of(program, exact))
	if err != nil {
		return false, "", err
	}
	holds = result == true
	// Short numbers read better; where they would decide otherwise, all of
	// their digits are needed.
	values := v.of(program, short)
	if again, err := program.Run(values); err != nil || again != result {
		values = v.of(program, exact)
	}
	return holds, program.Explain(values).Why, nil
}

// namesPassRate reports whether a gate is about how many cases or samples
// pass, so that not every case needs to.
func namesPassRate(program *exprlang.Program) bool {
	return slices.Contains(exprlang.Mentions(program.Source()), "pass_rate")
}

// GateNumbers lists the numbers that a gate asks for: cases, samples, cost,
// latency, tokens, requests, metrics. It may name one too many where a metric
// or a label has the name of one.
func GateNumbers(expr string) []string {
	var out []string
	for _, name := range exprlang.Mentions(expr) {
		if _, ok := gateNumbers[name]; ok && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// GateScope is what is known of a suite when its gates are checked.
type GateScope struct {
	// Metrics are the names of its metrics.
	Metrics []string
	// Axes are the labels of its matrix by axis.
	Axes map[string][]string
	// Classes are the classes of those metrics that are classifications; nil
	// where they are not all known, so that a run may have others.
	Classes map[string][]string
}

// CheckGate checks an expression as a gate: its names and types, the metrics
// and labels that it asks for, and that it gives true or false. The error
// says with Offset, Length, Message and Hint what is wrong and where; it is
// an *exprlang.Error, as assert.Error is.
func CheckGate(expr string, scope GateScope) error {
	_, err := compileGate(expr, newGateEnv(scope))
	return err
}

func compileGate(expr string, env *exprlang.Env) (*exprlang.Program, error) {
	program, err := exprlang.Compile(expr, env)
	if err != nil {
		return nil, err
	}
	if !program.IsBool() {
		return nil, &exprlang.Error{
			Length:  len(expr),
			Message: fmt.Sprintf("a gate gives true or false, this gives %s", program.Type()),
			Hint:    "compare it: cases.pass_rate >= 0.95",
		}
	}
	return program, nil
}

// scope is the metrics and variants of the group's cases.
func (g group) scope() GateScope {
	metrics := map[string]bool{}
	scope := GateScope{Axes: map[string][]string{}, Classes: map[string][]string{}}
	for _, p := range g {
		for name, sum := range p.metrics {
			metrics[name] = true
			if sum.classes != nil {
				scope.Classes[name] = nil
			}
		}
		for axis, label := range p.axes {
			if !slices.Contains(scope.Axes[axis], label) {
				scope.Axes[axis] = append(scope.Axes[axis], label)
			}
		}
	}
	for name := range metrics {
		scope.Metrics = append(scope.Metrics, name)
	}
	return scope
}

// parseLabels reads what by is given: axis=label, for one axis or more.
func parseLabels(argument string, axes map[string][]string) (map[string]string, error) {
	out := map[string]string{}
	for _, word := range strings.Fields(argument) {
		axis, label, ok := strings.Cut(word, "=")
		switch labels := axes[axis]; {
		case !ok:
			return nil, &exprlang.Error{Message: fmt.Sprintf("expected axis=label, found %q", word), Hint: hintLabels(axes)}
		case labels == nil:
			return nil, &exprlang.Error{Message: fmt.Sprintf("unknown axis %q", axis), Hint: hintLabels(axes)}
		case !slices.Contains(labels, label):
			return nil, &exprlang.Error{Message: fmt.Sprintf("the axis %s has no label %q", axis, label), Hint: hintLabels(axes)}
		case out[axis] != "" && out[axis] != label:
			return nil, &exprlang.Error{Message: fmt.Sprintf("no variant has two labels of the axis %s", axis)}
		}
		out[axis] = label
	}
	if len(out) == 0 {
		return nil, &exprlang.Error{Message: "no label is named", Hint: hintLabels(axes)}
	}
	return out, nil
}

// hintLabels lists what by may be given.
func hintLabels(axes map[string][]string) string {
	const most = 12
	var all []string
	for axis, labels := range axes {
		for _, label := range labels {
			all = append(all, axis+"="+label)
		}
	}
	if len(all) == 0 {
		return "the suite has no matrix"
	}
	slices.Sort(all)
	if more := len(all) - most; more > 0 {
		all = append(all[:most], fmt.Sprintf("and %d more", more))
	}
	return "there is " + strings.Join(all, ", ")
}
