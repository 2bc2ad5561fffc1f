package lint_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/suite"
)

// BenchmarkRows looks at the rows of a data set. The cost of making the cases
// themselves is that of BenchmarkRows/made.
func BenchmarkRows(b *testing.B) {
	const rows = 10_000
	b.Chdir(b.TempDir())
	var data strings.Builder
	for i := range rows {
		fmt.Fprintf(&data, "%d,what is %d times %d?,%d\n", i, i, i, i*i)
	}
	text := "model: claude-opus-4-7\nmax_tokens: 1024\ntemperature: 0\ncases:\n  - name: row {{ n }}\n    dataset: rows.csv\n" +
		"    messages: [{user: \"{{ question }}\"}]\n    assert: |\n      text contains vars.answer\n      stop_reason == \"end_turn\"\n      usage.output_tokens < 500\n"
	for name, text := range map[string]string{"suite.yaml": text, "rows.csv": "n,question,answer\n" + data.String()} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	set, err := suite.Load([]string{"suite.yaml"}, suite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			for _, err := range set.Suites[0].Cases() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/case")
	})
	b.Run("checked", func(b *testing.B) {
		compiler := assert.NewCompiler()
		for b.Loop() {
			if found := lint.Check(set, lint.Options{Compiler: compiler}); len(found.Findings) != 1 {
				b.Fatal(found.Findings)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/case")
	})
}

// BenchmarkDefinitions looks at cases that are each written by hand.
func BenchmarkDefinitions(b *testing.B) {
	const cases = 2000
	b.Chdir(b.TempDir())
	var text strings.Builder
	text.WriteString("model: claude-opus-4-7\nmax_tokens: 1024\ncases:\n")
	for i := range cases {
		fmt.Fprintf(&text, "  - name: case %d\n    messages: [{user: \"what is %d?\"}]\n    assert: |\n      text contains \"%d\"\n      stop_reason == \"end_turn\" && usage.output_tokens < 500\n", i, i, i)
	}
	if err := os.WriteFile("suite.yaml", []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	set, err := suite.Load([]string{"suite.yaml"}, suite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	compiler := assert.NewCompiler()
	lint.Check(set, lint.Options{Compiler: compiler}) // which compiles, as the plan does
	for b.Loop() {
		lint.Check(set, lint.Options{Compiler: compiler})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*cases), "ns/case")
}
