package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// batchKiller kills a run at one of its calls: before the server processes it, or
// after.
type batchKiller struct {
	mu     sync.Mutex
	calls  int
	at     int // 0 kills nothing
	fault  fakeapi.Fault
	victim *os.Process
}

// faults counts the calls of batches, and kills at one of them.
func (k *batchKiller) faults(c *fakeapi.Call) fakeapi.Fault {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.victim == nil || k.calls < k.at {
		return ""
	}
	k.victim.Kill()
	k.victim = nil
	if c.Method == "POST" {
		return k.fault
	}
	return ""
}

// run runs a command, and kills it at the call with the number.
func (k *batchKiller) run(t *testing.T, at int, fault fakeapi.Fault, cmd *exec.Cmd) (killed bool) {
	t.Helper()
	k.mu.Lock()
	if err := cmd.Start(); err != nil {
		k.mu.Unlock()
		t.Fatal(err)
	}
	k.calls, k.at, k.fault, k.victim = 0, at, fault, cmd.Process
	k.mu.Unlock()
	_ = cmd.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.victim = nil
	return !cmd.ProcessState.Exited()
}

// TestNoCrashPaysABatchTwice kills runs by batches at random points between their
// requests, before and after a batch is created, and resumes them each time. The
// server's counters show each request once, and the report is the direct one.
func TestNoCrashPaysABatchTwice(t *testing.T) {
	cases, kills := 40, 5
	if slowtest.Full() {
		cases, kills = 100, 50
	}
	suite := crashSuite(t, cases, `{rubric: 'It says "made".', judge: {model: claude-opus-4-6, max_tokens: 1000}}`)
	direct := fakeapi.New(fakeapi.Options{}).Start(t)
	undisturbed, wantCode := finish(t, command(direct, suite, filepath.Join(t.TempDir(), "direct.jsonl"), "-o", "junit=-"))
	random := rand.New(rand.NewPCG(22, 50))
	for struck := 0; struck < kills; {
		report, code, killed := oneBatchLife(t, suite, cases, random)
		struck += killed
		if diff := cmp.Diff(onlyOutcomes(undisturbed), onlyOutcomes(report)); diff != "" || code != wantCode {
			t.Fatalf("exit %d, directly %d; (-direct +batches):\n%s", code, wantCode, diff)
		}
	}
}

// oneBatchLife kills a run until it comes to its end, and gives its report and how
// often it was killed.
func oneBatchLife(t *testing.T, suite string, cases int, random *rand.Rand) (report string, code, killed int) {
	t.Helper()
	killer := &batchKiller{}
	server := fakeapi.New(fakeapi.Options{Faults: killer.faults, Batches: fakeapi.BatchOptions{
		Takes: func(int) time.Duration { return 3 * time.Hour }, Step: time.Hour,
	}})
	url := server.Start(t)
	path := filepath.Join(t.TempDir(), "run.jsonl")
	batched := func(args ...string) *exec.Cmd {
		return command(url, suite, path, append([]string{"--batch"}, args...)...)
	}
	for {
		fault := fakeapi.Fault("") // it is created, and nobody hears of it
		if random.IntN(2) == 0 {
			fault = fakeapi.InternalError // it is not
		}
		if !killer.run(t, 1+random.IntN(8), fault, batched()) {
			break
		}
		killed++
	}
	report, code = finish(t, batched("-o", "junit=-"))
	for id, n := range server.Batched() {
		if n != 1 {
			t.Fatalf("the request %s was created %d times", id, n)
		}
	}
	if n := len(server.Batched()); n != 2*cases {
		t.Errorf("%d requests were created, want %d", n, 2*cases)
	}
	return report, code, killed
}

// onlyOutcomes are the lines of a report that say what became of cases.
func onlyOutcomes(report string) string {
	var out []string
	for line := range strings.Lines(report) {
		if strings.Contains(line, "<testcase ") || strings.Contains(line, "<failure") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, "\n")
}
