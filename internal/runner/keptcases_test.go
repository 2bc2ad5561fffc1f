package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/suite"
)

// A small plan asks the cases that were checked, and does not read its files
// again; of a large one, or one that shows images, nothing is held.
func TestOnlySmallPlansKeepTheirCases(t *testing.T) {
	image, err := os.ReadFile("../../examples/suites/images/red-square.png")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rows    int
		content string
		kept    bool
	}{
		"small":         {2, `"Say {{ n }}"`, true},
		"many cases":    {10_001, `"Say {{ n }}"`, false},
		"large cases":   {3, `"Say {{ n }}` + strings.Repeat(" a", 2<<20) + `"`, false},
		"with an image": {2, `["Say {{ n }}", {image: i.png}]`, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			write("s.yaml", "model: m\nmax_tokens: 9\nassert: text != \"\"\ncases:\n  - name: \"{{ n }}\"\n    dataset: rows.jsonl\n    messages: [{user: "+c.content+"}]\n")
			var rows strings.Builder
			for n := range c.rows {
				fmt.Fprintf(&rows, "{\"n\": %d}\n", n)
			}
			write("rows.jsonl", rows.String())
			write("i.png", string(image))
			set, err := suite.Load([]string{dir}, suite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			plan, err := runner.NewPlan(set, prices.Default())
			if err != nil {
				t.Fatal(err)
			}
			write("rows.jsonl", "")
			var asked int
			for _, err := range plan.Preview(runner.Options{}) {
				if err == nil {
					asked++
				}
			}
			if kept := asked == c.rows; kept != c.kept {
				t.Errorf("%d of %d cases are asked once the rows are gone, want all: %t", asked, c.rows, c.kept)
			}
			if held := plan.Held() > c.rows<<10; held != c.kept {
				t.Errorf("the plan of %d cases says that it holds %d bytes", c.rows, plan.Held())
			}
		})
	}
}
