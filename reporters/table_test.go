package reporters_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

func table(t testing.TB, src runreport.Source, opts reporters.TableOptions) string {
	t.Helper()
	var b strings.Builder
	if err := runreport.Table(&b, src, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// variantsRun is a matrix of two prompts, one cell of which was skipped.
func variantsRun(t testing.TB) runreport.Source {
	const terse, polite = "prompt=terse", "prompt=polite"
	return newRun(t, newSuite("capitals",
		variant(newCase("capital of France", passed()), terse),
		variant(newCase("capital of France", passed()), polite),
		variant(asserting(newCase("capital of 日本", failed("0: text = \"京都\""), passed()), `text contains "東京"`), terse),
		variant(newCase("capital of 日本", passed(), passed()), polite),
		variant(skipped("capital of Peru", "later"), polite),
	))
}

// matrixRun is a matrix of two models and two prompts, each case asked twice.
func matrixRun(t testing.TB) runreport.Source {
	var cases []testCase
	for _, name := range []string{"France", "Japan, the capital of which is Tokyo"} {
		for _, model := range []string{"claude-opus-4-6", "claude-haiku-4-5"} {
			for _, prompt := range []string{"terse", "polite"} {
				c := variant(newCase(name, passed(), passed()), "model="+model+" prompt="+prompt)
				c.Axes = map[string]string{"model": model, "prompt": prompt}
				cases = append(cases, c)
			}
		}
	}
	return newRun(t, newSuite("capitals", cases...))
}

func TestTable(t *testing.T) {
	late := append(mixedSuites(), newSuite("late", newCase("not asked")))
	incomplete := source(t, append(runLines(late...), record.Summary{WallMS: 2100})...)
	replayed := newRun(t, newSuite("ants", newCase("greeting", passed())))
	replayed.Run.Totals.Requests, replayed.Run.Wall = 0, 0
	replayed.Run.Sources = map[string]int{"fake": 5, "documentation": 1234}
	tests := []struct {
		golden string
		src    runreport.Source
		opts   reporters.TableOptions
	}{
		{"table.golden", mixedRun(t), reporters.TableOptions{}},
		{"table-colour.golden", mixedRun(t), reporters.TableOptions{Colour: true}},
		{"table-wide.golden", mixedRun(t), reporters.TableOptions{Wide: true}},
		{"table-narrow.golden", mixedRun(t), reporters.TableOptions{Width: 50}},
		{"table-variants.golden", variantsRun(t), reporters.TableOptions{}},
		{"table-variants-narrow.golden", variantsRun(t), reporters.TableOptions{Width: 45}},
		{"table-matrix.golden", matrixRun(t), reporters.TableOptions{}},
		{"table-matrix-labels.golden", matrixRun(t), reporters.TableOptions{Width: 120}},
		{"table-matrix-wide.golden", matrixRun(t), reporters.TableOptions{Wide: true}},
		{"table-incomplete.golden", incomplete, reporters.TableOptions{}},
		{"table-sources.golden", replayed, reporters.TableOptions{}},
		{"table-empty.golden", newRun(t), reporters.TableOptions{}},
		{"table-hostile.golden", hostileRun(t), reporters.TableOptions{All: true}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			golden(t, tt.golden, table(t, tt.src, tt.opts))
		})
	}
}

// TestTableKeepsToItsWidth looks at the lists; notes, the places, expressions and
// errors below them are never cut to the terminal.
func TestTableKeepsToItsWidth(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		for name, src := range map[string]runreport.Source{"mixed": mixedRun(t), "variants": variantsRun(t)} {
			grid, _, _ := strings.Cut(table(t, src, reporters.TableOptions{Width: width}), "\nsuites/")
			for line := range strings.Lines(grid) {
				if got := safetext.Width(strings.TrimSuffix(line, "\n")); got > width && !strings.Contains(line, "pass@") {
					t.Errorf("%s at %d: a line of %d cells: %s", name, width, got, line)
				}
			}
		}
	}
}

func TestTableColumnsAlign(t *testing.T) {
	src := newRun(t, newSuite("s",
		newCase("ascii", passed()),
		newCase("日本語日本語", passed()),
		newCase("e\u0301e\u0301e\u0301", passed()),
		newCase("👩\u200d👩\u200d👧 family", passed()),
		newCase("می\u200cخواهم", passed()),
		newCase("\x1b[31mred", passed()),
	))
	want := -1
	for line := range strings.Lines(table(t, src, reporters.TableOptions{})) {
		before, _, ok := strings.Cut(line, "✓ pass")
		if !ok {
			continue
		}
		if got := safetext.Width(before); want < 0 {
			want = got
		} else if got != want {
			t.Errorf("the outcome is in cell %d, the one above it in %d: %s", got, want, line)
		}
	}
	if want < 0 {
		t.Error("no row has an outcome")
	}
}

// largeRun has n cases, of which each failing-th fails.
func largeRun(t testing.TB, n, failing int) runreport.Source {
	cases := make([]testCase, n)
	for i := range cases {
		cases[i] = newCase(fmt.Sprintf("case %05d", i), passed())
		if failing > 0 && i%failing == 0 {
			cases[i] = asserting(newCase(fmt.Sprintf("case %05d", i), failed("0: text = \"no\"")), "text == \"yes\"")
		}
	}
	return newRun(t, newSuite("large", cases...))
}

func TestTableOfALargeRunIsShort(t *testing.T) {
	src := largeRun(t, 10_000, 5_000)
	golden(t, "table-large.golden", table(t, src, reporters.TableOptions{}))

	all := table(t, src, reporters.TableOptions{All: true})
	if got := strings.Count(all, "✓ pass"); got != 9_998 {
		t.Errorf("with All %d passing cases are listed, want 9998", got)
	}
	failing := table(t, largeRun(t, 10_000, 1), reporters.TableOptions{})
	if lines := strings.Count(failing, "\n"); lines > 100 {
		t.Errorf("10,000 failing cases make %d lines", lines)
	}
	for _, want := range []string{"not listed: 9,956 failed", "    ×10,000 like this: case 00001, case 00002, case 00003, case 00004 and 9,995 more"} {
		if !strings.Contains(failing, want) {
			t.Errorf("%q is not said", want)
		}
	}
}

func TestTableOfAHugeAnswerIsShort(t *testing.T) {
	src := newRun(t, newSuite("s", asserting(newCase("c",
		failed("0: "+strings.Repeat("x", 1<<20)), failed("0: "+strings.Repeat("y\n", 10_000)), failed("0: z")), "text == \"\"")))
	for _, opts := range []reporters.TableOptions{{}, {Wide: true}, {All: true}} {
		got := table(t, src, opts)
		if len(got) > 10_000 {
			t.Errorf("%+v: %d bytes", opts, len(got))
		}
		if !strings.Contains(got, "sample 3: z") {
			t.Errorf("%+v: the last explanation is lost", opts)
		}
	}
}

func TestTableSaysWhatAFaultyRecordHolds(t *testing.T) {
	odd := newCase("odd", failed("7: why"), failed("-1: whence"))
	silent := newCase("silent", record.Sample{Outcome: record.Fail})
	undecided := newCase("undecided", passed())
	undecided.Times, undecided.Need = 3, 2
	unjudged := asserting(newCase("unjudged", record.Sample{
		Outcome: record.Errored, Assertions: []record.Check{{Outcome: record.Errored, Why: "the judge answered no JSON"}}}), "agrees")
	golden(t, "table-faulty.golden", table(t, newRun(t, newSuite("s", odd, silent, undecided, unjudged)), reporters.TableOptions{}))
}

func TestTableReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := runreport.Table(w, mixedRun(t), reporters.TableOptions{}); err != io.ErrClosedPipe {
		t.Errorf("got the error %v", err)
	}
}

func TestDurationsInTheTable(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Microsecond:    "<1 ms",
		999400 * time.Microsecond: "999 ms",
		999600 * time.Microsecond: "1.0 s",
		59949 * time.Millisecond:  "59.9 s",
		59950 * time.Millisecond:  "1 m 00 s",
		125 * time.Second:         "2 m 05 s",
	} {
		src := newRun(t)
		src.Run.Wall = d
		if got := table(t, src, reporters.TableOptions{}); !strings.Contains(got, " · "+want+"\n") {
			t.Errorf("%v is written %q, want %s", d, got, want)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	src := largeRun(b, 10_000, 100)
	for name, opts := range map[string]reporters.TableOptions{"short": {}, "all": {All: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := runreport.Table(io.Discard, src, opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestTableShowsTheCost(t *testing.T) {
	src := newRun(t, newSuite("ants", newCase("greeting", record.Sample{Outcome: record.Pass})))
	src.Run.Totals.Cost = summary.Cost{USD: 0.0021, Spent: 0.0021, Known: 1}
	out := table(t, src, reporters.TableOptions{})
	if want := " output tokens · $0.0021 · 2.1 s\nPASSED\n"; !strings.HasSuffix(out, want) {
		t.Errorf("the table does not end in %q:\n%s", want, out)
	}
}
