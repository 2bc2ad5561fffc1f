package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	line   int // of results behind which the run is killed; 0 for none
}

// sent kills behind a line of results.
func (k *batchKiller) sent(lines int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.victim != nil && lines == k.line {
		k.victim.Kill()
		k.victim = nil
	}
}

// faults counts the calls of batches, and kills at one of them.
func (k *batchKiller) faults(c *fakeapi.Call) fakeapi.Fault {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.victim == nil || k.at == 0 || k.calls < k.at {
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
// EVALRUN_ROUNDS is how many cases there are; 1000 take 2,000 requests, with the judge's.
func TestNoCrashPaysABatchTwice(t *testing.T) {
	cases, kills := 40, 5
	if slowtest.Full() {
		cases, kills = roundsOr(100), 50
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
	createdOnce(t, server, 2*cases)
	return report, code, killed
}

// TestAKillWhileAnswersComeLosesNone kills runs in the middle of the results of a batch,
// and runs that collect also while some answers are in the record and judges are asked
// about them.
func TestAKillWhileAnswersComeLosesNone(t *testing.T) {
	const cases = 30
	suite := crashSuite(t, cases, `{rubric: 'It says "made".', judge: {model: claude-opus-4-6, max_tokens: 1000}}`)
	direct := fakeapi.New(fakeapi.Options{}).Start(t)
	undisturbed, wantCode := finish(t, command(direct, suite, filepath.Join(t.TempDir(), "direct.jsonl"), "-o", "junit=-"))
	for name, kill := range map[string]func(*testing.T, *killedRun) int{"waits": killWaiting, "collects": killCollecting} {
		killer := &batchKiller{}
		server := fakeapi.New(fakeapi.Options{Faults: killer.faults, Batches: fakeapi.BatchOptions{Sent: killer.sent}})
		run := &killedRun{killer, server.Start(t), suite, filepath.Join(t.TempDir(), "run.jsonl")}
		batched := cases * kill(t, run)
		report, code := finish(t, command(run.url, suite, run.path, "-o", "junit=-"))
		if diff := cmp.Diff(onlyOutcomes(undisturbed), onlyOutcomes(report)); diff != "" || code != wantCode {
			t.Errorf("%s: exit %d, directly %d; (-direct +batches):\n%s", name, code, wantCode, diff)
		}
		createdOnce(t, server, batched)
	}
}

// killedRun is a run that is killed and goes on.
type killedRun struct {
	killer           *batchKiller
	url, suite, path string
}

// killBehind kills the run once it was sent so many lines of results.
func (r *killedRun) killBehind(t *testing.T, lines []int, args ...string) {
	t.Helper()
	for _, r.killer.line = range lines {
		if !r.killer.run(t, 0, "", command(r.url, r.suite, r.path, args...)) {
			t.Fatalf("not killed behind line %d", r.killer.line)
		}
	}
	r.killer.line = 0
}

// killWaiting kills a run that waits for its batches. It gives how many requests of
// each case are in batches.
func killWaiting(t *testing.T, r *killedRun) int {
	r.killBehind(t, []int{1, 15, 29}, "--batch")
	finish(t, command(r.url, r.suite, r.path, "--batch"))
	return 2
}

// killCollecting kills a run that collects what was submitted.
func killCollecting(t *testing.T, r *killedRun) int {
	submit := command(r.url, r.suite, r.path)
	submit.Args = slices.Insert(submit.Args, 1, "submit")
	finish(t, submit)
	r.killBehind(t, []int{1, 15, 29})
	for _, judge := range []int{1, 10} { // behind a look at the batch, and its results
		if !r.killer.run(t, 2+judge, "", command(r.url, r.suite, r.path)) {
			t.Fatalf("not killed at judge %d", judge)
		}
	}
	return 1
}

// createdOnce holds the server's counters to it that so many requests were created,
// each once.
func createdOnce(t *testing.T, server *fakeapi.Server, want int) {
	t.Helper()
	batched := server.Batched()
	for id, n := range batched {
		if n != 1 {
			t.Errorf("the request %s was created %d times", id, n)
		}
	}
	if len(batched) != want {
		t.Errorf("%d requests were created, want %d", len(batched), want)
	}
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
