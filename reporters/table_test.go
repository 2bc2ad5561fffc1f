package reporters_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/summary"
)

func table(t testing.TB, run *summary.Run, opts reporters.TableOptions) string {
	t.Helper()
	var b strings.Builder
	if err := reporters.Table(&b, run, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// variantsRun is a matrix of two prompts, one cell of which was skipped.
func variantsRun() *summary.Run {
	const terse, polite = "prompt=terse", "prompt=polite"
	return newRun(newSuite("capitals",
		variant(newCase("capital of France", record.Pass, passed()), terse),
		variant(newCase("capital of France", record.Pass, passed()), polite),
		variant(asserting(newCase("capital of 日本", record.Fail, failed("0: text = \"京都\""), passed()), `text contains "東京"`), terse),
		variant(newCase("capital of 日本", record.Pass, passed(), passed()), polite),
		variant(skipped("capital of Peru", "later"), polite),
	))
}

func TestTable(t *testing.T) {
	incomplete := mixedRun()
	incomplete.Complete = false
	incomplete.Suites = append(incomplete.Suites, newSuite("late", newCase("not asked", record.Errored)))
	incomplete.Totals.Cases.Error++
	replayed := newRun(newSuite("ants", newCase("greeting", record.Pass, passed())))
	replayed.Totals.Requests, replayed.Wall = 0, 0
	replayed.Sources = map[string]int{"fake": 5, "documentation": 1234}
	tests := []struct {
		golden string
		run    *summary.Run
		opts   reporters.TableOptions
	}{
		{"table.golden", mixedRun(), reporters.TableOptions{}},
		{"table-colour.golden", mixedRun(), reporters.TableOptions{Colour: true}},
		{"table-wide.golden", mixedRun(), reporters.TableOptions{Wide: true}},
		{"table-narrow.golden", mixedRun(), reporters.TableOptions{Width: 50}},
		{"table-variants.golden", variantsRun(), reporters.TableOptions{}},
		{"table-variants-narrow.golden", variantsRun(), reporters.TableOptions{Width: 45}},
		{"table-incomplete.golden", incomplete, reporters.TableOptions{}},
		{"table-sources.golden", replayed, reporters.TableOptions{}},
		{"table-empty.golden", newRun(), reporters.TableOptions{}},
		{"table-hostile.golden", hostileRun(t), reporters.TableOptions{All: true}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			golden(t, tt.golden, table(t, tt.run, tt.opts))
		})
	}
}

// TestTableKeepsToItsWidth looks at the lists; the places, expressions and
// errors below them are never cut to the terminal.
func TestTableKeepsToItsWidth(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		for name, run := range map[string]*summary.Run{"mixed": mixedRun(), "variants": variantsRun()} {
			grid, _, _ := strings.Cut(table(t, run, reporters.TableOptions{Width: width}), "\nsuites/")
			for line := range strings.Lines(grid) {
				if got := safetext.Width(strings.TrimSuffix(line, "\n")); got > width {
					t.Errorf("%s at %d: a line of %d cells: %s", name, width, got, line)
				}
			}
		}
	}
}

func TestTableColumnsAlign(t *testing.T) {
	run := newRun(newSuite("s",
		newCase("ascii", record.Pass, passed()),
		newCase("日本語日本語", record.Pass, passed()),
		newCase("e\u0301e\u0301e\u0301", record.Pass, passed()),
		newCase("👩\u200d👩\u200d👧 family", record.Pass, passed()),
		newCase("می\u200cخواهم", record.Pass, passed()),
		newCase("\x1b[31mred", record.Pass, passed()),
	))
	want := -1
	for line := range strings.Lines(table(t, run, reporters.TableOptions{})) {
		before, _, ok := strings.Cut(line, "✓ pass")
		if !ok {
			continue
		}
		if got := safetext.Width(before); want < 0 {
			want = got
		} else if got != want {
			t.Errorf("the outcome stands in cell %d, above it in %d: %s", got, want, line)
		}
	}
	if want < 0 {
		t.Error("no row has an outcome")
	}
}

// largeRun has n cases, of which each failing-th fails.
func largeRun(n, failing int) *summary.Run {
	cases := make([]summary.Case, n)
	for i := range cases {
		cases[i] = newCase(fmt.Sprintf("case %05d", i), record.Pass, passed())
		if failing > 0 && i%failing == 0 {
			cases[i] = asserting(newCase(fmt.Sprintf("case %05d", i), record.Fail, failed("0: text = \"no\"")), "text == \"yes\"")
		}
	}
	return newRun(newSuite("large", cases...))
}

func TestTableOfALargeRunIsShort(t *testing.T) {
	golden(t, "table-large.golden", table(t, largeRun(10_000, 5_000), reporters.TableOptions{}))

	all := table(t, largeRun(10_000, 5_000), reporters.TableOptions{All: true})
	if got := strings.Count(all, "✓ pass"); got != 9_998 {
		t.Errorf("with All %d passing cases are listed, want 9998", got)
	}
	failing := table(t, largeRun(10_000, 1), reporters.TableOptions{})
	if lines := strings.Count(failing, "\n"); lines > 350 {
		t.Errorf("10,000 failing cases make %d lines", lines)
	}
	for _, want := range []string{"not listed: 9,900 failed", "… and 9,950 more findings"} {
		if !strings.Contains(failing, want) {
			t.Errorf("%q is not said", want)
		}
	}
}

func TestTableOfAHugeAnswerIsShort(t *testing.T) {
	run := newRun(newSuite("s", asserting(newCase("c", record.Fail,
		failed("0: "+strings.Repeat("x", 1<<20)), failed("0: "+strings.Repeat("y\n", 10_000)), failed("0: z")), "text == \"\"")))
	for _, opts := range []reporters.TableOptions{{}, {Wide: true}, {All: true}} {
		got := table(t, run, opts)
		if len(got) > 10_000 {
			t.Errorf("%+v: %d bytes", opts, len(got))
		}
		if !strings.Contains(got, "sample 3: z") {
			t.Errorf("%+v: the last explanation is lost", opts)
		}
	}
}

func TestTableSaysWhatAFaultyRecordHolds(t *testing.T) {
	odd := newCase("odd", record.Fail, failed("7: why"), failed("-1: whence"))
	silent := newCase("silent", record.Fail, record.Sample{Outcome: record.Fail})
	unknown := newCase("unknown", "perhaps", passed())
	undecided := newCase("undecided", record.Errored, passed())
	undecided.Times, undecided.Need = 3, 2
	unjudged := asserting(newCase("unjudged", record.Errored, record.Sample{
		Outcome: record.Errored, Assertions: []record.Check{{Outcome: record.Errored, Why: "the judge answered no JSON"}}}), "agrees")
	golden(t, "table-faulty.golden", table(t, newRun(newSuite("s", odd, silent, unknown, undecided, unjudged)), reporters.TableOptions{}))
}

func TestTableReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := reporters.Table(w, mixedRun(), reporters.TableOptions{}); err != io.ErrClosedPipe {
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
		run := newRun()
		run.Wall = d
		if got := table(t, run, reporters.TableOptions{}); !strings.Contains(got, " · "+want+"\n") {
			t.Errorf("%v is written %q, want %s", d, got, want)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	run := largeRun(10_000, 100)
	for name, opts := range map[string]reporters.TableOptions{"short": {}, "all": {All: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := reporters.Table(io.Discard, run, opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestTableShowsTheCost(t *testing.T) {
	run := newRun(newSuite("ants", newCase("greeting", record.Pass, record.Sample{Outcome: record.Pass})))
	run.Totals.Cost = summary.Cost{USD: 0.0021, Spent: 0.0021, Known: 1}
	out := table(t, run, reporters.TableOptions{})
	if want := " output tokens · $0.0021 · 2.1 s\n"; !strings.HasSuffix(out, want) {
		t.Errorf("the table does not end in %q:\n%s", want, out)
	}
}
