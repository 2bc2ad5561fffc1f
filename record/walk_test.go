package record

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What cases share in memory must not make one of them say what another said.
func TestSharedPartsAreEachCasesOwn(t *testing.T) {
	assertions := func(exprs ...string) []Assertion {
		var out []Assertion
		for _, e := range exprs {
			out = append(out, Assertion{At: "ants.yaml:1:1", Expr: e, Level: "fail", Weight: 1})
		}
		return out
	}
	score := 0.5
	cases := []struct {
		id         ID
		assertions []Assertion
		checks     []Check
	}{
		{ID{"ants", "a", "v"}, assertions("x", "y"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass}}},
		{ID{"ants", "b", "v"}, assertions("x", "y"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass}}},
		{ID{"ants", "c", "w"}, assertions("x"), []Check{{I: 0, Outcome: Pass, Score: &score}}},
		{ID{"bees", "d", ""}, assertions("x", "z"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Skip}}},
		{ID{"bees", "e", ""}, assertions("x", "z"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass, Why: "w"}}},
	}
	lines := []Line{header}
	for _, c := range cases {
		line := caseLine(c.id, 1, 1)
		line.Assertions = c.assertions
		sample := sampleLine(c.id, 1, Pass)
		sample.Assertions = c.checks
		lines = append(lines, line, sample)
	}
	i := 0
	for got, err := range mustOpen(t, write(t, lines...)).Cases() {
		if err != nil {
			t.Fatal(err)
		}
		want := cases[i]
		i++
		if got.Case.ID() != want.id || got.Samples[0].Case != want.id.Case || got.Samples[0].Variant != want.id.Variant {
			t.Errorf("case %d is %v with a sample of %s, want %v", i, got.Case.ID(), got.Samples[0].Case, want.id)
		}
		if diff := cmp.Diff(want.assertions, got.Case.Assertions) + cmp.Diff(want.checks, got.Samples[0].Assertions); diff != "" {
			t.Errorf("case %d (-want +got):\n%s", i, diff)
		}
	}
}

// shuffled is a record of cases whose lines are short and long, in the order
// in which a run with many requests under way writes them.
func shuffled(t *testing.T) *File {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var cases, rest []Line
	for i := range 60 {
		id := ID{Suite: "ants", Case: fmt.Sprintf("case %d", i), Variant: fmt.Sprint("prompt=", i%3)}
		cases = append(cases, caseLine(id, 3, 3))
		for sample := 1; sample <= 3; sample++ {
			size := []int{10, 3000, pageSize - 500, pageSize, 3 * pageSize, 6 * pageSize}[random.IntN(6)]
			e := exchangeLine(id, sample, strings.Repeat("why ", size/4))
			e.Key = fmt.Sprintf("sha256:%d-%d", i, sample)
			e.Attempts = []Attempt{{Status: 529, MS: 1.5, Cause: "overloaded"}, {Status: 200, MS: float64(i)}}
			e.CostUSD = new(float64(i) / 100)
			s := sampleLine(id, sample, []string{Pass, Fail}[random.IntN(2)])
			s.Metrics = map[string]float64{"length": float64(size), "a \"b\"": float64(sample)}
			s.Assertions = []Check{{I: 0, Outcome: s.Outcome, Why: fmt.Sprint(i % 2), Trace: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i%7))}}
			rest = append(rest, e, s)
		}
	}
	random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return mustOpen(t, write(t, slices.Concat([]Line{header}, cases, rest)...))
}

// A walk says what reading line by line does, and what it gave of a case stays
// as it was when it goes on.
func TestWalkSaysWhatTheLinesDo(t *testing.T) {
	f := shuffled(t)
	var walked []CaseResult
	for v, err := range f.Walk() {
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, v.CaseResult)
		next, stop := iter.Pull2(f.Exchanges(v.Case.ID(), 0))
		n := 0
		for got, err := range v.Exchanges() {
			n++
			want, wantErr, _ := next()
			if err != nil || wantErr != nil || !reflect.DeepEqual(want, got) {
				t.Fatalf("%s: %v, %v, -lines +walk:\n%s", v.Case.Case, err, wantErr, cmp.Diff(want, got))
			}
		}
		if stop(); n != 3 {
			t.Errorf("%d exchanges of %s, want 3", n, v.Case.Case)
		}
	}
	for i, got := range walked {
		want, _, err := f.Case(ID{"ants", fmt.Sprintf("case %d", i), fmt.Sprint("prompt=", i%3)})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("case %d: %v, -lines +walk:\n%s", i, err, diff)
		}
	}
}

// A file that is cut while it is walked is an error, not a panic and not a
// record of fewer cases.
func TestWalkOfAFileThatBecomesShorter(t *testing.T) {
	f := shuffled(t)
	path := f.lines.(*os.File).Name()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	failed := false
	for _, err := range f.Cases() {
		failed = failed || err != nil && strings.Contains(err.Error(), "became shorter")
	}
	if !failed {
		t.Error("no error")
	}
}
