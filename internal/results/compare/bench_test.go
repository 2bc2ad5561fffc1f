package compare

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// benchRecord writes a record of so many cases and samples a case, each
// exchange about 1.2 kB, and gives its path. A new one is a little worse, and
// its system prompt is another.
func benchRecord(b *testing.B, cases, samples int, isNew bool) string {
	system := strings.Repeat("You answer questions about ants. ", 10)
	if isNew {
		system += "Be brief."
	}
	var questions []question
	for i := range cases {
		letters := []byte(strings.Repeat("p", samples))
		if i%10 == 0 || isNew && i%97 == 0 {
			letters[i%samples] = 'f'
		}
		questions = append(questions, question{
			name: fmt.Sprintf("case %06d", i), samples: string(letters), output: 50 + i%7, latency: 700, cost: .001,
			request: fmt.Sprintf(`{"model":"claude-opus-4-6","max_tokens":100,"system":%q,"messages":[{"role":"user","content":"question %d"}]}`, system, i),
			text:    strings.Repeat("Ants are insects. ", 30), metrics: map[string]float64{"length": 500},
		})
	}
	return writeRecord(b, record.Run{Source: "api"}, questions...)
}

// BenchmarkCompare is opening, reading and comparing two records of 100,000
// samples, with the most memory that is in use at once.
func BenchmarkCompare(b *testing.B) {
	sizes := []struct{ cases, samples int }{{10_000, 10}, {100_000, 1}}
	if testing.Short() {
		sizes = []struct{ cases, samples int }{{1_000, 10}, {10_000, 1}}
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%dx%d", size.cases, size.samples), func(b *testing.B) {
			base, new := benchRecord(b, size.cases, size.samples, false), benchRecord(b, size.cases, size.samples, true)
			runtime.GC()
			b.ReportAllocs()
			for b.Loop() {
				old, now, err := OpenBoth(base, new, Reading{})
				if err != nil {
					b.Fatal(err)
				}
				c, err := Compare(old, now, Options{})
				if err != nil || c.Overall.Pairs != size.cases {
					b.Fatal(c.Overall.Pairs, err)
				}
				old.Close()
				now.Close()
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys-m.HeapReleased)/1e6, "heap-MB")
		})
	}
}
