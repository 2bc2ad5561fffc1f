package suite_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/evalrun/evalrun/suite"
)

// BenchmarkDataset loads a suite over a CSV file and makes every case once
// more, as a run does. peak-MB is the most memory that the Go runtime held at
// any of 1,000 points on the way, B/row what is left of it for each row.
func BenchmarkDataset(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = sizes[:1]
	}
	for _, rows := range sizes {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			file := manyRows(b, rows)
			for b.Loop() {
				b.ReportMetric(loadRows(b, file, rows), "peak-MB")
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(rows), "µs/row")
		})
	}
}

// manyRows writes a suite with a data set of so many rows.
func manyRows(b *testing.B, rows int) string {
	b.Helper()
	dir := b.TempDir()
	f, err := os.Create(filepath.Join(dir, "rows.csv"))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "id,question,answer")
	for i := range rows {
		fmt.Fprintf(w, "%d,\"What, if anything, is %d plus one?\",%d\n", i, i, i+1)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	const text = `model: claude-opus-4-6
max_tokens: 16
cases:
  - name: "sum {{ id }}"
    dataset: rows.csv
    system: Answer with the number alone.
    messages: [{user: "{{ question }}"}]
    assert: text == vars.answer
`
	file := filepath.Join(dir, "sums.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return file
}

// loadRows gives the peak of memory in MB.
func loadRows(b *testing.B, file string, rows int) float64 {
	set, err := suite.Load([]string{file}, suite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var peak uint64
	seen := 0
	for _, err := range set.Suites[0].Cases() {
		if err != nil {
			b.Fatal(err)
		}
		if seen++; seen%(rows/1000) == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys-m.HeapReleased)
		}
	}
	if seen != rows {
		b.Fatalf("%d cases of %d rows", seen, rows)
	}
	return float64(peak) / (1 << 20)
}
