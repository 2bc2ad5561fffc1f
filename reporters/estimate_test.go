package reporters_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/checkreport"
)

func TestEstimateTable(t *testing.T) {
	golden(t, "estimate.golden", estimateTable(t, []prices.Estimate{
		{Asked: prices.Asked{Model: "claude-opus-4-6"}, Requests: 120_000, Input: tokens.Estimate{Low: 31e6, Likely: 45_123_456, High: 59e6}, Output: 122_880_000, Cost: prices.Range{Low: 157.5, High: 3367.4}, Worst: 4444.441},
		{Asked: prices.Asked{Model: "claude-haiku-4-5"}, Requests: 1, Input: tokens.Estimate{Likely: 123, High: 140, Unread: 3}, Output: 5, Cost: prices.Range{Low: 0.0000004, High: 0.0161}, Worst: 0.0161, Cached: true, Open: true, MoreRequests: true},
		{Asked: prices.Asked{Model: "claude-haiku-4-5", Judge: true}, Requests: 20, Fewer: true, Input: tokens.Estimate{Likely: 123}, Output: 50, Cost: prices.Range{High: 1}, Worst: 1.5,
			Unbounded: &prices.Unbounded{Open: tokens.Open{Name: "thread", Why: "the server adds what was said before"}}},
		{Asked: prices.Asked{Model: "small"}, Requests: 1, Input: tokens.Estimate{Likely: 7}, Cost: prices.Range{Low: 0.00005, High: 0.00055}, Worst: 0.000561},
		{Asked: prices.Asked{Model: "free"}, Requests: 2, Input: tokens.Estimate{Likely: 7}},
		{Asked: prices.Asked{Model: "evil\x1b[31m\nmodel"}, Requests: 3, Unknown: "no price is known for the model \"evil\x1b[31m\nmodel\""},
	}))
	if got := estimateTable(t, nil); got != "" {
		t.Errorf("nothing is asked: %q", got)
	}
}

func TestEstimateOfCountedPrompts(t *testing.T) {
	one := []prices.Estimate{{Asked: prices.Asked{Model: "m"}, Requests: 3, Input: tokens.Estimate{Low: 1234, Likely: 1234, High: 1234}}}
	for counted, want := range map[int]string{
		0: "estimate: prompts by their length, roughly;",
		2: "estimate: 2 of 3 prompts counted by the API;",
		3: "estimate: prompts counted by the API;",
	} {
		got := estimatedTable(t, checkreport.Estimated{Models: one, Prompts: 3, Counted: counted})
		if !strings.Contains(got, want) || !strings.Contains(got, " 1,234 ") {
			t.Errorf("%d counted:\n%s", counted, got)
		}
	}
}

func estimateTable(t *testing.T, models []prices.Estimate) string {
	t.Helper()
	return estimatedTable(t, checkreport.Estimated{Models: models})
}

func estimatedTable(t *testing.T, e checkreport.Estimated) string {
	t.Helper()
	var out bytes.Buffer
	if err := checkreport.EstimateTable(&out, e, reporters.TableOptions{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestEstimateCost(t *testing.T) {
	known := prices.Estimate{Asked: prices.Asked{Model: "a"}, Cost: prices.Range{Low: 0.234, High: 3.297}}
	for want, models := range map[string][]prices.Estimate{
		"$0.23–$3.30":             {known},
		"$0.47–$6.59":             {known, known},
		"$0.23–$3.30 and unknown": {known, {Asked: prices.Asked{Model: "b"}, Unknown: "why"}},
		"unknown":                 {{Asked: prices.Asked{Model: "b"}, Unknown: "why"}},
		"$0":                      {{Asked: prices.Asked{Model: "c"}}},
		"$1,200–$99,000 or more":  {{Asked: prices.Asked{Model: "d"}, Cost: prices.Range{Low: 1234, High: 98765}, Open: true}},
		"<$0.01":                  {{Asked: prices.Asked{Model: "e"}, Cost: prices.Range{Low: 0.001, High: 0.009}}},
	} {
		if got := checkreport.EstimateCost(models); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := checkreport.EstimateCost([]prices.Estimate{{Input: tokens.Estimate{Unread: 1}, Open: true}}); !strings.HasSuffix(got, "or more") {
		t.Errorf("%s is a bound for a file that was not read", got)
	}
}
