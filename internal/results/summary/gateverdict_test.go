package summary_test

import (
	"testing"

	"github.com/evalrun/evalrun/internal/possible"
	"github.com/evalrun/evalrun/internal/results/summary"
)

func TestGateVerdict(t *testing.T) {
	scope := summary.GateScope{Metrics: []string{"length"}, Axes: map[string][]string{"prompt": {"terse"}}}
	for expr, want := range map[string]possible.Outcome{
		`cases.pass_rate >= 0.95`:                      possible.Open,
		`cases.pass_rate >= 95`:                        possible.Never,
		`samples.pass_rate >= 0`:                       possible.Always,
		`by("prompt=terse").cases.pass_rate > 1`:       possible.Never,
		`by("prompt=terse").cases.pass_rate > 0.5`:     possible.Open,
		`cost.total < 0`:                               possible.Never,
		`latency.p95 < duration("0s")`:                 possible.Never,
		`latency.p95 < duration("8s")`:                 possible.Open,
		`metrics.length.mean < 0`:                      possible.Open,
		`cases.fail == 0 && cases.fail > 0`:            possible.Never,
		`requests < 0`:                                 possible.Never,
		`cases.pass_rate >= 0.9 && cost.total <= 2.50`: possible.Open,
	} {
		v, err := summary.GateVerdict(expr, scope)
		if err != nil || v.Outcome != want {
			t.Errorf("%s is %d (%v), want %d", expr, v.Outcome, err, want)
		}
	}
	if _, err := summary.GateVerdict("cases.pass_rat > 1", scope); err == nil {
		t.Error("a wrong gate has a verdict")
	}
}
