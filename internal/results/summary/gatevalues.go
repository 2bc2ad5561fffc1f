package summary

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/record"
)

var (
	outcomesType = exprlang.Map{
		"total": exprlang.Int, "pass": exprlang.Int, "fail": exprlang.Int, "error": exprlang.Int,
		"skip": exprlang.Int, "pass_rate": exprlang.Float,
	}
	metricType = exprlang.Map{
		"mean": exprlang.Float, "low": exprlang.Float, "high": exprlang.Float,
		"p50": exprlang.Float, "p95": exprlang.Float, "min": exprlang.Float, "max": exprlang.Float,
		"coverage": exprlang.Float,
	}
	latencyType = exprlang.Map{
		"mean": exprlang.Duration, "p50": exprlang.Duration, "p95": exprlang.Duration, "max": exprlang.Duration,
	}
	speedType = exprlang.Map{
		"mean": exprlang.Float, "min": exprlang.Float, "p5": exprlang.Float, "p50": exprlang.Float,
	}
	// gateNumbers are the names that a gate sees, but for the metrics.
	gateNumbers = exprlang.Map{
		"cases":             outcomesType,
		"samples":           outcomesType,
		"cost":              exprlang.Map{"total": exprlang.Float, "mean": exprlang.Float},
		"latency":           latencyType,
		"ttft":              latencyType,
		"tokens_per_second": speedType,
		"tokens":            exprlang.Map{"input": exprlang.Int, "output": exprlang.Int, "total": exprlang.Int},
		"requests":          exprlang.Int,
		"metrics":           nil,
	}
)

// by is the function that gives the numbers of some variants.
const by = "by"

// newGateEnv is the set of names of a suite's gates, with their types.
func newGateEnv(scope GateScope) *exprlang.Env {
	metrics := exprlang.Map{}
	for _, name := range scope.Metrics {
		putMetric(metrics, name, scope.typeOf(name))
		if rubric, isScore := strings.CutSuffix(name, record.ScoreSuffix); isScore {
			of := metrics[rubric].(exprlang.Map)
			for _, member := range corrected {
				of[member] = exprlang.Float
			}
		}
	}
	env, variant := exprlang.NewEnv(), exprlang.Map{}
	for name, t := range gateNumbers {
		if name == "metrics" {
			t = metrics
		}
		variant[name] = t
		env.Var(name, t)
	}
	env.Family(by, func(argument string) (exprlang.Type, error) {
		_, err := parseLabels(argument, scope.Axes)
		return variant, err
	})
	return env
}

// putMetric puts the numbers of a metric under its name. The score of a rubric
// is the member score under the rubric's name, beside the numbers of a metric
// of that name.
func putMetric[M ~map[string]V, V any](metrics M, name string, numbers M) {
	rubric, isScore := strings.CutSuffix(name, record.ScoreSuffix)
	all, _ := any(metrics[rubric]).(M)
	all = maps.Clone(all)
	if all == nil {
		all = M{}
	}
	if isScore {
		all["score"] = any(numbers).(V)
	} else {
		maps.Copy(all, numbers)
	}
	metrics[rubric] = any(all).(V)
}

// gateValues are the values of the names at one of the bounds that errors
// leave.
type gateValues struct {
	scope GateScope
	high  bool // errors are passes, else failures
	known *measures
}

// measures are the numbers of a suite's variants by the labels that by is
// given, "" for all of them, once they were asked for. They are the same at
// either bound.
type measures struct {
	group   group
	correct corrector
	known   map[string]*measured
}

// measured is the numbers of a group.
type measured struct {
	Numbers
	totals  Totals
	missing int
}

// newMeasures are those of a group whose numbers are known.
func newMeasures(g group, all Numbers, correct corrector) *measures {
	return &measures{group: g, correct: correct, known: map[string]*measured{"": {all, g.totals(), g.missing()}}}
}

// of gives the numbers of the variants that have the labels.
func (m *measures) of(argument string, labels map[string]string) *measured {
	found, ok := m.known[argument]
	if !ok {
		some := m.group.filter(func(p *part) bool { return hasLabels(p, labels) })
		found = &measured{some.numbers(), some.totals(), some.missing()}
		m.correct.correct(some, found.Metrics)
		m.known[argument] = found
	}
	return found
}

// of gives the values of the names that a gate uses, each number as the
// rounding has it.
func (v *gateValues) of(program *exprlang.Program, r rounding) map[string]any {
	covered := coverageNamed(program)
	values := v.numbers(v.known.of("", nil), covered[""], r)
	for _, argument := range program.Arguments(by) {
		labels, err := parseLabels(argument, v.scope.Axes)
		if err != nil {
			continue // the gate was compiled in this scope
		}
		name := exprlang.FamilyMember(by, argument)
		values[name] = v.numbers(v.known.of(argument, labels), covered[name], r)
	}
	return values
}

func hasLabels(p *part, labels map[string]string) bool {
	for axis, label := range labels {
		if got, ok := p.axes[axis]; !ok || got != label {
			return false
		}
	}
	return true
}

// numbers are the values of one group; covered are the metrics whose coverage
// the gate names.
func (v *gateValues) numbers(m *measured, covered map[string]bool, r rounding) map[string]any {
	metrics := map[string]any{}
	for i := range m.Metrics {
		of := &m.Metrics[i]
		why := of.why(covered[metricPath(of.Name)])
		putMetric(metrics, of.Name, v.metric(of, why, r))
		putCorrection(metrics, of, why, r)
	}
	for _, name := range v.scope.Metrics {
		if !slices.ContainsFunc(m.Metrics, func(m Metric) bool { return m.Name == name }) {
			none := &Metric{Name: name}
			putMetric(metrics, name, v.metric(none, none.why(true), r))
			putCorrection(metrics, none, none.why(true), r)
		}
	}
	return map[string]any{
		"cases":   v.outcomes(m.totals.Cases, 0, "case", r),
		"samples": v.outcomes(m.totals.Samples, m.missing, "sample", r),
		"cost":    costValues(m.totals, r),
		"latency": latencyValues(m.Latency, r, "there is no latency: no sample has an answer"),
		"ttft":    latencyValues(m.TTFT, r, "there is no ttft: no answer was streamed"),

		"tokens_per_second": speedValues(m.Speed, r),
		"tokens":            tokenValues(m.totals),
		"requests":          m.totals.Requests,
		"metrics":           metrics,
	}
}

// outcomes counts what has no outcome, and what is missing, as the bound has
// it. error is how many there are at either bound.
func (v *gateValues) outcomes(o Outcomes, missing int, what string, r rounding) map[string]any {
	unknown := o.Error + missing
	pass, fail := o.Pass, o.Fail+unknown
	if v.high {
		pass, fail = o.Pass+unknown, o.Fail
	}
	return map[string]any{
		"total": pass + fail + o.Skip, "pass": pass, "fail": fail, "error": unknown, "skip": o.Skip,
		"pass_rate": known(float64(pass)/float64(pass+fail), pass+fail > 0, r, "there is no pass_rate: no "+what+" was asked"),
	}
}

func costValues(t Totals, r rounding) map[string]any {
	unknown := fmt.Sprintf("the cost of %d answers is not known", t.Cost.Unknown)
	if t.Cost.Unknown == 1 {
		unknown = "the cost of an answer is not known"
	}
	mean := unknown
	answered := t.Samples.Pass + t.Samples.Fail
	if answered == 0 {
		mean = "there is no mean cost: no sample has an answer"
	}
	var usd decimals.Sum
	usd.Add(t.Cost.USD)
	return map[string]any{
		"total": known(t.Cost.USD, t.Cost.Unknown == 0, r, unknown),
		"mean":  known(usd.Over(max(answered, 1)), t.Cost.Unknown == 0 && answered > 0, r, mean),
	}
}

// tokenValues are sums that are errors where the usage of an answer does not
// say its part.
func tokenValues(t Totals) map[string]any {
	total := t.Input.Plus(t.Output)
	total.Unknown = max(t.Input.Unknown, t.Output.Unknown)
	values := map[string]any{}
	for name, sum := range map[string]Tokens{"input": t.Input, "output": t.Output, "total": total} {
		values[name] = func() (any, error) {
			switch sum.Unknown {
			case 0:
				return int(sum.Sum), nil
			case 1:
				return nil, fmt.Errorf("tokens.%s is not known: the usage of an answer does not say it", name)
			}
			return nil, fmt.Errorf("tokens.%s is not known: the usage of %d answers does not say it", name, sum.Unknown)
		}
	}
	return values
}

// latencyValues are durations that are errors where there is none.
func latencyValues(l Latency, r rounding, none string) map[string]any {
	values := map[string]any{}
	for name, d := range map[string]time.Duration{"mean": l.Mean, "p50": l.P50, "p95": l.P95, "max": l.Max} {
		values[name] = func() (any, error) {
			if l.Answers == 0 {
				return nil, errors.New(none)
			}
			return r.duration(d), nil
		}
	}
	return values
}

func speedValues(s Speed, r rounding) map[string]any {
	values := map[string]any{}
	for name, value := range map[string]float64{"mean": s.Mean, "min": s.Min, "p5": s.P5, "p50": s.P50} {
		values[name] = known(value, s.Answers > 0, r, "there is no tokens_per_second: no answer of two tokens was streamed")
	}
	return values
}

// known is a number that is an error where it is not known, so that a gate
// which asks for it has no outcome.
func known(value float64, is bool, r rounding, otherwise string) func() (any, error) {
	return func() (any, error) {
		if !is {
			return nil, errors.New(otherwise)
		}
		return r.number(value), nil
	}
}

// rounding is how many digits numbers have.
type rounding bool

const (
	exact rounding = false
	short rounding = true // four digits, milliseconds
)

func (r rounding) number(f float64) float64 {
	if r == exact {
		return f
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 4, 64), 64)
	if err != nil {
		return f
	}
	return rounded
}

func (r rounding) duration(d time.Duration) time.Duration {
	if r == exact || d < 10*time.Millisecond {
		return d
	}
	return d.Round(time.Millisecond)
}
