package runner_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// model answers yes as often as the rate of each request says, and the same to
// the same sample of it. Some samples have no answer.
type model struct {
	rate   func(*rand.Rand) float64
	errors float64
}

func (m model) Send(_ context.Context, req *messages.Request, at record.Identity) (*messages.Exchange, error) {
	h := fnv.New64a()
	h.Write(req.Body.Text())
	rate := m.rate(rand.New(rand.NewPCG(h.Sum64(), 0)))
	draw := rand.New(rand.NewPCG(h.Sum64(), uint64(at.Sample)))
	if draw.Float64() < m.errors {
		return &messages.Exchange{Error: &messages.Error{Status: 529, Type: "overloaded_error"}}, nil
	}
	text := "no"
	if draw.Float64() < rate {
		text = "yes"
	}
	answer, err := messages.ParseAnswer(fmt.Appendf(nil, `{"type":"message","content":[{"type":"text","text":%q}],"stop_reason":"end_turn"}`, text))
	return &messages.Exchange{Answer: answer}, err
}

// verdicts keeps what became of the samples of each case.
type verdicts struct {
	mu    sync.Mutex
	cases map[string]*verdict
	asked int
}

type verdict struct{ times, need, pass, fail int }

func (v *verdicts) Append(line record.Line) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch line := line.(type) {
	case record.Case:
		v.cases[line.Case] = &verdict{times: line.Times, need: line.Need}
	case record.Sample:
		v.asked++
		switch line.Outcome {
		case record.Pass:
			v.cases[line.Case].pass++
		case record.Fail:
			v.cases[line.Case].fail++
		}
	}
	return nil
}

// draws loads a suite of n cases for each need, each asked ten times.
func draws(tb testing.TB, n int, needs ...int) *suite.Set {
	tb.Helper()
	text := "model: claude-opus-4-6\nmax_tokens: 16\nassert: text == \"yes\"\ncases:\n"
	for _, need := range needs {
		text += fmt.Sprintf("  - {name: \"%d of 10, draw {{ n }}\", dataset: rows.csv, repeat: {times: 10, need: %d}, messages: [{user: \"%d: {{ n }}\"}]}\n", need, need, need)
	}
	rows := "n\n"
	for i := range n {
		rows += fmt.Sprintln(i)
	}
	dir := tb.TempDir()
	for name, content := range map[string]string{"draws.yaml": text, "rows.csv": rows} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	set, err := suite.Load([]string{filepath.Join(dir, "draws.yaml")}, suite.Options{Root: dir})
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func ask(tb testing.TB, set *suite.Set, m model, early bool) *verdicts {
	tb.Helper()
	plan, err := runner.NewPlan(set, prices.Default())
	if err != nil {
		tb.Fatal(err)
	}
	v := &verdicts{cases: map[string]*verdict{}}
	if err := runner.Run(tb.Context(), plan, runner.Options{Sender: m, Record: v, StopEarly: early}); err != nil {
		tb.Fatal(err)
	}
	return v
}

// TestStopEarlyGivesTheVerdictOfAllSamples draws cases of any pass rate, some
// samples without an answer, and holds each case's verdict against that of all
// of its samples.
func TestStopEarlyGivesTheVerdictOfAllSamples(t *testing.T) {
	n := 1000
	if slowtest.Full() {
		n = 10_000
	}
	set := draws(t, n/4, 1, 5, 9, 10)
	m := model{rate: (*rand.Rand).Float64, errors: .05}
	full, early := ask(t, set, m, false), ask(t, set, m, true)
	outcomes := map[string]int{}
	for name, f := range full.cases {
		e := early.cases[name]
		want := summary.Decide(f.times, f.need, f.pass, f.fail)
		if got := summary.Decide(e.times, e.need, e.pass, e.fail); got != want {
			t.Errorf("%s: %q after %+v, want %q of %+v", name, got, *e, want, *f)
		}
		outcomes[want]++
	}
	if len(full.cases) != n || len(outcomes) != 3 {
		t.Errorf("%d draws with the outcomes %v; want %d with all three", len(full.cases), outcomes, n)
	}
	if full.asked != 10*n || early.asked >= full.asked*3/4 {
		t.Errorf("%d samples in full, %d early", full.asked, early.asked)
	}
}

// BenchmarkStopEarly says what share of the requests --stop-early saves of
// cases that need 9 of 10, by how often the model is truly right.
func BenchmarkStopEarly(b *testing.B) {
	for _, rate := range []float64{0, .25, .5, .75, .9, .95, 1} {
		b.Run(fmt.Sprintf("rate=%g", rate), func(b *testing.B) {
			set := draws(b, 500, 9)
			m := model{rate: func(*rand.Rand) float64 { return rate }}
			var asked int
			for b.Loop() {
				asked = ask(b, set, m, true).asked
			}
			b.ReportMetric(100*(1-float64(asked)/5000), "%saved")
		})
	}
}
