package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// TestNoCrashCostsAnAnswer kills a run at random points, resumes it each time,
// and holds the server's counters to it that no answer
// which reached the record was asked for again.
func TestNoCrashCostsAnAnswer(t *testing.T) {
	cases, kills := 150, 12
	if slowtest.Full() {
		cases, kills = 500, 50
	}
	suite := crashSuite(t, cases)
	killer := &killer{seen: map[string]bool{}}
	server := fakeapi.New(fakeapi.Options{
		Script:  killer.answer,
		Latency: func(c *fakeapi.Call) time.Duration { return time.Duration(c.Seq%5) * time.Millisecond },
	})
	url := server.Start(t)
	dir := t.TempDir()

	path := filepath.Join(dir, "run.jsonl")
	recorded := map[string]int{} // by body: how often it was answered when its answer was in the record
	for _, point := range killPoints(cases, kills) {
		runToKill(t, killer, point, command(url, suite, path))
		noteRecorded(t, path, server, recorded)
	}
	report, code := finish(t, command(url, suite, path, "-o", "junit=-"))

	answered := server.Counts().ByBody
	for body, times := range recorded {
		if answered[body] != times {
			t.Errorf("an answer that was in the record was asked for again: %d times, then %d", times, answered[body])
		}
	}
	if len(answered) != cases {
		t.Errorf("%d bodies were answered, want %d", len(answered), cases)
	}
	undisturbed, wantCode := finish(t, command(url, suite, filepath.Join(dir, "undisturbed.jsonl"), "-o", "junit=-"))
	if diff := cmp.Diff(undisturbed, report); diff != "" || code != wantCode || code != exitFailed {
		t.Errorf("exit %d, undisturbed %d; (-undisturbed +resumed):\n%s", code, wantCode, diff)
	}
	if got := strings.Count(report, "<testcase "); got != cases {
		t.Errorf("%d cases in the report, want %d", got, cases)
	}
}

// crashSuite writes a suite whose every tenth case fails, with more assertions.
func crashSuite(t *testing.T, cases int, more ...string) string {
	var text strings.Builder
	text.WriteString("model: claude-opus-4-6\nmax_tokens: 1024\nassert:\n")
	for _, a := range append([]string{`not (text endsWith "0")`}, more...) {
		fmt.Fprintf(&text, "  - %s\n", a)
	}
	text.WriteString("cases:\n")
	for i := range cases {
		fmt.Fprintf(&text, "  - {name: case %d, messages: [{user: Say %d}]}\n", i, i)
	}
	file := filepath.Join(t.TempDir(), "crash.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// killPoints draws at how many answered cases the run is killed, in order.
func killPoints(cases, kills int) []int {
	points := rand.New(rand.NewPCG(6, 50)).Perm(cases - 1)[:kills]
	for i := range points {
		points[i]++
	}
	slices.Sort(points)
	return points
}

// killer is a script that kills the run under way once so many bodies have
// been asked.
type killer struct {
	mu     sync.Mutex
	seen   map[string]bool
	point  int
	victim *os.Process
}

func (k *killer) answer(c *fakeapi.Call) fakeapi.Answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[string(c.Body)] = true
	if k.victim != nil && len(k.seen) >= k.point {
		k.victim.Kill()
		k.victim = nil
	}
	return fakeapi.Default(c)
}

// command is a run of the suite that begins the record, or goes on with it.
func command(url, suite, path string, args ...string) *exec.Cmd {
	flag := "--record"
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		flag = "--resume"
	}
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return &exec.Cmd{
		Path: program,
		Args: append([]string{"evalrun", suite, flag, path, "-j", "8"}, args...),
		Dir:  filepath.Dir(path),
		Env:  append(os.Environ(), "ANTHROPIC_BASE_URL="+url, "ANTHROPIC_API_KEY="+testKey),
	}
}

// runToKill runs until the killer has struck.
func runToKill(t *testing.T, k *killer, point int, cmd *exec.Cmd) {
	t.Helper()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	k.mu.Lock()
	if err := cmd.Start(); err != nil {
		k.mu.Unlock()
		t.Fatal(err)
	}
	k.point, k.victim = point, cmd.Process
	k.mu.Unlock()
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the run ended before it was killed: %v\n%s", err, output.Bytes())
	}
}

// noteRecorded notes how often each body was answered whose answer is in the
// record.
func noteRecorded(t *testing.T, path string, server *fakeapi.Server, recorded map[string]int) {
	t.Helper()
	answered := server.Counts().ByBody
	file, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for result, err := range file.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		for e, err := range file.Exchanges(result.Case.ID(), 0) {
			if err != nil || e.Error != nil {
				t.Fatal(err, e)
			}
			sum := sha256.Sum256(e.Request)
			if body := hex.EncodeToString(sum[:]); recorded[body] == 0 {
				recorded[body] = answered[body]
			}
		}
	}
}

// finish runs to the end and gives the report, without what no two runs have
// in common, and the exit code.
func finish(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	report, err := cmd.Output()
	if len(report) == 0 {
		t.Fatal(err)
	}
	times := regexp.MustCompile(`(time|timestamp)="[^"]*"|(name="(latency|wall|started)[^"]*" value=)"[^"]*"`)
	return times.ReplaceAllString(string(report), "$1$2"), cmd.ProcessState.ExitCode()
}
