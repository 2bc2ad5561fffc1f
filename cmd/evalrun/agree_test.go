package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/record"
)

// moody is a model, and a judge, that answers each time what it likes: equal
// requests get different answers.
type moody struct {
	mu     sync.Mutex
	random *rand.Rand
	errors bool // some requests are refused
}

func (m *moody) answer(c *fakeapi.Call) fakeapi.Answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	asked, isJudge := fakeapi.JudgedBy(c)
	choice := m.random.IntN(12)
	switch {
	case m.errors && choice == 0:
		return fakeapi.Answer{Status: 400, ErrorMessage: "No."}
	case isJudge && len(asked.Answers) == 2:
		return fakeapi.Answer{Text: fmt.Sprintf(`{"reason":"So.","preferred":%q}`, []string{"first", "second", "neither"}[choice%3])}
	case isJudge:
		return fakeapi.Answer{Text: fmt.Sprintf(`{"reason":"So.","score":%g,"pass":%t}`, float64(choice%5)/4, choice%2 == 0)}
	case choice == 1 && c.Request["tools"] != nil:
		return fakeapi.Answer{Content: []map[string]any{{"type": "tool_use", "id": fmt.Sprintf("toolu_%d", c.Seq), "name": "look", "input": map[string]any{}}}}
	}
	return fakeapi.Answer{Text: []string{"yes", "no"}[choice%2]}
}

// repetitive writes a suite whose cases ask the same few things over and over:
// as rows, in conversations that begin alike, in variants that differ in
// nothing that is sent, by rubrics and comparisons that say the same.
func repetitive(random *rand.Rand, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nmodel: claude-haiku-4-5\nmax_tokens: 64\nrepeat: %d\njudge: {model: claude-opus-4-6, max_tokens: 64}\n", name, 1+random.IntN(3))
	b.WriteString("tools: [{name: look, input_schema: {type: object}}]\ntool_results: {look: Nothing.}\n")
	b.WriteString("metrics: {took: latency.Seconds()}\n")
	compared := random.IntN(2) == 0
	if compared || random.IntN(2) == 0 {
		b.WriteString("matrix: {prompt: {a: {vars: {unsent: 1}}, b: {vars: {unsent: 2}}}}\nvars: {unsent: 0}\n")
	}
	b.WriteString("cases:\n")
	for i := range 2 + random.IntN(4) {
		fmt.Fprintf(&b, "  - name: case %d\n    messages:\n      - user: Well?\n", i)
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "      - assistant:\n        assert: [{rubric: Is fine., level: warn}, text != 'maybe']\n      - user: %s\n", []string{"And?", "Or?"}[random.IntN(2)])
		}
		fmt.Fprintf(&b, "    assert:\n      - text %s 'yes'\n", []string{"==", "!="}[random.IntN(2)])
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "      - {rubric: Is fine., votes: %d}\n      - {rubric: Is fine., min_score: 0.5, level: warn}\n", 1+2*random.IntN(2))
		}
		if compared {
			fmt.Fprintf(&b, "      - {prefer: {rubric: Is fine., over: prompt=a}, votes: %d}\n", 1+2*random.IntN(2))
		}
	}
	return b.String()
}

// said is what a run says: its exit code, and all of its samples.
type said struct {
	Code    int
	Samples []record.Sample
}

// verdictOf runs the suites, and reads what came of it from the record.
func verdictOf(t *testing.T, path string, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	v := said{Code: run(append([]string{"suite.yaml", "-q"}, args...), nil, &out, &errs)}
	if v.Code == exitUsage {
		t.Fatalf("%q: %s", args, errs.String())
	}
	f, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		v.Samples = append(v.Samples, c.Samples...)
	}
	slices.SortStableFunc(v.Samples, func(a, b record.Sample) int {
		return cmp.Or(strings.Compare(a.Case, b.Case), strings.Compare(a.Variant, b.Variant))
	})
	return v
}

// same compares two verdicts.
func same(a, b said) string {
	return gocmp.Diff(a, b, cmpopts.IgnoreFields(record.Sample{}, "Turns"), cmpopts.EquateEmpty())
}

// TestARecordHasTheVerdictOfItsRun asks random suites that repeat themselves,
// and holds replaying, resuming and reusing the record, by any number at once,
// to the verdict of the run.
func TestARecordHasTheVerdictOfItsRun(t *testing.T) {
	const suites = 9
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	outcomes := map[string]bool{}
	for seed := range uint64(suites) {
		random := rand.New(rand.NewPCG(seed, 15))
		server := fakeapi.New(fakeapi.Options{Script: (&moody{random: random, errors: seed%3 == 2}).answer})
		t.Setenv("ANTHROPIC_BASE_URL", server.Start(t))
		text := repetitive(rand.New(rand.NewPCG(seed, 16)), "moods")
		writeText(t, "suite.yaml", text)
		path := fmt.Sprintf("run%d.jsonl", seed)
		want := verdictOf(t, path, "--record", path, "-j", fmt.Sprint([]int{1, 3, 20}[seed%3]))
		requests := server.Counts().Requests
		everyAnswerIsItsOwn(t, path)
		hasErrors := slices.ContainsFunc(want.Samples, func(s record.Sample) bool { return s.Outcome == record.Errored })
		for _, j := range []string{"1", "auto"} {
			again := map[string]said{"replayed": verdictOf(t, "again.jsonl", "--replay", path, "--record", "again.jsonl", "-j", j)}
			if !hasErrors { // which are asked again
				copyFile(t, path, "resumed.jsonl")
				again["reused"] = verdictOf(t, "again.jsonl", "--reuse", path, "--record", "again.jsonl", "-j", j)
				again["resumed"] = verdictOf(t, "resumed.jsonl", "--resume", "resumed.jsonl", "-j", j)
				again["replayed from what was reused"] = verdictOf(t, "more.jsonl", "--replay", "again.jsonl", "--record", "more.jsonl", "-j", j)
			}
			for how, got := range again {
				if diff := same(want, got); diff != "" {
					t.Errorf("seed %d, %s by -j %s (-run +%s):\n%s\n%s", seed, how, j, how, diff, text)
				}
			}
		}
		if got := server.Counts().Requests; got != requests {
			t.Errorf("seed %d: %d requests were sent again\n%s", seed, got-requests, text)
		}
		for _, s := range want.Samples {
			outcomes[s.Outcome] = true
		}
	}
	if len(outcomes) != 3 {
		t.Errorf("the suites come to %v, want passes, fails and errors", outcomes)
	}
}

// TestAnInterruptedRunAsksForEveryAnswer cuts records short at every kind of
// line and resumes them: a sample that has no answer yet gets its own, whoever
// else asked the same.
func TestAnInterruptedRunAsksForEveryAnswer(t *testing.T) {
	const suites = 6
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	for seed := range uint64(suites) {
		random := rand.New(rand.NewPCG(seed, 17))
		server := fakeapi.New(fakeapi.Options{Script: (&moody{random: random}).answer})
		t.Setenv("ANTHROPIC_BASE_URL", server.Start(t))
		text := repetitive(random, "moods")
		writeText(t, "suite.yaml", text)
		verdictOf(t, "run.jsonl", "--record", "run.jsonl", "-j", "4")
		cutShort(t, random, "run.jsonl", "cut.jsonl")
		want := verdictOf(t, "cut.jsonl", "--resume", "cut.jsonl", "-j", "4")
		everyAnswerIsItsOwn(t, "cut.jsonl")
		if diff := same(want, verdictOf(t, "again.jsonl", "--replay", "cut.jsonl", "--record", "again.jsonl")); diff != "" {
			t.Errorf("seed %d, replayed (-resumed +replayed):\n%s\n%s", seed, diff, text)
		}
	}
}

// cutShort writes a part of a record, as after a crash: its first lines, but
// for those of cases that were not asked yet.
func cutShort(t *testing.T, random *rand.Rand, from, to string) {
	t.Helper()
	lines := strings.SplitAfter(readText(t, from), "\n")
	lines = lines[:1+random.IntN(len(lines)-1)]
	asked := strings.Join(slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return !strings.HasPrefix(line, `{"kind":"exchange"`)
	}), "")
	name := regexp.MustCompile(`"case":"[^"]*","variant":"[^"]*"`)
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, `{"kind":"case"`) && !strings.Contains(asked, name.FindString(line))
	})
	writeText(t, to, strings.Join(lines, ""))
}

// A suite that was renamed keeps its answers, and with them its verdict.
func TestARenamedSuiteKeepsItsVerdict(t *testing.T) {
	const suites = 3
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	for seed := range uint64(suites) {
		random := rand.New(rand.NewPCG(seed, 18))
		server := fakeapi.New(fakeapi.Options{Script: (&moody{random: random}).answer})
		t.Setenv("ANTHROPIC_BASE_URL", server.Start(t))
		text := repetitive(random, "moods")
		writeText(t, "suite.yaml", text)
		want := verdictOf(t, "run.jsonl", "--record", "run.jsonl", "-j", "4")
		for _, renamed := range []string{
			strings.Replace(text, "name: moods", "name: tempers", 1),
			strings.ReplaceAll(text, "name: case", "name: row"),
		} {
			writeText(t, "suite.yaml", renamed)
			got := verdictOf(t, "again.jsonl", "--replay", "run.jsonl", "--record", "again.jsonl", "-j", "3")
			for i := range got.Samples {
				got.Samples[i].Suite = "moods"
				got.Samples[i].Case = strings.Replace(got.Samples[i].Case, "row", "case", 1)
			}
			if diff := same(want, got); diff != "" {
				t.Errorf("seed %d (-run +renamed):\n%s\n%s", seed, diff, renamed)
			}
		}
	}
}

// everyAnswerIsItsOwn checks that no two exchanges of a record have one answer.
func everyAnswerIsItsOwn(t *testing.T, path string) {
	t.Helper()
	f, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	of := map[string]record.Identity{}
	for e, err := range f.Some(1 << 20) {
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := of[e.RequestID]; taken && other != e.Identity {
			t.Errorf("%s: %+v and %+v have one answer", path, other, e.Identity)
		}
		of[e.RequestID] = e.Identity
	}
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	writeText(t, to, readText(t, from))
}
