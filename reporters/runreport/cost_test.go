package runreport

import (
	"testing"

	"github.com/evalrun/evalrun/internal/results/summary"
)

func TestCost(t *testing.T) {
	for want, c := range map[string]summary.Cost{
		"":                   {},
		"$0":                 {Known: 1},
		"$0.0021":            {USD: 0.0021, Spent: 0.0021, Known: 1},
		"$0.00021":           {USD: 0.00021, Spent: 0.00021, Known: 1},
		"$0.099":             {USD: 0.099, Spent: 0.099, Known: 1},
		"$0.000100":          {USD: 0.0000999, Spent: 0.0000999, Known: 1},
		"$0.31":              {USD: 0.3149, Spent: 0.3149, Known: 1},
		"$1234.57":           {USD: 1234.567, Spent: 1234.567, Known: 1},
		"$0.0021 ($0 spent)": {USD: 0.0021, Known: 1},
		"cost unknown":       {Unknown: 3},
		"at least $0.0021 (cost of 1 answer unknown)": {USD: 0.0021, Spent: 0.0021, Known: 2, Unknown: 1},
		"at least $0.50 ($0.20 for judges, $0.30 spent, cost of 1,000 answers unknown)": {
			USD: 0.5, Judges: 0.2, Spent: 0.3, Known: 2, Unknown: 1000},
	} {
		if got := costText(c); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}
