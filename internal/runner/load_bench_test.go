package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/suite"
)

// BenchmarkLoad20000Expressions loads and plans 10,000 cases of one YAML file
// with two assertions each, all different. The metric x-alone is the ratio to
// the YAML reader and expr-lang alone, one after the other.
func BenchmarkLoad20000Expressions(b *testing.B) {
	const cases = 10_000
	var text strings.Builder
	var expressions []string
	text.WriteString("model: claude-opus-4-6\nmax_tokens: 1024\ncases:\n")
	for i := range cases {
		first := fmt.Sprintf(`len(text) > %d and text contains "%d"`, i%7, i)
		second := fmt.Sprintf(`stop_reason == "end_turn" or usage.output_tokens < %d`, i+10)
		fmt.Fprintf(&text, "  - name: \"case %d\"\n    messages: [{user: \"Say %d\"}]\n    assert:\n      - %s\n      - %s\n", i, i, first, second)
		expressions = append(expressions, first, second)
	}
	path := filepath.Join(b.TempDir(), "suite.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	var ours, alone time.Duration
	for b.Loop() {
		ours += timed(func() {
			planner := runner.NewPlanner(prices.Default())
			set, err := suite.Load([]string{path}, suite.Options{Each: planner.Add})
			if err != nil {
				b.Fatal(err)
			}
			if plan, err := planner.Plan(set); err != nil || plan.Cases != cases {
				b.Fatal(plan, err)
			}
		})
		alone += timed(func() {
			var root yaml.Node
			if err := yaml.Unmarshal([]byte(text.String()), &root); err != nil {
				b.Fatal(err)
			}
			env := expr.Env(map[string]any{"text": "", "stop_reason": "", "usage": map[string]int{}})
			for _, e := range expressions {
				if _, err := expr.Compile(e, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.ReportMetric(ours.Seconds()/alone.Seconds(), "x-alone")
	b.ReportMetric(ours.Seconds()/float64(b.N), "load-s")
}
